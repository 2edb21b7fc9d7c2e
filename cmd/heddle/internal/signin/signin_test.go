package signin_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/profile"
	"github.com/heddle-dev/heddle/cmd/heddle/internal/signin"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// site is an authorization server that knows one device and one family of
// refresh tokens, which ends when one of them comes twice.
type site struct {
	signin.Server
	mu      sync.Mutex
	polls   []string // what each poll is answered with: an error code, a status, or "ok"
	current int      // generation of the good refresh token
	over    bool
	down    bool
	hold    chan struct{} // a refresh waits for it
	asked   []string
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{current: 1}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	s.Server = signin.Server{URL: srv.URL, HTTP: srv.Client()}
	return s
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	s.mu.Lock()
	defer s.mu.Unlock()
	form := r.PostForm
	s.asked = append(s.asked, r.URL.Path+" "+form.Get("grant_type"))
	switch {
	case s.down:
		refuse(w, 503, "temporarily_unavailable")
	case form.Get("client_id") != authapi.CommandLine:
		refuse(w, 400, "invalid_client")
	case r.URL.Path == "/auth/device":
		answer(w, authapi.Device{DeviceCode: "dc", UserCode: "WDJB-MJHT", ExpiresIn: 600, Interval: 5})
	case form.Get("device_code") == "dc":
		s.poll(w)
	case r.URL.Path == "/auth/revoke":
		s.over = true
		answer(w, struct{}{})
	default:
		s.refresh(w, form.Get("refresh_token"))
	}
}

func (s *site) poll(w http.ResponseWriter) {
	next := s.polls[0]
	s.polls = s.polls[1:]
	switch next {
	case "ok":
		answer(w, tokens(s.current))
	case "503":
		refuse(w, 503, "temporarily_unavailable")
	default:
		refuse(w, 400, next)
	}
}

func (s *site) refresh(w http.ResponseWriter, token string) {
	if hold := s.hold; hold != nil {
		<-hold
	}
	if s.over || token != fmt.Sprint("refresh-", s.current) {
		s.over = true
		refuse(w, 400, "invalid_grant")
		return
	}
	s.current++
	answer(w, tokens(s.current))
}

func tokens(n int) authapi.Tokens {
	return authapi.Tokens{AccessToken: fmt.Sprint("access-", n), RefreshToken: fmt.Sprint("refresh-", n), ExpiresIn: 3600}
}

func answer(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }

func refuse(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	answer(w, map[string]string{"error": code})
}

func TestWaitsForThePerson(t *testing.T) {
	t.Parallel()
	const pending, slower = "authorization_pending", "slow_down"
	for _, tt := range []struct {
		name   string
		polls  []string
		sleeps []int // seconds
		err    error
	}{
		{"at once", []string{"ok"}, []int{5}, nil},
		{"after a while", []string{pending, pending, "ok"}, []int{5, 5, 5}, nil},
		{"more slowly", []string{slower, pending, slower, "ok"}, []int{5, 10, 10, 15}, nil},
		{"through an outage", []string{"503", "503", "ok"}, []int{5, 10, 20}, nil},
		{"in vain", []string{pending, "access_denied"}, []int{5, 5}, signin.ErrRefused},
		{"too long", []string{"expired_token"}, []int{5}, signin.ErrTooLate},
		{"until the end", slices.Repeat([]string{pending}, 120), slices.Repeat([]int{5}, 120), signin.ErrTooLate},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.polls = tt.polls
			d, err := s.Start(t.Context(), "openid")
			if err != nil {
				t.Fatal(err)
			}
			var slept []int
			got, err := s.Wait(t.Context(), d, func(_ context.Context, d time.Duration) error {
				slept = append(slept, int(d/time.Second))
				return nil
			})
			if !errors.Is(err, tt.err) || !slices.Equal(slept, tt.sleeps) || (err == nil) != (got.AccessToken == "access-1") {
				t.Errorf("%v after %v", err, slept)
			}
		})
	}
}

func TestWaitingCanBeGivenUp(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Wait(ctx, authapi.Device{DeviceCode: "dc", ExpiresIn: 600}, signin.Pause); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if len(s.asked) > 0 {
		t.Error("the server was asked")
	}
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// signedIn is a profile whose token ends at a time.
func (s *site) signedIn(t *testing.T, expires time.Time) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "heddle", "credentials.json")
	p := profile.Profile{URL: s.URL, User: "alice", Token: "access-1", Refresh: "refresh-1", Expires: expires}
	if err := profile.Save(path, p); err != nil {
		t.Fatal(err)
	}
	return path
}

func (s *site) keeper(t *testing.T, path string) *signin.Keeper {
	t.Helper()
	p, err := profile.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return &signin.Keeper{Server: s.Server, Path: path, Profile: p, Now: func() time.Time { return noon }}
}

func TestTokensAreReplacedInTime(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		left time.Duration
		down bool
		want string
		err  bool
	}{
		"long before its end":               {time.Hour, false, "access-1", false},
		"shortly before its end":            {20 * time.Second, false, "access-2", false},
		"after its end":                     {-time.Hour, false, "access-2", false},
		"shortly before, but nobody is up":  {20 * time.Second, true, "access-1", false},
		"after its end, and nobody is up":   {-time.Second, true, "access-1", true},
		"long before its end, nobody is up": {time.Hour, true, "access-1", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			path := s.signedIn(t, noon.Add(tt.left))
			s.down = tt.down
			got, err := s.keeper(t, path).Token(t.Context())
			if (err != nil) != tt.err || err == nil && got != tt.want {
				t.Errorf("%q, %v", got, err)
			}
			p, err := profile.Load(path)
			if err != nil || p.Token != tt.want || tt.want == "access-2" && (p.Refresh != "refresh-2" || !p.Expires.Equal(noon.Add(time.Hour))) {
				t.Errorf("left in the profile: %+v, %v", p, err)
			}
			st, err := os.Stat(path)
			if err != nil || st.Mode().Perm() != 0o600 {
				t.Errorf("the profile has mode %v, %v", st.Mode(), err)
			}
		})
	}
}

// TestManyAtOnce: however many need a new token at the same moment, each
// refresh token is shown once.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	path := s.signedIn(t, noon)
	var all sync.WaitGroup
	for range 12 {
		k := s.keeper(t, path) // each as in a process of its own
		all.Go(func() {
			for range 3 {
				if got, err := k.Token(t.Context()); err != nil || got != "access-2" {
					t.Errorf("%q, %v", got, err)
				}
			}
		})
	}
	all.Wait()
	if s.over || len(s.asked) != 1 {
		t.Errorf("the server was asked %v", s.asked)
	}
}

// TestInterruptedRefreshIsKept: who is interrupted while the answer is on its
// way still finds it the next time.
func TestInterruptedRefreshIsKept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	path := s.signedIn(t, noon)
	ctx, cancel := context.WithCancel(t.Context())
	s.hold = make(chan struct{})
	k, done := s.keeper(t, path), make(chan error, 1)
	go func() {
		_, err := k.Token(ctx)
		done <- err
	}()
	s.hold <- struct{}{} // the request is there
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if p, err := profile.Load(path); err != nil || p.Refresh != "refresh-2" {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestAnEndedSignInIsForgotten(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	path := s.signedIn(t, noon)
	if err := s.Revoke(t.Context(), "refresh-1"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if token, err := s.keeper(t, path).Token(t.Context()); token != "" || err != nil && !errors.Is(err, signin.ErrEnded) {
			t.Errorf("%q, %v", token, err)
		}
	}
	if p, err := profile.Load(path); err != nil || p.Refresh != "" || p.Token != "" || p.URL == "" {
		t.Errorf("left: %+v, %v", p, err)
	}
}

// TestSignedOutMeanwhile: another process's sign-out, or sign-in as somebody
// else, is not undone.
func TestSignedOutMeanwhile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	path := s.signedIn(t, noon)
	k := s.keeper(t, path)
	for _, now := range []profile.Profile{{URL: s.URL}, {URL: s.URL, User: "bob", Token: "t", Refresh: "r"}, {URL: "http://other.test", User: "alice", Refresh: "r"}} {
		if err := profile.Save(path, now); err != nil {
			t.Fatal(err)
		}
		if _, err := k.Token(t.Context()); !errors.Is(err, signin.ErrEnded) {
			t.Errorf("%+v: %v", now, err)
		}
		if p, _ := profile.Load(path); p != now {
			t.Errorf("the profile became %+v", p)
		}
	}
	if len(s.asked) > 0 {
		t.Errorf("the server was asked %v", s.asked)
	}
}
