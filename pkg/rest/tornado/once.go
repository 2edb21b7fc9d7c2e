package tornado

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// once runs a handler's Init until it has succeeded. Whoever comes while it
// runs waits for that attempt, and shares its outcome.
type once struct {
	init Initer
	of   *api

	mu      sync.Mutex
	ready   bool
	attempt *attempt // under way, or nil
}

type attempt struct {
	over chan struct{}
	err  error // once it is over
}

func newOnce(init Initer, of *api) *once { return &once{init: init, of: of, ready: init == nil} }

// do returns once the handler is ready, or says that it is not yet.
func (o *once) do(ctx context.Context) error {
	a := o.join(ctx)
	if a == nil {
		return nil
	}
	select {
	case <-a.over:
	case <-ctx.Done():
		return ctx.Err()
	}
	if a.err == nil {
		return nil
	}
	return fault.Wrap(a.err, fault.Unavailable, "not_ready", "This is not ready yet; try again.").WithRetry(time.Second)
}

// join is the attempt under way, which it begins if there is none; nil if
// there has been a good one.
func (o *once) join(ctx context.Context) *attempt {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ready {
		return nil
	}
	if o.attempt == nil {
		o.attempt = &attempt{over: make(chan struct{})}
		go o.run(context.WithoutCancel(ctx), o.attempt) // it outlives the request that it happened to begin with
	}
	return o.attempt
}

func (o *once) run(ctx context.Context, a *attempt) {
	if a.err = o.try(ctx); a.err != nil {
		o.of.log.ErrorContext(ctx, "handler not ready", "err", a.err)
	}
	o.mu.Lock()
	o.ready, o.attempt = a.err == nil, nil
	o.mu.Unlock()
	close(a.over)
}

func (o *once) try(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return o.init.Init(ctx, o.of.info)
}
