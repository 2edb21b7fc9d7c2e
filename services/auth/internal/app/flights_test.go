package app

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// TestOneProofForAll: those who prove the same at once share the verdict, and
// nothing else.
func TestOneProofForAll(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		verdict error
		shared  bool
	}{
		"right":   {nil, true},
		"wrong":   {wrong(), true},
		"unknown": {errors.New("the vault is away"), false},
	} {
		synctest.Test(t, func(t *testing.T) {
			var f flights
			var asked atomic.Int64
			var all sync.WaitGroup
			let := make(chan struct{})
			for range 20 {
				all.Go(func() {
					err := f.do(t.Context(), [32]byte{1}, func() error { asked.Add(1); <-let; return c.verdict })
					if !errors.Is(err, c.verdict) {
						t.Errorf("%s: %v", name, err)
					}
				})
			}
			synctest.Wait()
			if n := asked.Load(); n != 1 {
				t.Errorf("%s: %d proofs before the first has ended", name, n)
			}
			close(let)
			all.Wait()
			if n := asked.Load(); (n == 1) != c.shared {
				t.Errorf("%s: %d proofs", name, n)
			}
			if len(f.now) != 0 {
				t.Errorf("%s: %d are left", name, len(f.now))
			}
		})
	}
}

// TestAPanicLetsNobodyIn: neither who caused it nor who waited for it.
func TestAPanicLetsNobodyIn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var f flights
		let := make(chan struct{})
		go func() {
			defer func() { _ = recover() }()
			_ = f.do(t.Context(), [32]byte{1}, func() error { <-let; panic("no") })
		}()
		synctest.Wait()
		var err error
		go func() {
			err = f.do(t.Context(), [32]byte{1}, func() error { return wrong() })
		}()
		synctest.Wait()
		close(let)
		synctest.Wait()
		if !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("who waited: %v", err)
		}
	})
}

func TestWhoWaitsMayLeave(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var f flights
		let := make(chan struct{})
		go func() { _ = f.do(t.Context(), [32]byte{1}, func() error { <-let; return nil }) }()
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := f.do(ctx, [32]byte{1}, func() error { return nil }); err == nil {
			t.Error("who has left came in")
		}
		close(let)
	})
}
