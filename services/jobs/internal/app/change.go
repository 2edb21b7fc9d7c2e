package app

import (
	"context"
	"fmt"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Hold keeps a job back.
func (a *App) Hold(ctx context.Context, r jobsapi.ActRequest) (jobsapi.Job, error) {
	return a.act(ctx, r.ID, job.Hold{Reason: shorten(r.Reason)})
}

// Unhold lets it go.
func (a *App) Unhold(ctx context.Context, r jobsapi.ActRequest) (jobsapi.Job, error) {
	return a.act(ctx, r.ID, job.Unhold{})
}

// Reschedule runs a job again as if it were new.
func (a *App) Reschedule(ctx context.Context, r jobsapi.ActRequest) (jobsapi.Job, error) {
	if r.Reset && !who.From(ctx).Operator() {
		return jobsapi.Job{}, fault.New(fault.Denied, "job.reset", "Only operators may reset the count of reschedulings.")
	}
	return a.act(ctx, r.ID, job.Reschedule{Most: a.Reschedules, Reset: r.Reset, Reason: shorten(r.Reason)})
}

// Change sets those properties of a job that are given.
func (a *App) Change(ctx context.Context, r jobsapi.ChangeRequest) (jobsapi.Job, error) {
	commands, err := a.changes(r)
	if err != nil {
		return jobsapi.Job{}, err
	}
	if r.ACL != nil {
		if err := a.mayShare(ctx, r.ID); err != nil {
			return jobsapi.Job{}, err
		}
	}
	if len(commands) == 0 {
		return a.Get(ctx, jobsapi.GetRequest{ID: r.ID})
	}
	var j jobsapi.Job
	for _, c := range commands {
		if j, err = a.act(ctx, r.ID, c); err != nil {
			break
		}
	}
	return j, err
}

func (a *App) mayShare(ctx context.Context, n id.ID) error {
	if err := a.View.Fresh(ctx); err != nil {
		return err
	}
	j, err := a.visible(ctx, n, true)
	if err != nil {
		return err
	}
	return rightsOf(who.From(ctx)).mayShare(j)
}

// changes are the commands of a request. The time comes first, since only it
// can be refused.
func (a *App) changes(r jobsapi.ChangeRequest) ([]job.Command, error) {
	var all []job.Command
	if r.Expires != nil {
		all = append(all, job.SetExpiry{At: r.Expires.UTC(), Now: a.Now()})
	}
	if r.Tags != nil {
		f := fault.New(fault.Invalid, "job.invalid", "The tags are not acceptable.")
		for _, p := range a.Limits.Check(jobsapi.Spec{Tags: *r.Tags}) {
			f = f.WithField(p.Field, "%s", p.Message)
		}
		if len(f.Fields) > 0 {
			return nil, f
		}
		all = append(all, job.SetTags{Tags: *r.Tags})
	}
	if r.ACL != nil {
		if err := checkACL(*r.ACL); err != nil {
			return nil, err
		}
		all = append(all, job.SetACL{Entries: *r.ACL})
	}
	return all, nil
}

// checkAwaits checks that the jobs for which others wait are there for the
// owner. Those of the batch itself are yet to come.
func (a *App) checkAwaits(ctx context.Context, specs []jobsapi.Spec, owner string, batch id.ID) error {
	own := map[string]bool{}
	for i := range specs {
		own[memberID(owner, batch, i).String()] = batch != 0
	}
	fresh := false
	for i, s := range specs {
		for k, d := range s.Awaits {
			if own[d.Job] {
				continue
			}
			field := fmt.Sprintf("awaits[%d].job", k)
			if batch != 0 {
				field = fmt.Sprintf("specs[%d].%s", i, field)
			}
			n, err := id.Parse(d.Job)
			if err != nil {
				return invalid(field, "is no job's id")
			}
			if !fresh {
				if err := a.View.Fresh(ctx); err != nil {
					return err
				}
				fresh = true
			}
			if _, err := a.visible(ctx, n, false); err != nil {
				return invalid(field, "is no job of yours")
			}
		}
	}
	return nil
}
