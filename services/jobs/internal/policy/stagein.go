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

// Stager fills a job's working directory, on behalf of the job's owner.
type Stager interface {
	// There fails with a Missing fault as long as there is no working directory.
	There(ctx context.Context, j jobsapi.Job) error
	// Stage writes an input. To write the same input twice is fine, unless its
	// mode says otherwise.
	Stage(ctx context.Context, j jobsapi.Job, in jobsapi.Input) error
}

// GiveUp is how long a stage-in is tried again, unless it is configured.
const GiveUp = 10 * time.Minute

// StageIn brings the inputs of a job that OneByOne is not for. done is false if
// it should be tried again later; otherwise problem, if not empty, says in words
// for the owner why the inputs will never be there.
func StageIn(ctx context.Context, s Stager, j jobsapi.Job, trying, giveUp time.Duration) (problem string, done bool) {
	for _, in := range j.Spec.Inputs {
		err := s.Stage(ctx, j, in)
		if err == nil {
			continue
		}
		if Unready(err) && trying < giveUp {
			return "", false
		}
		return unwritten(in, fault.From(err).Message), true
	}
	return "", true
}

func unwritten(in jobsapi.Input, why string) string {
	return "The input " + in.Path + " could not be written: " + why
}

// Unready reports whether the error may go away by itself. A missing
// directory is one of these: the files service makes it when it hears of the job.
func Unready(err error) bool { return Passing(err) || fault.From(err).Kind == fault.Missing }

// Passing reports whether a transfer's error may go away by itself.
func Passing(err error) bool {
	switch fault.From(err).Kind {
	case fault.Unavailable, fault.Timeout, fault.Internal:
		return true
	default:
		return false
	}
}
