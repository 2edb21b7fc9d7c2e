package runner

import (
	"context"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

const (
	// patience is how long a job taken ahead waits here; then it goes back,
	// for another runner may be free.
	patience = time.Second
	// unreported bounds, in multiples of the slots, how many jobs may be held
	// whose end the service has not taken yet.
	unreported = 16
)

// holds is the set of jobs that are held in one place: on the machine, or in an
// allocation that has a part of it. Free slots are counted from it and nothing
// else, so that none can leak. A job whose process has ended stays in the set
// until its end is reported, but takes no slot any more.
type holds struct {
	mu      sync.Mutex
	slots   int
	jobs    map[executor.Key]*hold
	active  int     // held jobs that have a slot or wait for one
	running int     // those that have one
	queue   []*hold // those that wait, in order; their turn is closed to admit
	whole   func() jobsapi.Capacity
	now     func() time.Time
	taken   jobsapi.Capacity // by active jobs
	used    jobsapi.Capacity // by running ones
	mean    time.Duration    // of the last runs; 0: none yet
	changed chan struct{}    // holds one token when a slot became free
	doubt   bool             // the service thinks that more is held here
}

func newHolds(slots int, whole func() jobsapi.Capacity, now func() time.Time) *holds {
	return &holds{slots: slots, whole: whole, now: now, jobs: map[executor.Key]*hold{}, changed: make(chan struct{}, 1)}
}

// add takes a job in, and gives it a slot or a place in the queue: its turn
// has come when the channel is closed.
func (s *holds) add(h *hold) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.jobs[h.key()] = h
	s.active++
	s.taken = plus(s.taken, h.need, 1)
	h.turn = make(chan struct{})
	s.queue = append(s.queue, h)
	s.next()
}

// next gives slots to those that wait, in order, as long as there is room.
func (s *holds) next() {
	for len(s.queue) > 0 && s.running < s.slots && holdsAll(s.whole(), plus(s.used, s.queue[0].need, 1)) {
		h := s.queue[0]
		s.queue = s.queue[1:]
		s.running++
		s.used = plus(s.used, h.need, 1)
		h.since = s.now()
		close(h.turn)
	}
}

// plus is a and, times, b.
func plus(a, b jobsapi.Capacity, times int) jobsapi.Capacity {
	a.CPUs += times * b.CPUs
	a.GPUs += times * b.GPUs
	a.Memory += int64(times) * b.Memory
	return a
}

// holdsAll reports whether all that is counted is enough.
func holdsAll(whole, used jobsapi.Capacity) bool {
	return whole.CPUs == 0 || used.CPUs <= whole.CPUs && used.GPUs <= whole.GPUs && (whole.Memory == 0 || used.Memory <= whole.Memory)
}

// adopt takes in a job that has its slot from before, even if there are fewer
// slots now.
func (s *holds) adopt(h *hold) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.jobs[h.key()] = h
	h.since = s.now()
	s.active++
	s.running++
	s.taken, s.used = plus(s.taken, h.need, 1), plus(s.used, h.need, 1)
}

// admit waits for the turn; false if that took too long or ctx ended.
func (s *holds) admit(ctx context.Context, h *hold) bool {
	limit := time.NewTimer(patience)
	defer limit.Stop()
	select {
	case <-h.turn:
		return true
	case <-limit.C:
	case <-ctx.Done():
	}
	return s.giveUp(h)
}

// giveUp leaves the queue; true if the turn has come in the meantime.
func (s *holds) giveUp(h *hold) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, other := range s.queue {
		if other == h {
			s.queue = append(s.queue[:i], s.queue[i+1:]...)
			s.active--
			s.taken = plus(s.taken, h.need, -1)
			s.next()                       // it may have stood before one for which there is room
			s.mean = max(s.mean, patience) // runs are not that quick any more
			return false
		}
	}
	return true
}

// idle says that an admitted job needs its slot no more. took is how long it
// ran; 0 if it did not.
func (s *holds) idle(h *hold, took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if took > 0 {
		s.mean = (3*s.mean + took) / 4
	}
	h.since = time.Time{}
	s.active--
	s.running--
	s.taken, s.used = plus(s.taken, h.need, -1), plus(s.used, h.need, -1)
	s.next()
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
