package app

import (
	"context"
	"fmt"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/match"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// welcome refuses new jobs that no site can run, and those of an owner who has
// too many waiting. A repeat is never refused: first is the job that the first
// request has made, 0 if there was none for sure.
func (a *App) welcome(ctx context.Context, owner string, specs []jobsapi.Spec, first id.ID) error {
	f := fault.New(fault.Invalid, "job.no_site", "No site can run the job.")
	for i, s := range specs {
		problems, err := a.hopeless(ctx, match.DemandOf(s))
		if err != nil {
			return faultOf(ctx, err)
		}
		for _, p := range problems {
			if len(specs) > 1 {
				p.Field = fmt.Sprintf("specs[%d].%s", i, p.Field)
			}
			f = f.WithField(p.Field, "%s", p.Message)
		}
	}
	var err error
	if len(f.Fields) > 0 {
		err = f
	} else {
		err = a.roomToWait(ctx, owner, len(specs))
	}
	if err != nil && first != 0 {
		if _, made, broken := a.View.Peek(ctx, first); broken == nil && made {
			return nil
		}
	}
	return err
}

// roomToWait checks the limit of jobs that have not begun. Several replicas
// may let a few more in at the same moment.
func (a *App) roomToWait(ctx context.Context, owner string, more int) error {
	if a.MaxWaiting <= 0 {
		return nil
	}
	n, err := a.View.NotBegun(ctx, owner)
	if err != nil {
		return readFault(ctx, err)
	}
	if n+more > a.MaxWaiting {
		return fault.New(fault.Exhausted, "jobs.too_many_waiting",
			"You have %d jobs that have not begun; at most %d are allowed. Submit more when some have.", n, a.MaxWaiting).
			WithStatus(429).WithRetry(retryAfter)
	}
	return nil
}

// failed is why the job of a request that wants it anyway fails at once.
func (a *App) failed(ctx context.Context, r jobsapi.SubmitRequest) (string, error) {
	if !r.Anyway {
		return "", nil
	}
	problems, err := a.hopeless(ctx, match.DemandOf(r.Spec))
	if err != nil || len(problems) == 0 {
		return "", faultOf(ctx, err)
	}
	return noSite(problems), nil
}
