package carry

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

func names(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprint(i))
	}
	return all
}

func TestEachDoesSomeAtOnce(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, together, 10 * together} {
		synctest.Test(t, func(t *testing.T) {
			var done, now atomic.Int32
			hold := make(chan struct{})
			result := make(chan error, 1)
			go func() {
				result <- each(t.Context(), names(n), func(context.Context, string) error {
					now.Add(1)
					<-hold
					done.Add(1)
					return nil
				})
			}()
			synctest.Wait()
			if got := int(now.Load()); got != min(n, together) {
				t.Errorf("of %d, %d at once", n, got)
			}
			close(hold)
			if err := <-result; err != nil || int(done.Load()) != n {
				t.Errorf("of %d, %d are done, %v", n, done.Load(), err)
			}
		})
	}
}

func TestFirstFailureEndsTheOthers(t *testing.T) {
	t.Parallel()
	first := errors.New("first")
	var begun atomic.Int32
	err := each(t.Context(), names(1000), func(ctx context.Context, name string) error {
		begun.Add(1)
		if name == "3" {
			return first
		}
		<-ctx.Done()
		return ctx.Err()
	})
	if !errors.Is(err, first) || begun.Load() > together {
		t.Errorf("%v after %d", err, begun.Load())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := each(ctx, names(10), func(context.Context, string) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	err = each(t.Context(), names(10), func(context.Context, string) error { panic("oh") })
	if err == nil || !strings.Contains(err.Error(), "panic: oh") {
		t.Errorf("a panic: %v", err)
	}
}
