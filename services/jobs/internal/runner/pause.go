package runner

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// pause is the wait between tries: doubled each time, half of it by chance so
// that many runners do not come back at once.
type pause struct {
	first, most time.Duration
	mu          *sync.Mutex
	next        *time.Duration
}

func (a *Agent) newPause() pause {
	return pause{first: a.cfg.Pause, most: 100 * a.cfg.Pause, mu: new(sync.Mutex), next: new(time.Duration)}
}

// reset begins anew: something went well.
func (p pause) reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	*p.next = 0
}

// due reports whether there is something to wait for.
func (p pause) due() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return *p.next > 0
}

// grow notes a failure.
func (p pause) grow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	*p.next = min(max(2**p.next, p.first), p.most)
}

// wait waits as long as the failures so far ask for; false if ctx ended.
func (p pause) wait(ctx context.Context) bool {
	p.mu.Lock()
	d := *p.next
	p.mu.Unlock()
	if d == 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d/2 + rand.N(d/2+1))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// after is grow and wait.
func (p pause) after(ctx context.Context) bool {
	p.grow()
	return p.wait(ctx)
}
