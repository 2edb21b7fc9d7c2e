package app

import (
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
)

// TestNoIdIsGivenTwice: many in one millisecond, and a clock that goes back.
func TestNoIdIsGivenTwice(t *testing.T) {
	t.Parallel()
	var s ids
	seen := map[id.ID]bool{}
	at := time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
	for i := range 20_000 {
		n := s.next(at.Add(-time.Duration(i/10_000) * time.Second))
		if seen[n] {
			t.Fatalf("%s was given again", n)
		}
		seen[n] = true
	}
}
