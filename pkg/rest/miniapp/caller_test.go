package miniapp_test

import (
	"encoding/base64"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
	"github.com/heddle-dev/heddle/pkg/who"
)

var (
	noon  = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	alice = miniapp.Caller{Principal: who.Principal{ID: "u1", Name: "alice", Roles: []string{"operator"}, Scopes: []string{}}, Permissions: []string{"app://x"}}
)

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

func sign(t testing.TB, s *miniapp.Signer, key miniapp.Secret, when time.Time) string {
	t.Helper()
	v, err := s.Sign(key, alice, "GET", "/a?b=c", when)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestACallerIsToldAsTheyAre(t *testing.T) {
	t.Parallel()
	key := miniapp.NewKey()
	got, err := miniapp.NewVerifier(key, at(noon)).Verify(sign(t, miniapp.NewSigner(), key, noon), "GET", "/a?b=c")
	if err != nil || !reflect.DeepEqual(got, alice) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhatNoGatewaySaidIsRefused(t *testing.T) {
	t.Parallel()
	key, s := miniapp.NewKey(), miniapp.NewSigner()
	good := sign(t, s, key, noon)
	text, sum, _ := strings.Cut(good, ".")
	plain, _ := base64.RawURLEncoding.DecodeString(text)
	other := base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(plain), "alice", "admin", 1)))
	for name, c := range map[string]struct{ value, method, uri string }{
		"nothing":         {"", "GET", "/a?b=c"},
		"no sum":          {text, "GET", "/a?b=c"},
		"an empty sum":    {text + ".", "GET", "/a?b=c"},
		"another sum":     {text + "." + strings.Repeat("A", len(sum)), "GET", "/a?b=c"},
		"another caller":  {other + "." + sum, "GET", "/a?b=c"},
		"another key":     {sign(t, s, miniapp.NewKey(), noon), "GET", "/a?b=c"},
		"another method":  {good, "POST", "/a?b=c"},
		"another path":    {good, "GET", "/a"},
		"too old":         {sign(t, s, key, noon.Add(-miniapp.MaxSkew-time.Millisecond)), "GET", "/a?b=c"},
		"too new":         {sign(t, s, key, noon.Add(miniapp.MaxSkew+time.Millisecond)), "GET", "/a?b=c"},
		"a megabyte":      {strings.Repeat("A", 1<<20) + "." + sum, "GET", "/a?b=c"},
		"no base64":       {"%%%." + sum, "GET", "/a?b=c"},
		"two dots":        {good + ".x", "GET", "/a?b=c"},
		"with whitespace": {good + " ", "GET", "/a?b=c"},
	} {
		got, err := miniapp.NewVerifier(key, at(noon)).Verify(c.value, c.method, c.uri)
		if !fault.Is(err, fault.Unauthenticated) || !got.Principal.Anonymous() {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if _, err := miniapp.NewVerifier(key, at(noon)).Verify(good, "GET", "/a?b=c"); err != nil {
		t.Fatalf("the good one: %v", err)
	}
}

func TestARequestIsGoodOnce(t *testing.T) {
	t.Parallel()
	key, s := miniapp.NewKey(), miniapp.NewSigner()
	v := miniapp.NewVerifier(key, at(noon))
	var all []string
	for range 100 {
		all = append(all, sign(t, s, key, noon))
	}
	var wg sync.WaitGroup
	good := make(chan bool, 3*len(all))
	for range 3 { // in any order, from any number of connections
		for i := range all {
			wg.Go(func() {
				_, err := v.Verify(all[len(all)-1-i], "GET", "/a?b=c")
				good <- err == nil
			})
		}
	}
	wg.Wait()
	close(good)
	n := 0
	for ok := range good {
		if ok {
			n++
		}
	}
	if n != len(all) {
		t.Errorf("of %d requests that came three times, %d were taken", len(all), n)
	}
}

// A sender's numbers may overtake one another, but none comes back: not after
// thousands, and not when its sender was forgotten.
func TestOldRequestsDoNotComeBack(t *testing.T) {
	t.Parallel()
	key, s := miniapp.NewKey(), miniapp.NewSigner()
	v := miniapp.NewVerifier(key, at(noon))
	first := sign(t, s, key, noon)
	late := sign(t, s, key, noon)
	if _, err := v.Verify(first, "GET", "/a?b=c"); err != nil {
		t.Fatal(err)
	}
	for range 10_000 {
		if _, err := v.Verify(sign(t, s, key, noon), "GET", "/a?b=c"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := v.Verify(late, "GET", "/a?b=c"); err != nil {
		t.Errorf("one that was overtaken by 10,000: %v", err)
	}
	for range 10_000 {
		if _, err := v.Verify(sign(t, s, key, noon), "GET", "/a?b=c"); err != nil {
			t.Fatal(err)
		}
	}
	for _, old := range []string{first, late} {
		if _, err := v.Verify(old, "GET", "/a?b=c"); err == nil {
			t.Error("an old one came back")
		}
	}
}

func TestSendersAreBoundedAndForgotten(t *testing.T) {
	t.Parallel()
	key, now := miniapp.NewKey(), noon
	v := miniapp.NewVerifier(key, func() time.Time { return now })
	take := func(s *miniapp.Signer) error {
		_, err := v.Verify(sign(t, s, key, now), "GET", "/a?b=c")
		return err
	}
	for range 256 {
		if err := take(miniapp.NewSigner()); err != nil {
			t.Fatal(err)
		}
	}
	if take(miniapp.NewSigner()) == nil {
		t.Error("there is no bound")
	}
	now = now.Add(2*miniapp.MaxSkew + time.Second)
	if err := take(miniapp.NewSigner()); err != nil {
		t.Errorf("after those before are out of time: %v", err)
	}
}

func FuzzVerify(f *testing.F) {
	key := miniapp.NewKey()
	f.Add(sign(f, miniapp.NewSigner(), key, noon))
	f.Add("..")
	f.Add("e30.e30")
	f.Fuzz(func(t *testing.T, value string) {
		c, err := miniapp.NewVerifier(key, at(noon)).Verify(value, "GET", "/a?b=c")
		if err == nil && !reflect.DeepEqual(c, alice) {
			t.Errorf("%q is %+v", value, c)
		}
	})
}
