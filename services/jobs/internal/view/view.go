// Package view is what the jobs service knows of its jobs: one SQLite file a
// replica, grown from the journal. It is separate from job, which decides
// without looking at a table, and from app, which asks questions without
// spelling SQL.
package view

import (
	"context"
	"log/slog"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	readmodel "github.com/heddle-dev/heddle/pkg/view"
)

// View is the read model of one replica.
type View struct {
	*readmodel.View
	watchers   *watchers
	statements statements
	patience   time.Duration
}

// Heard is called with what has happened, as soon as readers see it. Each
// must be quick.
type Heard struct {
	Queued func([]Queued) // jobs that have come to wait for a runner
	Moved  func([]id.ID)  // jobs that may want something of the service; nil: nobody cares
}

// Open opens or makes the file. half is how long it takes until only half of
// what somebody used counts; a change of it is for what comes.
func Open(path string, st es.Store, half time.Duration, log *slog.Logger, heard Heard) (*View, error) {
	w := newWatchers()
	p := Projection(half)
	p.Applied = func(batch []es.Recorded) {
		w.wake(batch)
		if jobs := queuedIn(batch); len(jobs) > 0 {
			heard.Queued(jobs)
		}
		if jobs := movedIn(batch); len(jobs) > 0 && heard.Moved != nil {
			heard.Moved(jobs)
		}
	}
	p.Watched = w.any
	v, err := readmodel.Open(path, st, p, log)
	if err != nil {
		return nil, err
	}
	return &View{View: v, watchers: w, patience: 3 * time.Second}, nil
}

// Fresh returns when readers see everything that was acknowledged before the
// call, on any replica; if that takes too long it is Unavailable.
func (v *View) Fresh(ctx context.Context) error {
	return v.within(ctx, v.View.Fresh)
}

// Reach returns when readers see the position; if that takes too long it is
// Unavailable.
func (v *View) Reach(ctx context.Context, position uint64) error {
	return v.within(ctx, func(ctx context.Context) error { return v.Wait(ctx, position) })
}

func (v *View) within(ctx context.Context, wait func(context.Context) error) error {
	bounded, cancel := context.WithTimeout(ctx, v.patience)
	defer cancel()
	err := wait(bounded)
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return fault.From(ctx.Err())
	}
	return fault.Wrap(err, fault.Unavailable, "jobs.behind",
		"The jobs service is catching up; try again shortly.").WithRetry(2 * time.Second)
}
