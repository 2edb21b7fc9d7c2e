package disk

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

type handle struct{ closed chan struct{} }

func (h handle) Close() error { close(h.closed); return nil }

func TestDoReturnsWhatTheDiskSays(t *testing.T) {
	t.Parallel()
	g := NewGate(1, time.Minute)
	for range 3 { // the one place is given back
		v, err := Do(t.Context(), g, func(context.Context) (int, error) { return 7, nil })
		if v != 7 || err != nil {
			t.Fatalf("%d, %v", v, err)
		}
	}
	sad := errors.New("sad")
	if _, err := Do(t.Context(), g, func(context.Context) (int, error) { return 0, sad }); err != sad {
		t.Errorf("got %v", err)
	}
	_, err := Do(t.Context(), g, func(context.Context) (int, error) { panic("ouch") })
	if !fault.Is(err, fault.Internal) {
		t.Errorf("after a panic: %v", err)
	}
}

func TestDoLetsItsCallerGo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := NewGate(2, 10*time.Second)
		stuck := make(chan struct{})
		h := handle{make(chan struct{})}
		hang := func(context.Context) (handle, error) { <-stuck; return h, nil }
		begin := time.Now()
		_, err := Do(t.Context(), g, hang)
		if !fault.Is(err, fault.Unavailable) || fault.From(err).RetryAfter <= 0 || time.Since(begin) != 10*time.Second {
			t.Fatalf("after %v: %v", time.Since(begin), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begin = time.Now()
		_, err = Do(ctx, g, func(context.Context) (int, error) { <-stuck; return 0, nil })
		if !fault.Is(err, fault.Unavailable) || time.Since(begin) != time.Second {
			t.Fatalf("after %v: %v", time.Since(begin), err)
		}
		// Both places hang now: the next does not even begin.
		_, err = Do(t.Context(), g, func(context.Context) (int, error) { t.Error("began"); return 0, nil })
		if !fault.Is(err, fault.Unavailable) {
			t.Fatalf("with a full gate: %v", err)
		}
		close(stuck)
		<-h.closed // nobody waited for it
		if v, err := Do(t.Context(), g, func(context.Context) (int, error) { return 1, nil }); v != 1 || err != nil {
			t.Fatalf("afterwards: %d, %v", v, err)
		}
	})
}
