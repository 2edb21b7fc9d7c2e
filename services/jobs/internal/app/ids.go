package app

import (
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
)

// Replicas is how many replicas can submit at once. An id ends with the
// number of its replica: the journal keeps the jobs of one owner apart, but not
// those of two that were submitted in the same millisecond.
const Replicas = 64

// ids gives no id twice, in any replica.
type ids struct {
	mu   sync.Mutex
	last id.ID
}

func (s *ids) next(at time.Time, replica int) id.ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	block := max(id.New(at)/Replicas, s.last/Replicas+1)
	s.last = block*Replicas + id.ID(replica)
	return s.last
}
