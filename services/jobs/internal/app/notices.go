package app

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Notices is told, before there is the first job of which somebody is to be
// told, from which position of the journal on to look for such.
type Notices interface {
	Mark(ctx context.Context, position uint64) error
}

// markAgain is how often it is told, should that have got lost.
const markAgain = 10 * time.Minute

// marked is when the mark was last made, in nanoseconds.
type marked struct{ at atomic.Int64 }

// mark makes sure that whoever tells of jobs looks for these.
func (a *App) mark(ctx context.Context, specs ...jobsapi.Spec) error {
	if !slices.ContainsFunc(specs, func(s jobsapi.Spec) bool { return s.Notify != nil }) {
		return nil
	}
	now := a.Now()
	if last := a.marked.at.Load(); last != 0 && now.Sub(time.Unix(0, last)) < markAgain {
		return nil
	}
	if err := a.Notices.Mark(ctx, a.View.Position()); err != nil {
		return fault.Wrap(err, fault.Unavailable, "jobs.notices", "Whom to tell of jobs cannot be noted just now; try again shortly.").WithRetry(retryAfter)
	}
	a.marked.at.Store(now.UnixNano())
	return nil
}
