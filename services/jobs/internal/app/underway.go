package app

import (
	"context"
	"sync"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// underway are the jobs whose files this replica carries, so that they can be
// stopped at once.
type underway struct {
	mu   sync.Mutex
	jobs map[id.ID]context.CancelFunc
}

// begin returns a context that stop ends. There is one for each job at a time.
func (u *underway) begin(ctx context.Context, n id.ID) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.jobs == nil {
		u.jobs = map[id.ID]context.CancelFunc{}
	}
	u.jobs[n] = cancel
	return ctx, func() {
		cancel()
		u.mu.Lock()
		defer u.mu.Unlock()
		delete(u.jobs, n)
	}
}

// among returns those of the jobs that are under way.
func (u *underway) among(jobs []id.ID) []id.ID {
	u.mu.Lock()
	defer u.mu.Unlock()
	var found []id.ID
	for _, n := range jobs {
		if u.jobs[n] != nil {
			found = append(found, n)
		}
	}
	return found
}

func (u *underway) stop(n id.ID) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if cancel := u.jobs[n]; cancel != nil {
		cancel()
	}
}

// stopCarrying stops the transfers of those jobs that have left their stage.
func (a *App) stopCarrying(ctx context.Context, jobs []id.ID) {
	for _, n := range a.underway.among(jobs) {
		if j, ok, err := a.View.Get(ctx, n); err == nil && (!ok || !carries(j)) {
			a.underway.stop(n)
		}
	}
}

// carries reports whether the job is in one of the stages in which its files
// are carried.
func carries(j jobsapi.Job) bool { return j.State == job.StagingIn || j.State == job.StagingOut }
