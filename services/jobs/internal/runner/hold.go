package runner

import (
	"sync"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// hold is a job that this runner has, from the moment it is given until the
// service has taken its end.
type hold struct {
	jobsapi.Assignment
	in     *holds           // where it has its slot
	need   jobsapi.Capacity // while it runs
	turn   chan struct{}    // closed when it has a slot
	since  time.Time        // when it got it; zero: it has none. holds guards it
	mu     sync.Mutex
	run    executor.Run
	reason string // why it is to be stopped, if it is
}

// known is a job that the service thinks is held here. It cannot be started,
// since its description is not known.
func (a *Agent) known(j jobsapi.Holding) *hold {
	spec := jobsapi.Spec{Limits: j.Limits, Kind: j.Kind, Within: j.Within}
	return &hold{need: a.dep.Place.Need(spec), Assignment: jobsapi.Assignment{ID: j.ID, Owner: j.Owner, Epoch: j.Epoch, State: j.State, Spec: spec}}
}

func (h *hold) key() executor.Key { return executor.Key{ID: h.ID, Epoch: h.Epoch} }

func (h *hold) lease() jobsapi.Lease {
	return jobsapi.Lease{ID: h.ID, Owner: h.Owner, Epoch: h.Epoch}
}

// stop stops the run, or keeps it from starting.
func (h *hold) stop(reason string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.reason == "" {
		h.reason = reason
	}
	if h.run != nil {
		h.run.Stop(reason)
	}
}

func (h *hold) stopped() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.reason
}

// start starts the run unless the job is to be stopped; then why says so.
func (h *hold) start(x executor.Executor, site string, spec jobsapi.Spec) (run executor.Run, why string, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.reason != "" {
		return nil, h.reason, nil
	}
	h.run, err = x.Start(executor.Job{Key: h.key(), Site: site, Spec: spec, Dir: h.Dir.Local()})
	return h.run, "", err
}
