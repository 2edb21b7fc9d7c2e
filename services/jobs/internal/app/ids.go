package app

import (
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
)

// ids gives no id twice. The journal keeps the jobs of one owner apart, but
// not those of two that were submitted in the same millisecond.
type ids struct {
	mu   sync.Mutex
	last id.ID
}

func (s *ids) next(at time.Time) id.ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = max(s.last+1, id.New(at))
	return s.last
}
