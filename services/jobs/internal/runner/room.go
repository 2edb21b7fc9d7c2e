package runner

import (
	"context"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// room is what jobs may be taken for.
type room struct {
	jobsapi.Capacity     // its Slots are 0 if there is none
	begin            int // for so many of them it is here at once
}

// free is the room there is now.
func (s *holds) free() room {
	s.mu.Lock()
	defer s.mu.Unlock()
	ahead, whole := aheadOf(s.mean), s.whole()
	lasting, n := s.lasting()
	turning := plus(whole, lasting, -1)
	r := room{Capacity: plus(plus(plus(jobsapi.Capacity{}, turning, 1+ahead), s.taken, -1), lasting, 1)}
	slots := max(s.slots-n, 0)
	r.Slots = max(0, min((1+ahead)*slots-(s.active-n), unreported*s.slots-len(s.jobs)))
	if whole.CPUs > 0 && r.CPUs <= 0 {
		r.Slots = 0
	}
	if len(s.queue) > 0 && r.Slots < ahead*slots/2 {
		r.Slots = 0 // there is work enough: many are cheaper than one by one
	}
	r.begin = max(s.slots-s.active, 0)
	return r
}

// lasting is what running jobs take that are none of the quick ones, and how
// many they are: nothing is taken ahead for their slots.
func (s *holds) lasting() (taken jobsapi.Capacity, n int) {
	for _, h := range s.jobs {
		if h.since.IsZero() || h.Spec.Kind != jobsapi.Allocation && s.now().Sub(h.since) < quick {
			continue
		}
		taken, n = plus(taken, h.need, 1), n+1
	}
	return taken, n
}

// awaitFree returns the room there is once there is some, or a doubt; false if
// ctx ended.
func (s *holds) awaitFree(ctx context.Context) (room, bool) {
	for ctx.Err() == nil {
		if r := s.free(); r.Slots > 0 || s.doubted() {
			return r, true
		}
		select {
		case <-ctx.Done():
		case <-s.changed:
		}
	}
	return room{}, false
}

// question notes that the service thinks that more is held here; answered,
// that it was asked.
func (s *holds) question() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.doubt = true
	s.wake()
}

func (s *holds) answered() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.doubt = false
}

func (s *holds) doubted() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.doubt
}
