package natsrpc

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

func TestGoroutinesAreUsedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		p := newPool(ctx)
		release := make(chan struct{})
		var ended atomic.Int64
		const many = 3 * kept
		for range many {
			p.run(func() { <-release })
		}
		synctest.Wait() // none of them waits for another's goroutine
		if n := len(p.waiting); n != 0 {
			t.Errorf("%d goroutines wait while all are busy", n)
		}
		close(release)
		synctest.Wait()
		if n := len(p.waiting); n != kept {
			t.Errorf("%d goroutines wait for requests, want %d", n, kept)
		}
		again := make(chan struct{})
		p.run(func() { <-again; ended.Add(1) })
		synctest.Wait()
		if n := len(p.waiting); n != kept-1 {
			t.Errorf("%d goroutines wait beside a request, want %d: it began another", n, kept-1)
		}
		end()
		synctest.Wait()
		if n := len(p.waiting); n != 0 {
			t.Errorf("%d goroutines wait for requests when there are none any more", n)
		}
		close(again)
		p.run(func() { ended.Add(1) }) // what the broker had still sent is answered
		synctest.Wait()
		if n := ended.Load(); n != 2 {
			t.Errorf("%d requests ended, want 2", n)
		}
	}) // fails if a goroutine is left
}
