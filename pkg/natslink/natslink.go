// Package natslink asks over a NATS connection that may break: a question
// whose answer was lost with the connection fails at once, instead of when
// its time is up, and can be asked again over the next one. It is separate
// because the journal and the transport have the same need.
package natslink

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
)

// Link watches one connection until that is closed.
type Link struct {
	nc *nats.Conn

	mu   sync.Mutex
	open map[*question]struct{} // asked, and neither answered nor lost
}

// question is one that was asked over the connection as it is.
type question struct {
	end  context.CancelFunc
	lost bool // with the connection
}

// New returns a link over the connection.
func New(nc *nats.Conn) *Link {
	l := &Link{nc: nc, open: map[*question]struct{}{}}
	go l.watch(nc.StatusChanged(nats.RECONNECTING, nats.CLOSED))
	return l
}

func (l *Link) watch(status chan nats.Status) {
	defer l.nc.RemoveStatusListener(status)
	for s := range status {
		l.lose()
		if s == nats.CLOSED {
			return
		}
	}
}

// lose ends the questions that are open.
func (l *Link) lose() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for q := range l.open {
		q.lost = true
		q.end()
	}
	clear(l.open)
}

// Once calls ask with a context that ends with ctx or with the connection. It
// returns nats.ErrDisconnected if there is no connection or ask failed because
// that was lost: then nobody knows what became of the question.
func (l *Link) Once(ctx context.Context, ask func(context.Context) error) error {
	once, end := context.WithCancel(ctx)
	return l.once(ctx, once, end, ask)
}

// Within is Once with a context that ends after d, too.
func (l *Link) Within(ctx context.Context, d time.Duration, ask func(context.Context) error) error {
	once, end := context.WithTimeout(ctx, d)
	return l.once(ctx, once, end, ask)
}

func (l *Link) once(ctx, once context.Context, end context.CancelFunc, ask func(context.Context) error) error {
	defer end()
	q := &question{end: end}
	l.begin(q)
	defer l.finish(q)
	// A message given to a lost connection would be kept and sent when the
	// caller has long been told that it failed. It is looked at when the
	// question is open, so that no loss comes in between.
	if l.nc.IsClosed() {
		return nats.ErrConnectionClosed
	}
	if !l.nc.IsConnected() {
		return nats.ErrDisconnected
	}
	err := ask(once)
	if err != nil && l.wasLost(q) && ctx.Err() == nil && !errors.Is(once.Err(), context.DeadlineExceeded) {
		return nats.ErrDisconnected
	}
	return err
}

func (l *Link) begin(q *question) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[q] = struct{}{}
}

func (l *Link) finish(q *question) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, q)
}

func (l *Link) wasLost(q *question) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return q.lost
}

// Ask is Once, again and again until the connection holds or ctx ends. The
// question must be safe to repeat.
func (l *Link) Ask(ctx context.Context, ask func(context.Context) error) error {
	for {
		err := l.Once(ctx, ask)
		if !errors.Is(err, nats.ErrDisconnected) {
			return err
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			return err
		}
	}
}
