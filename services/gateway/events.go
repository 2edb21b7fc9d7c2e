package gateway

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/es/esnats"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/gateway/internal/follow"
)

// events is the tail of the jobs' journal, from when the journal is there.
type events struct {
	log  *slog.Logger
	here once

	mu  sync.Mutex
	hub *follow.Hub
}

// run waits for the journal and then tails it until ctx ends.
func (e *events) run(ctx context.Context, nc *nats.Conn, cfg esnats.Config) {
	if store := openJournal(ctx, nc, e.log, cfg); store != nil {
		e.follow(ctx, follow.NewHub(follow.Config{Store: store, Log: e.log}))
	}
}

func (e *events) follow(ctx context.Context, hub *follow.Hub) {
	e.mu.Lock()
	e.hub = hub
	e.mu.Unlock()
	go func() {
		select {
		case <-hub.Ready():
			e.here.set()
		case <-ctx.Done():
		}
	}()
	_ = hub.Run(ctx) // it ends with ctx alone
}

// ready is closed when events can be followed.
func (e *events) ready() <-chan struct{} { return e.here.done() }

// Follow implements native.Events.
func (e *events) Follow(ctx context.Context, q follow.Query, s follow.Sink) error {
	e.mu.Lock()
	hub := e.hub
	e.mu.Unlock()
	if hub == nil {
		return fault.New(fault.Unavailable, "events.unavailable", "Events cannot be followed yet; try again shortly.").WithRetry(time.Second)
	}
	return hub.Follow(ctx, q, s)
}

// once is something that happens at most once.
type once struct {
	mu sync.Mutex
	ch chan struct{}
}

func (o *once) done() chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ch == nil {
		o.ch = make(chan struct{})
	}
	return o.ch
}

func (o *once) set() {
	if !o.isSet() {
		close(o.done())
	}
}

func (o *once) isSet() bool {
	select {
	case <-o.done():
		return true
	default:
		return false
	}
}
