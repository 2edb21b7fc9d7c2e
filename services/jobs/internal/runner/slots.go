package runner

import (
	"context"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

const (
	// quick is the mean time of runs below which jobs are taken ahead: as
	// many as there are slots, so that the way to the service and back does
	// not leave cores idle.
	quick = 200 * time.Millisecond
	// patience is how long a job taken ahead waits here; then it goes back,
	// for another runner may be free.
	patience = time.Second
	// unreported bounds, in multiples of the slots, how many jobs may be held
	// whose end the service has not taken yet.
	unreported = 8
)

// holds is the set of held jobs. Free slots are counted from it and nothing
// else, so that none can leak. A job whose process has ended stays in the set
// until its end is reported, but takes no slot any more.
type holds struct {
	mu      sync.Mutex
	slots   int
	jobs    map[executor.Key]*hold
	active  int             // held jobs that have a slot or wait for one
	running int             // those that have one
	queue   []chan struct{} // those that wait, in order; closed to admit
	mean    time.Duration   // of the last runs; 0: none yet
	changed chan struct{}   // holds one token when a slot became free
}

func newHolds(slots int) *holds {
	return &holds{slots: slots, jobs: map[executor.Key]*hold{}, changed: make(chan struct{}, 1)}
}

// add takes a job in, and gives it a slot or a place in the queue: its turn
// has come when the channel is closed. false if it is held already.
func (s *holds) add(h *hold) (turn chan struct{}, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, twice := s.jobs[h.key()]; twice {
		return nil, false
	}
	s.jobs[h.key()] = h
	s.active++
	turn = make(chan struct{})
	if s.running < s.slots {
		s.running++
		close(turn)
	} else {
		s.queue = append(s.queue, turn)
	}
	return turn, true
}

// adopt takes in a job that has its slot from before, even if there are fewer
// slots now.
func (s *holds) adopt(h *hold) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, twice := s.jobs[h.key()]; twice {
		return false
	}
	s.jobs[h.key()] = h
	s.active++
	s.running++
	return true
}

// admit waits for the turn; false if that took too long or ctx ended.
func (s *holds) admit(ctx context.Context, turn chan struct{}) bool {
	limit := time.NewTimer(patience)
	defer limit.Stop()
	select {
	case <-turn:
		return true
	case <-limit.C:
	case <-ctx.Done():
	}
	return s.giveUp(turn)
}

// giveUp leaves the queue; true if the turn has come in the meantime.
func (s *holds) giveUp(turn chan struct{}) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, other := range s.queue {
		if other == turn {
			s.queue = append(s.queue[:i], s.queue[i+1:]...)
			s.active--
			s.mean = max(s.mean, patience) // runs are not that quick any more
			return false
		}
	}
	return true
}

// idle says that an admitted job needs its slot no more. took is how long it
// ran; 0 if it did not.
func (s *holds) idle(took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if took > 0 {
		s.mean = (3*s.mean + took) / 4
	}
	s.active--
	s.running--
	if len(s.queue) > 0 && s.running < s.slots {
		close(s.queue[0])
		s.queue = s.queue[1:]
		s.running++
	}
	s.wake()
}

// remove forgets a job that has no slot any more.
func (s *holds) remove(h *hold) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.jobs, h.key())
	s.wake()
}

func (s *holds) wake() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// free is how many jobs may be taken now.
func (s *holds) free() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	room := s.slots
	if 0 < s.mean && s.mean < quick {
		room += s.slots
	}
	return max(0, min(room-s.active, unreported*s.slots-len(s.jobs)))
}

// awaitFree returns the number of free slots once there are any; 0 if ctx ended.
func (s *holds) awaitFree(ctx context.Context) int {
	for {
		if n := s.free(); n > 0 && ctx.Err() == nil {
			return n
		}
		select {
		case <-ctx.Done():
			return 0
		case <-s.changed:
		}
	}
}

func (s *holds) get(k executor.Key) *hold {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.jobs[k]
}

func (s *holds) leases() []jobsapi.Lease {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]jobsapi.Lease, 0, len(s.jobs))
	for _, h := range s.jobs {
		list = append(list, h.lease())
	}
	return list
}
