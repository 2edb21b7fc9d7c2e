package miniapps

import (
	"context"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// servedWithin is how long a change of the leases may take to come back to the
// replica that wrote it.
const servedWithin = 5 * time.Second

// turns lets those wait who need something to be served, or served no more. The
// zero value is ready.
type turns struct {
	mu   sync.Mutex
	turn chan struct{} // closed at the next change
}

// make changes what is served, and tells those who wait if it did. One change
// is made at a time.
func (t *turns) make(change func() (changed bool)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if change() && t.turn != nil {
		close(t.turn)
		t.turn = nil
	}
}

// look asks between two changes; the channel is closed at the next one.
func (t *turns) look(so func() bool) (bool, <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.turn == nil {
		t.turn = make(chan struct{})
	}
	return so(), t.turn
}

// until returns when it is so. What has been written stands even if that is
// not in time: who asks again is told how it is.
func (t *turns) until(ctx context.Context, so func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, servedWithin)
	defer cancel()
	for {
		is, changed := t.look(so)
		if is {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fault.Wrap(ctx.Err(), fault.Unavailable, "app.not_served_yet", "The gateway has written the lease and does not see it yet; ask again.").WithRetry(time.Second)
		}
	}
}
