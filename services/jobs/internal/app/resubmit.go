package app

import (
	"context"
	"errors"
	"strconv"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Resubmit has an ended job's work done again by another job. The old job says
// first which one that is; so whoever asks again, after whatever was lost,
// finds or makes the same one.
func (a *App) Resubmit(ctx context.Context, r jobsapi.ActRequest) (jobsapi.Job, error) {
	if who.From(ctx).Limited {
		return jobsapi.Job{}, fault.New(fault.Denied, jobsapi.CodeLimited, "A limited proxy certificate may not submit jobs.")
	}
	if err := a.View.Fresh(ctx); err != nil {
		return jobsapi.Job{}, err
	}
	old, err := a.visible(ctx, r.ID, true)
	if err != nil {
		return jobsapi.Job{}, err
	}
	if err := a.admit(jobsapi.SubmitRequest{Spec: old.Spec}); err != nil {
		return jobsapi.Job{}, err
	}
	as := id.FromKey("job", old.Owner, "restart of "+old.ID.String()+" at "+strconv.FormatUint(old.Version, 10))
	out, err := a.handle(ctx, old.Owner, old.ID, "", a.Now(), job.Resubmit{As: as.String()})
	if err != nil {
		return jobsapi.Job{}, faultOf(ctx, err)
	}
	return a.submitAs(ctx, old, out.State)
}

// submitAs submits the job that an old one names.
func (a *App) submitAs(ctx context.Context, old jobsapi.Job, said job.Job) (jobsapi.Job, error) {
	n, err := id.Parse(said.RestartedAs)
	if err != nil {
		return jobsapi.Job{}, fault.From(err)
	}
	if err := a.inherit(ctx, old, n); err != nil {
		return jobsapi.Job{}, err
	}
	at := a.Now()
	hash := "restart-of-" + old.ID.String()
	out, err := a.handle(ctx, old.Owner, n, hash+"-"+n.String(), at, job.Submit{
		ID: n.String(), Owner: old.Owner, OwnerName: old.OwnerName, Group: old.Group, VO: old.VO, KeyHash: hash, RestartOf: old.ID.String(), Spec: said.Spec, Expires: a.expiry()})
	if err != nil && !errors.Is(err, job.ErrGone) {
		return jobsapi.Job{}, faultOf(ctx, err)
	}
	var j jobsapi.Job
	if err == nil {
		j, err = a.submitted(ctx, n, at, out)
	}
	if errors.Is(err, job.ErrGone) || err != nil && fault.From(err).Code == codeGone {
		err = fault.New(fault.Conflict, "job.restart_gone", "The job was submitted again as %s, which is destroyed.", n)
	}
	return j, err
}
