package carry

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
)

// together is how many files of one carry move at once: a file that waits for
// the disk or for a server does not keep the others waiting.
const together = 8

// each calls f with every one of the names, some at once. The first failure
// ends the others, and is returned when they have ended.
func each(ctx context.Context, names []string, f func(ctx context.Context, name string) error) error {
	if len(names) == 1 {
		return f(ctx, names[0])
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan string)
	var workers sync.WaitGroup
	for range min(together, len(names)) {
		workers.Go(func() {
			for name := range next {
				if err := guarded(ctx, name, f); err != nil {
					cancel(err) // of which only the first counts
				}
			}
		})
	}
	for _, name := range names {
		if ctx.Err() != nil {
			break
		}
		select {
		case next <- name:
		case <-ctx.Done():
		}
	}
	close(next)
	workers.Wait()
	return context.Cause(ctx)
}

// guarded keeps a panic from ending the process: no caller's recover is above it.
func guarded(ctx context.Context, name string, f func(context.Context, string) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f(ctx, name)
}
