package token_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/who/oidcverify"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
	"github.com/heddle-dev/heddle/services/auth/internal/token"
)

func TestNobodyNoticesARotation(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	published := []token.Key{m.access}
	v := oidcverify.NewVerifier(oidcverify.Config{Issuer: issuer, Audience: authapi.Audience, Now: func() time.Time { return m.now },
		Keys: func(ctx context.Context) (json.RawMessage, error) { return jwks(t, published...)(ctx) }})
	active := []string{m.access.ID, m.id.ID}
	verify := func(at string) {
		t.Helper()
		if _, err := m.OpenAccess(at); err != nil {
			t.Error(err)
		}
		if _, _, err := v.Verify(t.Context(), at); err != nil {
			t.Error(err)
		}
	}
	for n := range 5 {
		old, err := m.Access(full(m))
		if err != nil {
			t.Fatal(err)
		}
		next := newKey(t)
		ids := append(active[:len(active):len(active)], m.safe.keep(t, next)...)
		published = append(published, next)
		use(t, m, active, ids) // announced: it is known and does not sign
		if at, _ := m.Access(full(m)); mustOpen(t, m, at).Facts.Key == next.ID {
			t.Fatal("a key signs before its time")
		}
		m.now = m.now.Add(50 * time.Minute)
		active = ids
		use(t, m, active, ids) // activated
		at, err := m.Access(full(m))
		if err != nil || mustOpen(t, m, at).Facts.Key != next.ID {
			t.Fatalf("rotation %d: the new key does not sign: %v", n, err)
		}
		verify(old) // to its end
		verify(at)
	}
	retired := active[0]
	use(t, m, active[1:], active[1:])
	m.now = m.now.Add(time.Hour)
	at, _ := m.Access(full(m))
	verify(at)
	if mustOpen(t, m, at).Facts.Key == retired {
		t.Error("a retired key signs")
	}
}

func use(t *testing.T, m *mint, active, published []string) {
	t.Helper()
	if err := m.ring.Use(t.Context(), active, published); err != nil {
		t.Fatal(err)
	}
}

func mustOpen(t *testing.T, m *mint, at string) oauth.AccessClaims {
	t.Helper()
	c, err := m.OpenAccess(at)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRetiredKeyOpensNothing(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	at, err := m.Access(full(m))
	if err != nil {
		t.Fatal(err)
	}
	ids := m.safe.keep(t, newKey(t))
	use(t, m, ids, ids)
	if _, err := m.OpenAccess(at); !errors.Is(err, token.ErrNotOurs) {
		t.Errorf("a token of a key that is over: %v", err)
	}
	if _, err := m.ID(oauth.IDClaims{Subject: "u1", Client: "c1", Alg: "RS256", Expires: m.now.Add(time.Hour)}); !errors.Is(err, token.ErrNoKey) {
		t.Errorf("RS256 without an RSA key: %v", err)
	}
}

func TestRingStaysAsItWasOnAnError(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	down := errors.New("down")
	for name, c := range map[string]struct {
		spoil  func()
		active []string
		want   error
	}{
		"vault down":        {func() { m.safe.err = down }, []string{m.access.ID}, down},
		"unknown keys only": {func() {}, []string{"k9"}, token.ErrNoKey},
		"no key":            {func() {}, nil, token.ErrNoKey},
		"RSA key only":      {func() {}, []string{m.id.ID}, token.ErrNoKey},
		"unreadable entry":  {func() { m.safe.signing = append(m.safe.signing, []byte("x")) }, []string{m.access.ID}, token.ErrKey},
	} {
		before := m.safe.signing
		c.spoil()
		if err := m.ring.Use(t.Context(), c.active, c.active); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		m.safe.err, m.safe.signing = nil, before
		if _, err := m.Access(full(m)); err != nil {
			t.Errorf("after %s: %v", name, err)
		}
	}
	empty := token.NewMint(issuer, token.NewRing(m.safe), token.Secrets{}, time.Now)
	if _, err := empty.Access(full(m)); !errors.Is(err, token.ErrClaims) && !errors.Is(err, token.ErrNoKey) {
		t.Errorf("a ring without keys: %v", err)
	}
}

// TestANewerKeyWithoutItsPrivateHalfIsPassedOver: the entry comes before the
// event, but a replica of the vault may lag.
func TestANewerKeyWithoutItsPrivateHalfIsPassedOver(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	use(t, m, []string{m.access.ID, "elsewhere"}, []string{m.access.ID, "elsewhere"})
	if at, err := m.Access(full(m)); err != nil || mustOpen(t, m, at).Facts.Key != m.access.ID {
		t.Error(err)
	}
}

func TestReplicasEndWithTheSameSecrets(t *testing.T) {
	t.Parallel()
	vault := &safe{secrets: map[string][][]byte{}}
	made := make([]string, 8)
	var all sync.WaitGroup
	for i := range made {
		all.Go(func() {
			s, err := token.TakeSecrets(t.Context(), vault)
			if err != nil {
				t.Error(err)
				return
			}
			m := token.NewMint(issuer, token.NewRing(vault), s, time.Now)
			rt, _ := m.Refresh("g1", 1, "c1")
			core4, _ := m.Core4("alice", time.Unix(1, 0), time.Unix(2, 0), 0)
			made[i] = rt + core4 + m.Seal("x", time.Unix(1, 0))
		})
	}
	all.Wait()
	for _, s := range made {
		if s == "" || s != made[0] {
			t.Fatal("two replicas sign with different keys")
		}
	}
}

func TestShortSecretsAreRefused(t *testing.T) {
	t.Parallel()
	s, err := token.TakeSecrets(t.Context(), newSafe())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.With(token.Core4Keys, counted(63)); err == nil || !strings.Contains(err.Error(), "64") {
		t.Errorf("63 bytes for HS512: %v", err)
	}
	changed, err := s.With(token.Core4Keys, make([]byte, 64))
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return time.Unix(1, 0) }
	old := token.NewMint(issuer, nil, s, clock)
	tok, _ := old.Core4("alice", time.Unix(1, 0), time.Unix(9, 0), 0)
	if _, _, _, _, err := token.NewMint(issuer, nil, changed, clock).OpenCore4(tok); !errors.Is(err, token.ErrNotOurs) {
		t.Errorf("another secret: %v", err)
	}
	down := newSafe()
	down.err = errors.New("down")
	if _, err := token.TakeSecrets(t.Context(), down); !errors.Is(err, down.err) {
		t.Errorf("vault down: %v", err)
	}
	if text := fmt.Sprintf("%v %+v %#v", s, s, s); text != "secrets secrets secrets" {
		t.Errorf("printed as %s", text)
	}
}
