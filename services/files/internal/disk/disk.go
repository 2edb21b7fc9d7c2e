// Package disk bounds how long anybody waits for a file system. A call into a
// lost network disk cannot be interrupted; the caller can be let go, and the
// number of calls that hang can be limited. It is separate because the NATS
// door and the HTTP door both stand before the same disk.
package disk

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// Gate lets a bounded number of disk calls through at once.
type Gate struct {
	slots    chan struct{}
	patience time.Duration
}

// NewGate returns a gate for at most calls calls at once, each waited for no
// longer than patience, and no longer than its context lives.
func NewGate(calls int, patience time.Duration) *Gate {
	return &Gate{slots: make(chan struct{}, calls), patience: patience}
}

// Do runs f, which should look at its context where it can, and waits for it
// within the gate's patience: after that the caller gets Unavailable, and f
// goes on without it. A result that nobody waits for is closed, if it can be.
func Do[T any](ctx context.Context, g *Gate, f func(context.Context) (T, error)) (T, error) {
	var none T
	ctx, cancel := context.WithTimeout(ctx, g.patience)
	select {
	case g.slots <- struct{}{}:
	case <-ctx.Done():
		cancel()
		return none, slow(ctx.Err())
	}
	done := make(chan result[T])
	go func() {
		defer cancel()
		defer func() { <-g.slots }()
		r := run(ctx, f)
		select {
		case done <- r:
		case <-ctx.Done():
			r.discard()
		}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		return none, slow(ctx.Err())
	}
}

type result[T any] struct {
	value T
	err   error
}

// run keeps a panic from ending the process: no caller's recover is above it.
func run[T any](ctx context.Context, f func(context.Context) (T, error)) (r result[T]) {
	defer func() {
		if p := recover(); p != nil {
			r.err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	r.value, r.err = f(ctx)
	return r
}

func (r result[T]) discard() {
	if c, ok := any(r.value).(io.Closer); ok && r.err == nil {
		_ = c.Close()
	}
}

func slow(err error) error {
	return fault.Wrap(err, fault.Unavailable, "files.slow_disk", "The file system is too slow to answer; try again shortly.").WithRetry(5 * time.Second)
}
