package app

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Access tells what the caller may do with a job. It is what others ask who
// keep things that belong to jobs, so that the rule is in one place.
func (a *App) Access(ctx context.Context, r jobsapi.AccessRequest) (jobsapi.Access, error) {
	if err := a.View.Fresh(ctx); err != nil {
		return jobsapi.Access{}, err
	}
	j, ok, err := a.View.Get(ctx, r.ID)
	switch {
	case err != nil:
		return jobsapi.Access{}, readFault(ctx, err)
	case !ok || j.State == job.Destroyed:
		return jobsapi.Access{}, unknown()
	}
	caller := rightsOf(who.From(ctx))
	return jobsapi.Access{Read: caller.may(j, false), Write: caller.may(j, true)}, nil
}
