package app

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// givingUp is the duty to end jobs that have waited for long at sites of which
// none can run them: what these can do was not known when they came, or has
// changed.
func (a *App) givingUp() duty {
	return duty{name: "give up", workers: 2, find: a.hopelessJobs, do: a.giveUp}
}

func (a *App) hopelessJobs(ctx context.Context, _ time.Time, n int) (jobs []jobsapi.Job, err error) {
	if a.Hopeless <= 0 {
		return nil, nil
	}
	classes, err := a.View.Waiting(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range classes {
		d, ok := a.demands.parse(c.Demand)
		// One without a site waits for any that may come.
		if !ok || len(d.Sites) == 0 || len(jobs) >= n {
			continue
		}
		problems, err := a.hopeless(ctx, d)
		if err != nil {
			return nil, err
		}
		if len(problems) == 0 {
			continue
		}
		front, err := a.View.Front(ctx, c, n-len(jobs))
		if err != nil {
			return nil, err
		}
		for _, f := range front {
			if a.Now().Sub(f.Since) >= a.Hopeless {
				jobs = append(jobs, jobsapi.Job{ID: f.ID, Owner: f.Owner, Reason: noSite(problems)})
			}
		}
	}
	return jobs, nil
}

func (a *App) giveUp(ctx context.Context, j jobsapi.Job) { a.say(ctx, j, job.Refuse{Reason: j.Reason}) }
