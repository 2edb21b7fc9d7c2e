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
	up   context.Context // ends when the connection is lost
	lost context.CancelFunc
}

// New returns a link over the connection.
func New(nc *nats.Conn) *Link {
	l := &Link{nc: nc}
	l.up, l.lost = context.WithCancel(context.Background())
	go l.watch(nc.StatusChanged(nats.RECONNECTING, nats.CLOSED))
	return l
}

func (l *Link) watch(status chan nats.Status) {
	defer l.nc.RemoveStatusListener(status)
	for s := range status {
		l.mu.Lock()
		l.lost()
		if s != nats.CLOSED {
			l.up, l.lost = context.WithCancel(context.Background())
		}
		l.mu.Unlock()
		if s == nats.CLOSED {
			return
		}
	}
}

// Once calls question with a context that ends with ctx or with the
// connection. It returns nats.ErrDisconnected if there is no connection or
// question failed because that was lost: then nobody knows what became of it.
func (l *Link) Once(ctx context.Context, question func(context.Context) error) error {
	l.mu.Lock()
	up := l.up
	l.mu.Unlock()
	// A message given to a lost connection would be kept and sent when the
	// caller has long been told that it failed.
	if l.nc.IsClosed() {
		return nats.ErrConnectionClosed
	}
	if !l.nc.IsConnected() {
		return nats.ErrDisconnected
	}
	once, stop := context.WithCancel(ctx)
	defer stop()
	detach := context.AfterFunc(up, stop)
	defer detach()
	err := question(once)
	if err != nil && up.Err() != nil && ctx.Err() == nil {
		return nats.ErrDisconnected
	}
	return err
}

// Ask is Once, again and again until the connection holds or ctx ends. The
// question must be safe to repeat.
func (l *Link) Ask(ctx context.Context, question func(context.Context) error) error {
	for {
		err := l.Once(ctx, question)
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
