package session_test

import (
	"errors"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/gateway/internal/session"
	"github.com/heddle-dev/heddle/services/gateway/internal/session/memory"
)

func TestResumedSessionIsTheSameCallerWithLessToLive(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	clock := func() time.Time { return now }
	k := session.NewKeeper(memory.New(clock), 0, clock)
	begun, err := k.Begin(t.Context(), who.Principal{ID: "u1", Name: "alice", Method: "password"})
	if err != nil || begun.Lifetime != session.DefaultTTL {
		t.Fatalf("%+v, %v", begun, err)
	}
	now = now.Add(time.Hour)
	p, resumed, err := k.Resume(t.Context(), begun.ID)
	if err != nil || p.ID != "u1" || p.Method != "session" {
		t.Fatalf("%+v, %v", p, err)
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
