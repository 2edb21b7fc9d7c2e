package app

import (
	"testing"
	"time"
)

func TestAReaperIsPatient(t *testing.T) {
	t.Parallel()
	const lease = 15 * time.Second
	type look struct {
		after   time.Duration // since the look before
		ok      bool
		outages uint64
		want    bool
	}
	for name, looks := range map[string][]look{
		"it waits for a lease":         {{0, true, 0, false}, {5 * time.Second, true, 0, false}, {5 * time.Second, true, 0, false}, {5 * time.Second, true, 0, true}},
		"a failed look starts it anew": {{0, true, 0, false}, {10 * time.Second, false, 0, false}, {10 * time.Second, true, 0, false}, {5 * time.Second, true, 0, true}},
		"so does a lost connection":    {{0, true, 1, false}, {10 * time.Second, true, 2, false}, {10 * time.Second, true, 2, false}, {5 * time.Second, true, 2, true}},
		"so does a long sleep":         {{0, true, 0, false}, {10 * time.Second, true, 0, false}, {time.Hour, true, 0, false}, {15 * time.Second, true, 0, true}},
		"while it can, it goes on":     {{0, true, 0, false}, {15 * time.Second, true, 0, true}, {5 * time.Second, true, 0, true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, now := &reaper{}, time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
			for i, l := range looks {
				now = now.Add(l.after)
				if got := r.steady(now, l.ok, l.outages, lease); got != l.want {
					t.Errorf("look %d: %v, want %v", i, got, l.want)
				}
			}
		})
	}
}
