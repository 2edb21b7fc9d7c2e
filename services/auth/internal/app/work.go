package app

import (
	"context"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/pause"
	"github.com/heddle-dev/heddle/pkg/who"
)

// The names of the timers.
const (
	keyTimer   = "keys"
	sweepTimer = "sweep"
)

// sweepEvery is how often secrets are looked for that open nothing any more.
const sweepEvery = 24 * time.Hour

// Work is what a replica does beside answering, until ctx ends.
func (a *App) Work(ctx context.Context) {
	ctx = who.With(ctx, who.Component("auth"))
	var all sync.WaitGroup
	all.Go(func() { a.followKeys(ctx) })
	all.Go(func() { a.noteUses(ctx) })
	all.Go(func() { a.persist(ctx, "the first sweep", a.sweep) })
	all.Go(func() { _ = a.Timers.Due(ctx, a.woken) }) // it ends with ctx alone
	all.Wait()
}

// woken does what a timer is for. Whoever sets one too early is answered by
// the clock.
func (a *App) woken(ctx context.Context, name string, _ []byte) error {
	switch name {
	case keyTimer:
		return a.keepKeys(ctx)
	case sweepTimer:
		return a.sweep(ctx)
	default:
		return nil
	}
}

// wakeAt sets a timer; the zero time is never.
func (a *App) wakeAt(ctx context.Context, name string, at time.Time) error {
	if at.IsZero() {
		return nil
	}
	return problem(a.Timers.Set(ctx, name, at, nil))
}

// followKeys has the ring follow the journal. It also looks what is due, so
// that the last to look after a change has set the timer.
func (a *App) followKeys(ctx context.Context) {
	var seen uint64
	for ctx.Err() == nil {
		position := a.View.Position() // before the look
		a.persist(ctx, "the signing keys", func(ctx context.Context) error {
			changed, err := a.View.KeysChanged(ctx)
			if err == nil && changed != seen {
				err = a.useKeys(ctx)
			}
			if err == nil && changed != seen {
				err = a.keepKeys(ctx)
			}
			if err == nil {
				seen = changed
			}
			return problem(err)
		})
		_ = a.View.Wait(ctx, position+1) // it ends with ctx alone
	}
}

// persist tries f again, with longer and longer rests, until it succeeds or
// ctx ends.
func (a *App) persist(ctx context.Context, what string, f func(context.Context) error) {
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := f(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		a.Log.WarnContext(ctx, "auth tries again", "what", what, "reason", err)
		if pause.For(ctx, wait) != nil {
			return
		}
	}
}
