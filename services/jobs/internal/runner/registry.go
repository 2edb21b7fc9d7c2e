package runner

import (
	"sync"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// registry knows all held jobs, in whatever place they have their slots.
type registry struct {
	mu   sync.Mutex
	jobs map[executor.Key]*hold
}

// add is false if the job is held already.
func (r *registry) add(h *hold) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.jobs == nil {
		r.jobs = map[executor.Key]*hold{}
	}
	if r.jobs[h.key()] != nil {
		return false
	}
	r.jobs[h.key()] = h
	return true
}

func (r *registry) remove(h *hold) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.jobs, h.key())
}

func (r *registry) get(k executor.Key) *hold {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.jobs[k]
}

func (r *registry) leases() []jobsapi.Lease {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]jobsapi.Lease, 0, len(r.jobs))
	for _, h := range r.jobs {
		list = append(list, h.lease())
	}
	return list
}

// remove forgets a job that has no slot any more.
func (a *Agent) remove(h *hold) {
	h.in.remove(h)
	a.all.remove(h)
	if h.Spec.Kind == jobsapi.Allocation {
		a.inside.remove(h)
	}
}
