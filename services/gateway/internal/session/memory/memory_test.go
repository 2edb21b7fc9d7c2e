package memory_test

import (
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/session"
	"github.com/heddle-dev/heddle/services/gateway/internal/session/memory"
	"github.com/heddle-dev/heddle/services/gateway/internal/session/sessiontest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	sessiontest.Run(t, func(_ *testing.T, now func() time.Time) session.Store { return memory.New(now) })
}

func TestEndedSessionsTakeNoRoom(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	s := memory.New(func() time.Time { return now })
	for range 10_000 {
		if _, err := s.Create(t.Context(), authapi.Resolved{Principal: who.Principal{ID: "u1"}}, time.Second); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Second)
	}
	if n := s.Len(); n > 2000 {
		t.Errorf("10,000 sessions of which one lives take the room of %d", n)
	}
}
