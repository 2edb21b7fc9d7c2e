package app

import (
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
)

// TestNoIdIsGivenTwice: many in one millisecond, by two replicas, and a clock
// that goes back.
func TestNoIdIsGivenTwice(t *testing.T) {
	t.Parallel()
	var replicas [2]ids
	seen := map[id.ID]bool{}
	at := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	for i := range 40_000 {
		n := replicas[i%2].next(at.Add(-time.Duration(i/20_000)*time.Second), 3+i%2)
		if seen[n] {
			t.Fatalf("%s was given again", n)
		}
		seen[n] = true
	}
}
