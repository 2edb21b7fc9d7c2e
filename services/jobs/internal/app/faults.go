package app

import (
	"context"
	"errors"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
)

const retryAfter = 2 * time.Second

// faultOf makes a fault of what a write gave back; ctx is the request's own.
func faultOf(ctx context.Context, err error) error {
	var f *fault.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		return f
	case errors.Is(err, job.ErrUnknown), errors.Is(err, job.ErrGone):
		return unknown()
	case errors.Is(err, job.ErrMismatch):
		return fault.New(fault.Conflict, "idempotency.mismatch",
			"This idempotency key was used before, with another job description.").WithStatus(422)
	case errors.Is(err, job.ErrTooLate):
		return fault.New(fault.Conflict, "job.too_late", "A runner has the job already, or it has ended; only a job that waits can be held.")
	case errors.Is(err, job.ErrDone):
		return fault.New(fault.Conflict, "job.done", "The job has done its work and is not rescheduled; restart it, or submit it again.")
	case errors.Is(err, job.ErrTooOften):
		return fault.New(fault.Conflict, "job.too_often", job.TooOften+".")
	case errors.Is(err, job.ErrPast):
		return invalid("expires", "is in the past; give a later time")
	case errors.Is(err, job.ErrNotEnded):
		return fault.New(fault.Conflict, "job.not_ended", "The job has not ended; wait for its end, or abort it.")
	case errors.Is(err, es.ErrTooLarge):
		return fault.Wrap(err, fault.Exhausted, "job.too_large", "The job's description is too large.").WithStatus(413)
	case errors.Is(err, es.ErrConflict), errors.Is(err, job.ErrTaken):
		return fault.Wrap(err, fault.Conflict, "job.busy",
			"Too many changes of this job at once; try again.").WithRetry(retryAfter)
	case ctx.Err() != nil:
		return fault.From(ctx.Err())
	default:
		return fault.Wrap(err, fault.Unavailable, "jobs.journal",
			"The journal of jobs cannot be reached; try again shortly.").WithRetry(retryAfter)
	}
}

func unknown() *fault.Error {
	return fault.New(fault.Missing, "job.unknown", "There is no such job.")
}

// readFault makes a fault of a failed query of the view.
func readFault(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil {
		return faultOf(ctx, err)
	}
	return fault.From(err)
}

func invalid(field, format string, args ...any) error {
	return fault.New(fault.Invalid, "request.invalid", "The request is not acceptable.").WithField(field, format, args...)
}
