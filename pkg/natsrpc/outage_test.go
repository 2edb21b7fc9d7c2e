package natsrpc_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/natstest"
)

func TestNobodyThereIsUnavailableWithinPatience(t *testing.T) {
	t.Parallel()
	c := natsrpc.NewClient(natstest.Start(t).Conn(t))
	c.Patience = 100 * time.Millisecond
	start := time.Now()
	_, err := natsrpc.Call[question, reply](c, "cmd.test.echo")(t.Context(), question{})
	if f := fault.From(err); f.Kind != fault.Unavailable || f.RetryAfter == 0 {
		t.Errorf("%+v", f)
	}
	if took := time.Since(start); took > c.Try {
		t.Errorf("it took %v", took)
	}
}

func TestFindsAServiceThatComesLate(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	c := natsrpc.NewClient(s.Conn(t))
	c.Patience = limit
	done := ask(t.Context(), c, "cmd.test.echo", question{})
	serve(t, s, 0, endpoint("cmd.test.echo", echo))
	if err := within(t, "the answer", done); err != nil {
		t.Error(err)
	}
}

func TestFindsABrokerThatComesBack(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	c, _ := serve(t, s, 0, endpoint("cmd.test.echo", echo))
	c.Patience = limit
	s.Restart(t)
	if err := within(t, "the answer", ask(t.Context(), c, "cmd.test.echo", question{})); err != nil {
		t.Error(err)
	}
}

func TestALostBrokerIsUnavailable(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	c, _ := serve(t, s, 0, endpoint("cmd.test.echo", echo))
	c.Patience, c.Try = 100*time.Millisecond, 100*time.Millisecond
	s.Stop()
	err := within(t, "the answer", ask(t.Context(), c, "cmd.test.echo", question{}))
	if !fault.Is(err, fault.Unavailable) {
		t.Error(err)
	}
}

func TestWithoutAConnectionACallerIsToldSooner(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	nc := s.Conn(t)
	c := natsrpc.NewClient(nc)
	c.Patience, c.Away = limit, 50*time.Millisecond
	lost := nc.StatusChanged(nats.RECONNECTING)
	s.Stop()
	within(t, "the end of the connection", lost)
	begin := time.Now()
	err := within(t, "the answer", ask(t.Context(), c, "cmd.test.echo", question{}))
	if f := fault.From(err); f.Kind != fault.Unavailable || f.RetryAfter == 0 || time.Since(begin) > limit/2 {
		t.Errorf("%+v after %v", f, time.Since(begin))
	}
}

func TestSlowIsUnavailableAfterTheTry(t *testing.T) {
	t.Parallel()
	told := make(chan error, 1)
	c, _ := serve(t, natstest.Start(t), 0, endpoint("cmd.test.slow", func(ctx context.Context, _ question) (reply, error) {
		<-ctx.Done() // the caller's patience reaches the service
		told <- ctx.Err()
		return reply{}, ctx.Err()
	}))
	c.Try = 100 * time.Millisecond
	err := within(t, "the client", ask(t.Context(), c, "cmd.test.slow", question{}))
	if !fault.Is(err, fault.Unavailable) && !fault.Is(err, fault.Timeout) {
		t.Errorf("the client got %v", err)
	}
	if err := within(t, "the service", told); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the service was told %v", err)
	}
}
