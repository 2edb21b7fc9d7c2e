package app

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Calls are the jobs that have just moved so that the service may have
// something to do for them, or for those that wait for them. A call that is
// lost only costs time: each duty looks by itself too.
type Calls struct {
	mu   sync.Mutex
	jobs map[id.ID]bool
	bell Bell
}

// NewCalls returns none.
func NewCalls() *Calls { return &Calls{jobs: map[id.ID]bool{}} }

// maxCalls bounds the jobs that are called for at once.
const maxCalls = 10_000

// Moved says that readers see these jobs moved.
func (c *Calls) Moved(jobs []id.ID) {
	c.mu.Lock()
	for _, n := range jobs {
		if len(c.jobs) < maxCalls {
			c.jobs[n] = true
		}
	}
	c.mu.Unlock()
	c.bell.Ring()
}

// take returns up to n jobs that were called for.
func (c *Calls) take(n int) []id.ID {
	c.mu.Lock()
	defer c.mu.Unlock()
	jobs := slices.Collect(maps.Keys(c.jobs))
	jobs = jobs[:min(n, len(jobs))]
	for _, j := range jobs {
		delete(c.jobs, j)
	}
	return jobs
}

// gathering is how long calls gather after a look at some that nobody waited
// for: mostly nobody does, and a look at many costs what one at few does.
const gathering = 20 * time.Millisecond

func rest(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// attend hands those that were called for to the duties, until ctx ends.
func (a *App) attend(ctx context.Context) {
	const once = 200
	for ctx.Err() == nil {
		heard := a.Calls.bell.Heard() // before the look, so that nothing is missed
		if jobs := a.Calls.take(once); len(jobs) > 0 {
			if !a.call(ctx, jobs) {
				rest(ctx, gathering)
			}
			continue
		}
		select {
		case <-heard:
		case <-ctx.Done():
		}
	}
}

// call returns whether there was something to do.
func (a *App) call(ctx context.Context, jobs []id.ID) (wanted bool) {
	a.stopCarrying(ctx, jobs)
	for _, c := range []struct {
		duty *dutiful
		find func(context.Context, []id.ID) ([]jobsapi.Job, error)
	}{
		{a.blocked, a.View.Waiters}, {a.sweeps, a.View.Parents}, {a.inside, a.View.HomelessOf}, {a.carrying, a.View.Senders},
	} {
		found, err := c.find(ctx, jobs)
		if err != nil && ctx.Err() == nil {
			a.Log.WarnContext(ctx, "cannot look who waits for jobs that have moved; will find them later", "duty", c.duty.name, "err", err)
		}
		for _, j := range found {
			c.duty.take(j)
			wanted = true
		}
	}
	return wanted
}
