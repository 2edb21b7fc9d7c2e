package natslink_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/natslink"
	"github.com/heddle-dev/heddle/pkg/natstest"
)

func bounded(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestAQuestionEndsWithItsConnection(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	l := natslink.New(s.Conn(t))
	err := l.Once(bounded(t), func(ctx context.Context) error {
		s.Stop()
		<-ctx.Done()
		return ctx.Err()
	})
	if !errors.Is(err, nats.ErrDisconnected) {
		t.Errorf("asked while the server stopped: %v", err)
	}
	err = l.Once(bounded(t), func(context.Context) error {
		t.Error("asked without a connection")
		return nil
	})
	if !errors.Is(err, nats.ErrDisconnected) {
		t.Errorf("without a connection: %v", err)
	}
}

func TestAQuestionIsAskedAgain(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	l := natslink.New(s.Conn(t))
	asked := 0
	err := l.Ask(bounded(t), func(ctx context.Context) error {
		if asked++; asked == 1 {
			s.Stop()
			s.Begin(t)
			<-ctx.Done()
			return ctx.Err()
		}
		return nil
	})
	if err != nil || asked != 2 {
		t.Errorf("asked %d times: %v", asked, err)
	}
}

func TestTheCallersEndIsItsOwn(t *testing.T) {
	t.Parallel()
	nc := natstest.Start(t).Conn(t)
	l := natslink.New(nc)
	ctx, cancel := context.WithCancel(t.Context())
	asked := 0
	err := l.Ask(ctx, func(ctx context.Context) error {
		asked++
		cancel()
		<-ctx.Done()
		return ctx.Err()
	})
	if !errors.Is(err, context.Canceled) || asked != 1 {
		t.Errorf("asked %d times: %v", asked, err)
	}
	wrong := errors.New("wrong")
	if err := l.Ask(t.Context(), func(context.Context) error { return wrong }); !errors.Is(err, wrong) {
		t.Errorf("the answer's own error: %v", err)
	}
	nc.Close()
	if err := l.Ask(t.Context(), func(context.Context) error { return nil }); !errors.Is(err, nats.ErrConnectionClosed) {
		t.Errorf("after the end: %v", err)
	}
}

func TestAnAnswerMustComeInTime(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	l := natslink.New(s.Conn(t))
	waits := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	if err := l.Within(bounded(t), time.Millisecond, waits); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("too late: %v", err)
	}
	err := l.Within(bounded(t), time.Hour, func(ctx context.Context) error { s.Stop(); return waits(ctx) })
	if !errors.Is(err, nats.ErrDisconnected) {
		t.Errorf("lost: %v", err)
	}
	// What went wrong before is not the connection's fault.
	wrong := errors.New("wrong")
	s.Begin(t)
	err = l.Ask(bounded(t), func(context.Context) error { return wrong })
	if !errors.Is(err, wrong) {
		t.Errorf("over the next connection: %v", err)
	}
}

// All that are open at once are lost at once, and one that is over is not.
func TestEveryOpenQuestionIsLost(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	l := natslink.New(s.Conn(t))
	const many = 20
	asked, done := make(chan struct{}, many), make(chan error, many)
	for range many {
		go func() {
			done <- l.Once(bounded(t), func(ctx context.Context) error {
				asked <- struct{}{}
				<-ctx.Done()
				return ctx.Err()
			})
		}()
	}
	for range many {
		<-asked
	}
	var kept context.Context
	if err := l.Within(t.Context(), time.Hour, func(ctx context.Context) error { kept = ctx; return nil }); err != nil || kept.Err() == nil {
		t.Errorf("answered: %v; its context is left open: %v", err, kept.Err() == nil)
	}
	s.Stop()
	for range many {
		if err := <-done; !errors.Is(err, nats.ErrDisconnected) {
			t.Errorf("lost with the connection: %v", err)
		}
	}
}
