// Package sessiontest is the law that every session store obeys.
package sessiontest

import (
	"context"
	"errors"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/session"
)

// Open returns an empty store that reads the time from now.
type Open func(t *testing.T, now func() time.Time) session.Store

type clock struct{ ns atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.ns.Store(time.Now().UnixNano())
	return c
}

func (c *clock) now() time.Time          { return time.Unix(0, c.ns.Load()) }
func (c *clock) advance(d time.Duration) { c.ns.Add(int64(d)) }

// Run checks a store.
func Run(t *testing.T, open Open) {
	alice := authapi.Resolved{
		Principal: who.Principal{ID: "u1", Name: "alice", Group: "users", Groups: []string{"users", "physics"},
			Roles: []string{who.RoleOperator}, Method: "password", Scopes: []string{}},
		Facts:       who.Facts{User: "u1", Position: 7, Grant: "g1", Expires: time.Unix(1_800_000_000, 0).UTC()},
		Permissions: []string{"api://x"}, Logins: []string{"alice"}, Setups: []string{"Production"},
		Issued: time.Unix(1_700_000_000, 0).UTC(), Renewable: true, Preferences: "uid:alice",
	}
	t.Run("a session is its caller", func(t *testing.T) {
		t.Parallel()
		c := newClock()
		s := open(t, c.now)
		id := create(t, s, alice, time.Hour)
		got, err := s.Get(t.Context(), id)
		if err != nil || !reflect.DeepEqual(got.Resolved, alice) {
			t.Fatalf("%+v, %v", got, err)
		}
		if want := c.now().Add(time.Hour); !got.Expires.Equal(want) {
			t.Errorf("ends at %v, want %v", got.Expires, want)
		}
	})
	t.Run("use does not lengthen it", func(t *testing.T) { t.Parallel(); fixedLife(t, open, alice) })
	t.Run("what is no session", func(t *testing.T) { t.Parallel(); noSession(t, open, alice) })
	t.Run("ids are long and never the same", func(t *testing.T) {
		t.Parallel()
		s := open(t, time.Now)
		seen := map[string]bool{}
		for range 100 {
			id := create(t, s, alice, time.Hour)
			if len(id) != 43 || seen[id] {
				t.Fatalf("id %q (seen: %v)", id, seen[id])
			}
			seen[id] = true
		}
	})
}

func fixedLife(t *testing.T, open Open, p authapi.Resolved) {
	c := newClock()
	s := open(t, c.now)
	id := create(t, s, p, time.Hour)
	first, err := s.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	c.advance(time.Hour - time.Second)
	last, err := s.Get(t.Context(), id)
	if err != nil || !last.Expires.Equal(first.Expires) {
		t.Fatalf("a second before its end: %+v, %v", last, err)
	}
	c.advance(time.Second)
	none(t, s, id, "at its end")
}

func noSession(t *testing.T, open Open, p authapi.Resolved) {
	s := open(t, time.Now)
	id, other := create(t, s, p, time.Hour), create(t, s, p, time.Hour)
	none(t, s, "", "the empty id")
	none(t, s, "*", "a pattern")
	none(t, s, session.NewID(), "a made-up id")
	none(t, s, session.Key(id), "the key under which it is stored")
	for range 2 { // ending twice is fine
		if err := s.Delete(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	none(t, s, id, "an ended session")
	if _, err := s.Get(t.Context(), other); err != nil {
		t.Errorf("the other session of the same user: %v", err)
	}
}

func create(t *testing.T, s session.Store, p authapi.Resolved, ttl time.Duration) string {
	t.Helper()
	id, err := s.Create(context.WithoutCancel(t.Context()), p, ttl)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func none(t *testing.T, s session.Store, id, what string) {
	t.Helper()
	if got, err := s.Get(t.Context(), id); !errors.Is(err, session.ErrNone) {
		t.Errorf("%s: %+v, %v", what, got, err)
	}
}
