// Package policy is what the jobs service does by itself because of what has
// happened to a job. It is separate from app, which answers requests, and
// reaches other services through ports only.
package policy

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Stager writes an input into a job's working directory, on behalf of the
// job's owner. To write the same input twice is fine.
type Stager interface {
	Stage(ctx context.Context, j jobsapi.Job, in jobsapi.Input) error
}

// GiveUp is how long a stage-in is tried again.
const GiveUp = 10 * time.Minute

// StageIn brings the inputs of a job. done is false if it should be tried
// again later; otherwise problem, if not empty, says in words for the owner
// why the inputs will never be there.
func StageIn(ctx context.Context, s Stager, j jobsapi.Job, now time.Time) (problem string, done bool) {
	for _, in := range j.Spec.Inputs {
		err := s.Stage(ctx, j, in)
		if err == nil {
			continue
		}
		if passing(err) && now.Sub(j.Updated) < GiveUp {
			return "", false
		}
		return "The input " + in.Path + " could not be written: " + fault.From(err).Message, true
	}
	return "", true
}

// passing reports whether the error may go away by itself. A missing
// directory is one of these: the files service makes it when it hears of the job.
func passing(err error) bool {
	switch fault.From(err).Kind {
	case fault.Unavailable, fault.Timeout, fault.Internal, fault.Missing:
		return true
	default:
		return false
	}
}
