// Package pause waits. It is separate because whoever tries something again
// must wait in between, and stop at once when nobody wants it any more.
package pause

import (
	"context"
	"time"
)

// For waits for d and gives nil, or gives ctx's error as soon as ctx ends.
func For(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
