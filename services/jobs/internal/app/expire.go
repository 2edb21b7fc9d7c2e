package app

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// expirers are the jobs that a replica destroys at once: few, so that a
// hundred thousand whose time is up together do not stand in the way of who
// submits.
const expirers = 2

// expiring is the duty to destroy jobs whose time is up, as their owner would:
// what a runner has is stopped, a sweep takes its children with it, and the
// jobs in an allocation are stopped.
func (a *App) expiring() duty {
	return duty{name: "expire", workers: expirers, find: func(ctx context.Context, _ time.Time, n int) ([]jobsapi.Job, error) {
		return a.View.Expired(ctx, a.Now(), n)
	}, do: a.expire}
}

func (a *App) expire(ctx context.Context, j jobsapi.Job) {
	at := a.Now()
	out, err := a.handle(ctx, j.Owner, j.ID, "", at, job.Expire{Now: at})
	if err != nil && !refused(err) && ctx.Err() == nil {
		a.Log.WarnContext(ctx, "cannot destroy a job whose time is up; will try again", "job", j.ID, "err", err)
	}
	if err == nil {
		a.tellRunner(out)
	}
}
