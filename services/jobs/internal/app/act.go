package app

import (
	"context"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Start lets a job that waits for its owner go on.
func (a *App) Start(ctx context.Context, r jobsapi.ActRequest) (jobsapi.Job, error) {
	return a.act(ctx, r.ID, job.Start{})
}

// Abort stops a job.
func (a *App) Abort(ctx context.Context, r jobsapi.ActRequest) (jobsapi.Job, error) {
	return a.act(ctx, r.ID, job.Abort{Reason: shorten(r.Reason)})
}

// Restart runs an ended job again.
func (a *App) Restart(ctx context.Context, r jobsapi.ActRequest) (jobsapi.Job, error) {
	return a.act(ctx, r.ID, job.Restart{})
}

// Destroy removes a job; the answer is its last look.
func (a *App) Destroy(ctx context.Context, r jobsapi.ActRequest) (jobsapi.Job, error) {
	j, err := a.act(ctx, r.ID, job.Destroy{})
	if err == nil && j.Spec.Opens() {
		_ = a.Vault.Forget(ctx, r.ID) // what stays here is found later
	}
	return j, err
}

func (a *App) act(ctx context.Context, n id.ID, c job.Command) (jobsapi.Job, error) {
	if err := a.View.Fresh(ctx); err != nil {
		return jobsapi.Job{}, err
	}
	j, err := a.visible(ctx, n, true)
	if err != nil {
		return jobsapi.Job{}, err
	}
	out, err := a.handle(ctx, j.Owner, n, "", a.Now(), c)
	if err != nil {
		return jobsapi.Job{}, faultOf(ctx, err)
	}
	a.tellRunner(out)
	if j, err = a.reached(ctx, n, out.Seq); err == nil && j.State == job.StagingIn && len(out.Events) > 0 {
		a.staging.take(j)
	}
	return j, err
}

// tellRunner hurries the runner of a job that has just been aborted or
// destroyed; its next beat would find out anyway.
func (a *App) tellRunner(out outcome) {
	for _, e := range out.Events {
		switch e.(type) {
		case job.AbortRequested, job.RescheduleRequested, job.JobDestroyed:
			if out.State.Runner != "" {
				a.Stop(out.State.Runner)
				return
			}
		}
	}
}

// visible returns a job as the view has it, if the caller may see it or, with
// act, change it.
func (a *App) visible(ctx context.Context, n id.ID, act bool) (jobsapi.Job, error) {
	j, ok, err := a.View.Get(ctx, n)
	if err != nil {
		return jobsapi.Job{}, readFault(ctx, err)
	}
	if !ok || j.State == job.Destroyed {
		return jobsapi.Job{}, unknown()
	}
	switch r := rightsOf(who.From(ctx)); {
	case r.may(j, act):
	case !act && r.summaries():
		return summary(j), nil
	default:
		return jobsapi.Job{}, fault.New(fault.Denied, "job.not_yours", "This is somebody else's job.")
	}
	return j, nil
}

// reached returns a job as it is at or after the position, destroyed or not.
func (a *App) reached(ctx context.Context, n id.ID, position uint64) (jobsapi.Job, error) {
	if err := a.View.Reach(ctx, position); err != nil {
		return jobsapi.Job{}, err
	}
	j, ok, err := a.View.Get(ctx, n)
	if err != nil {
		return jobsapi.Job{}, readFault(ctx, err)
	}
	if !ok {
		return jobsapi.Job{}, unknown()
	}
	return j, nil
}

// maxText bounds what people and runners say about a job, in bytes.
const maxText = 1024

func shorten(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
	}
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
}
