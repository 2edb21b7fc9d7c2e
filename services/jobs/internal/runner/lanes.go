package runner

import (
	"context"
	"sync"
	"time"
)

const (
	// lanes is how many calls may be under way. They cannot overtake each other
	// for one job: it has one report at a time.
	lanes = 2
	// gathering is how long reports wait for the call that is under way, to go
	// together in the next: one that is slow holds them back no longer.
	gathering = 20 * time.Millisecond
)

func (r *reporter) run(ctx context.Context) {
	defer close(r.closed)
	var all sync.WaitGroup
	for range lanes {
		all.Go(func() { r.lane(ctx) })
	}
	all.Wait()
}

func (r *reporter) lane(ctx context.Context) {
	l := &lane{r, r.a.newPause(), maxBatch}
	for on := true; on; {
		select {
		case <-ctx.Done():
			return
		case <-r.wake:
			on = l.empty(ctx)
		}
	}
}

// lane makes one call after the other.
type lane struct {
	*reporter
	wait  pause
	limit int // of the next batch
}

// empty delivers what is queued; false if ctx ended.
func (l *lane) empty(ctx context.Context) bool {
	end := l.turn()
	defer end()
	for batch := l.take(l.limit); len(batch) > 0; batch = l.take(l.limit) {
		var again bool
		l.limit, again = l.deliver(ctx, batch)
		if !again {
			l.wait.reset()
			continue
		}
		end() // others need not wait as long as this one now does
		if !l.wait.after(ctx) {
			return false
		}
	}
	return true
}

// turn waits until no call is under way, but no longer than is good. end must
// be called when the caller makes none any more.
func (r *reporter) turn() (end func()) {
	limit := time.NewTimer(gathering)
	defer limit.Stop()
	select {
	case r.calling <- struct{}{}:
		return sync.OnceFunc(func() { <-r.calling })
	case <-limit.C:
		return func() {}
	}
}
