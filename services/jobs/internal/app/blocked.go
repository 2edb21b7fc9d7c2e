package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// unblocking is the duty to let jobs go that wait for their time or for others.
func (a *App) unblocking() duty {
	return duty{name: "unblock", workers: 4, find: a.releasable, do: a.unblock}
}

func (a *App) releasable(ctx context.Context, _ time.Time, n int) ([]jobsapi.Job, error) {
	due, err := a.View.Due(ctx, a.Now().Add(ahead), n)
	if err != nil {
		return nil, err
	}
	answered, err := a.View.Answered(ctx, n)
	if err != nil {
		return nil, err
	}
	placed, err := a.View.Placed(ctx, n)
	return slices.Concat(due, answered, placed), err
}

// unblock lets a job go as far as nothing keeps it back.
func (a *App) unblock(ctx context.Context, j jobsapi.Job) {
	switch early := a.Now().Before(j.Spec.NotBefore); {
	case !slices.Contains(j.BlockedOn, job.TooEarly):
	case early:
		a.alarm(j)
	default:
		a.say(ctx, j, job.Unblock{From: job.TooEarly})
	}
	if slices.Contains(j.BlockedOn, job.NoPlace) && a.placed(ctx, j) {
		a.say(ctx, j, job.Unblock{From: job.NoPlace})
	}
	if len(j.Spec.Awaits) == 0 {
		return
	}
	met, problem, err := a.met(ctx, j.Spec.Awaits)
	if err != nil {
		a.Log.WarnContext(ctx, "cannot look at the jobs for which another waits; will look again", "job", j.ID, "err", err)
		return
	}
	if met || problem != "" {
		a.say(ctx, j, job.Unblock{From: job.Dependencies, Problem: problem})
	}
}

// say passes a command of the service itself to a job.
func (a *App) say(ctx context.Context, j jobsapi.Job, c job.Command) {
	out, err := a.handle(ctx, j.Owner, j.ID, "", a.Now(), c)
	if err != nil && !refused(err) && ctx.Err() == nil {
		a.Log.WarnContext(ctx, "cannot record something on a job; will try again", "job", j.ID, "command", fmt.Sprintf("%T", c), "err", err)
	}
	if err == nil {
		a.tellRunner(out)
	}
}

// met tells whether the dependencies are met, or why they never will be.
func (a *App) met(ctx context.Context, all []jobsapi.Dependency) (met bool, problem string, err error) {
	met = true
	for _, d := range all {
		n, err := id.Parse(d.Job)
		if err != nil {
			return false, "It waits for " + d.Job + ", which is no job's id.", nil
		}
		other, ok, err := a.View.Get(ctx, n)
		if err != nil {
			return false, "", err
		}
		if !ok { // of a batch that is still being made
			met = false
			continue
		}
		one, never := answered(d, other)
		if never != "" {
			return false, never, nil
		}
		met = met && one
	}
	return met, "", nil
}

// answered tells whether one dependency is met, or why it never will be.
func answered(d jobsapi.Dependency, other jobsapi.Job) (met bool, never string) {
	end := end(other)
	switch {
	case end == "":
		return false, ""
	case d.On == job.OnEnd, (d.On == job.OnFailure) == (end != job.Succeeded):
		return true, ""
	default:
		return false, fmt.Sprintf("The job %s that it waits for has ended otherwise: %s.", d.Job, end)
	}
}

// end is the state in which a job has ended; empty: it has not. A job that was
// destroyed has ended as it had before, and has failed if it had not.
func end(j jobsapi.Job) jobsapi.State {
	if j.State != job.Destroyed {
		if j.State.Ended() {
			return j.State
		}
		return ""
	}
	for _, s := range slices.Backward(j.History) {
		if s.State != job.Destroyed && s.State.Ended() {
			return s.State
		}
		if s.State != job.Destroyed {
			break
		}
	}
	return job.Aborted
}
