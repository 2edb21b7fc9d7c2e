package esmem

import (
	"context"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
)

// retryAfter is how long a timer rests whose handler failed.
const retryAfter = 100 * time.Millisecond

// timers wake by the process's clock, which testing/synctest can take over.
type timers struct {
	mu      sync.Mutex
	byName  map[string]*timer
	changed chan struct{} // closed and replaced when byName changes
}

type timer struct {
	at      time.Time
	payload []byte
	taken   bool // by a Due that is calling its handler
}

func newTimers() *timers {
	return &timers{byName: map[string]*timer{}, changed: make(chan struct{})}
}

// Set makes or replaces a timer.
func (t *timers) Set(_ context.Context, name string, at time.Time, payload []byte) error {
	if err := es.CheckTimerName(name); err != nil {
		return err
	}
	t.change(func() { t.byName[name] = &timer{at: at, payload: append([]byte(nil), payload...)} })
	return nil
}

// Cancel removes a timer.
func (t *timers) Cancel(_ context.Context, name string) error {
	if err := es.CheckTimerName(name); err != nil {
		return err
	}
	t.change(func() { delete(t.byName, name) })
	return nil
}

func (t *timers) change(f func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f()
	close(t.changed)
	t.changed = make(chan struct{})
}

// Due calls f for each timer whose time has come, one at a time.
func (t *timers) Due(ctx context.Context, f func(context.Context, string, []byte) error) error {
	for {
		name, tm, wait, changed := t.take()
		if tm != nil {
			err := f(ctx, name, tm.payload)
			t.change(func() { t.settle(name, tm, err) })
			if ctx.Err() != nil {
				return ctx.Err()
			}
			continue
		}
		clock := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-changed:
		case <-clock.C:
		}
		clock.Stop()
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// take returns a timer that is due, or how long to wait for the next.
func (t *timers) take() (string, *timer, time.Duration, <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	wait := time.Hour
	for name, tm := range t.byName {
		if tm.taken {
			continue
		}
		if left := time.Until(tm.at); left > 0 {
			wait = min(wait, left)
			continue
		}
		tm.taken = true
		return name, tm, 0, nil
	}
	return "", nil, wait, t.changed
}

// settle removes a timer that was handled, unless it was replaced meanwhile,
// and puts one that failed off.
func (t *timers) settle(name string, tm *timer, err error) {
	switch {
	case t.byName[name] != tm:
	case err == nil:
		delete(t.byName, name)
	default:
		tm.taken, tm.at = false, time.Now().Add(retryAfter)
	}
}
