package session_test

import (
	"errors"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/session"
	"github.com/heddle-dev/heddle/services/gateway/internal/session/memory"
)

// standing says the same of everything.
type standing struct{ err error }

func (s *standing) Check(who.Facts) error { return s.err }

var alice = authapi.Resolved{
	Principal: who.Principal{ID: "u1", Name: "alice", Method: who.MethodPassword},
	Facts:     who.Facts{User: "u1", Position: 7}, Logins: []string{"alice", "hpc1"},
}

func TestResumedSessionIsTheSameCallerWithLessToLive(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	clock := func() time.Time { return now }
	k := session.NewKeeper(memory.New(clock), &standing{}, 0, clock)
	begun, err := k.Begin(t.Context(), alice)
	if err != nil || begun.Lifetime != session.DefaultTTL {
		t.Fatalf("%+v, %v", begun, err)
	}
	now = now.Add(time.Hour)
	r, resumed, err := k.Resume(t.Context(), begun.ID)
	if err != nil || r.Principal.ID != "u1" || r.Principal.Method != who.MethodSession || r.Principal.Credential != "session" ||
		r.Facts != alice.Facts || len(r.Logins) != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	if resumed.ID != begun.ID || resumed.Lifetime != session.DefaultTTL-time.Hour {
		t.Errorf("%+v", resumed)
	}
	if err := k.End(t.Context(), begun.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := k.Resume(t.Context(), begun.ID); !errors.Is(err, session.ErrNone) {
		t.Errorf("an ended session: %v", err)
	}
}

// A session is over when what it stood on is; whether it is can be unknown.
func TestSessionStandsOnItsCredential(t *testing.T) {
	t.Parallel()
	s := &standing{}
	k := session.NewKeeper(memory.New(time.Now), s, 0, time.Now)
	begun, err := k.Begin(t.Context(), alice)
	if err != nil {
		t.Fatal(err)
	}
	s.err = fault.New(fault.Unavailable, "x", "x")
	if _, _, err := k.Resume(t.Context(), begun.ID); !fault.Is(err, fault.Unavailable) {
		t.Errorf("nobody knows: %v", err)
	}
	s.err = nil
	if _, _, err := k.Resume(t.Context(), begun.ID); err != nil {
		t.Errorf("known again: %v", err)
	}
	s.err = fault.New(fault.Unauthenticated, "x", "x")
	if _, _, err := k.Resume(t.Context(), begun.ID); !errors.Is(err, session.ErrNone) {
		t.Errorf("revoked: %v", err)
	}
	s.err = nil
	old, err := k.Begin(t.Context(), authapi.Resolved{Principal: alice.Principal}) // as sessions were once
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := k.Resume(t.Context(), old.ID); !errors.Is(err, session.ErrNone) {
		t.Errorf("a session that nothing can end: %v", err)
	}
}

func TestSessionDoesNotOutliveItsCredential(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	clock := func() time.Time { return now }
	k := session.NewKeeper(memory.New(clock), &standing{}, 0, clock)
	r := alice
	r.Facts.Expires = now.Add(time.Minute)
	begun, err := k.Begin(t.Context(), r)
	if err != nil || begun.Lifetime != time.Minute {
		t.Errorf("%+v, %v", begun, err)
	}
	now = now.Add(time.Minute)
	if _, _, err := k.Resume(t.Context(), begun.ID); !errors.Is(err, session.ErrNone) {
		t.Errorf("a minute later: %v", err)
	}
	if _, err := k.Begin(t.Context(), r); !errors.Is(err, session.ErrNone) {
		t.Errorf("begun when it is over: %v", err)
	}
}

// Whom a person entrusted with a key is not that person by having a session.
func TestSessionOfAProgramIsTheProgram(t *testing.T) {
	t.Parallel()
	k := session.NewKeeper(memory.New(time.Now), &standing{}, 0, time.Now)
	r := alice
	r.Principal.Method, r.Principal.Credential, r.Principal.Scopes = who.MethodAPIKey, "apikey/k1", []string{"api:read"}
	begun, err := k.Begin(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := k.Resume(t.Context(), begun.ID)
	if p := got.Principal; err != nil || p.InPerson() || p.Method != who.MethodAPIKey || p.Credential != "apikey/k1" || len(p.Scopes) != 1 {
		t.Errorf("%+v, %v", p, err)
	}
}
