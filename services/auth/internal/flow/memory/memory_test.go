package memory_test

import (
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/auth/internal/flow"
	"github.com/heddle-dev/heddle/services/auth/internal/flow/flowtest"
	"github.com/heddle-dev/heddle/services/auth/internal/flow/memory"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	flowtest.Run(t, func(*testing.T) (flow.Store, flowtest.Pass) {
		var at atomic.Int64
		return memory.New(func() time.Time { return time.Unix(0, at.Load()) }),
			func(d time.Duration) { at.Add(int64(d)) }
	})
}

// TestWhatHasEndedGoes: a store that nobody empties does not grow for ever.
func TestWhatHasEndedGoes(t *testing.T) {
	t.Parallel()
	var at atomic.Int64
	s := memory.New(func() time.Time { return time.Unix(0, at.Load()) })
	for i := range 10_000 {
		at.Add(int64(time.Second))
		if err := s.Add(t.Context(), flow.Code, strconv.Itoa(i), nil, time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.Len(); n > 1_100 {
		t.Errorf("%d entries are held, and at most 60 are good", n)
	}
}
