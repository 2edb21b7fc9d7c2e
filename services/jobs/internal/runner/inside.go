package runner

import (
	"context"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// inside are the places of the allocations that are held: an allocation has its
// part of the machine, which it offers as the runner offers the rest. A job in
// it takes nothing of the runner's.
type inside struct {
	mu sync.Mutex
	of map[string]*holds // by the allocation's id
}

// make makes the place of an allocation, if it is not there. It has a slot for
// each of its cores, for a job takes one at least.
func (s *inside) make(h *hold, now func() time.Time) *holds {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of == nil {
		s.of = map[string]*holds{}
	}
	name, whole := h.ID.String(), h.need
	if s.of[name] == nil {
		whole.Slots = max(1, whole.CPUs)
		s.of[name] = newHolds(whole.Slots, func() jobsapi.Capacity { return whole }, now)
	}
	return s.of[name]
}

func (s *inside) get(name string) *holds {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.of[name]
}

func (s *inside) remove(h *hold) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.of, h.ID.String())
}

// question is that of each place.
func (s *inside) question() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, place := range s.of {
		place.question()
	}
}

// room is where a job has its slot; nil if its allocation is not held here.
func (a *Agent) room(spec jobsapi.Spec) *holds {
	if spec.Within == "" {
		return a.holds
	}
	return a.inside.get(spec.Within)
}

// concerns reports whether a job that is thought to be held here is one of the
// place. What is in no place that is open is the machine's: no offer can bring
// it any more, or what that brings is given back.
func (a *Agent) concerns(p place, job jobsapi.Holding) bool {
	return job.Within == p.within || p.within == "" && a.inside.get(job.Within) == nil
}

// open begins to take jobs into a running allocation; close must be called at
// its end. Jobs that are in it then are the service's to stop.
func (a *Agent) open(ctx context.Context, h *hold) (closed func()) {
	p := place{holds: a.inside.make(h, a.dep.Now), within: h.ID.String(), take: func(as jobsapi.Assignment) { a.take(ctx, as) }}
	running, cancel := context.WithCancel(ctx)
	a.work.Go(func() { a.offers(running, p) })
	return func() {
		cancel()
		a.inside.remove(h)
	}
}
