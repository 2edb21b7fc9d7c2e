package natsrpc_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/natstest"
)

func TestThePoolIsBounded(t *testing.T) {
	t.Parallel()
	const workers, calls = 3, 12
	var mu sync.Mutex
	now, most := 0, 0
	began, end := make(chan struct{}, calls), make(chan struct{})
	slow := func(context.Context, question) (reply, error) {
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		began <- struct{}{}
		<-end
		mu.Lock()
		now--
		mu.Unlock()
		return reply{}, nil
	}
	// The bound holds over all endpoints together.
	c, _ := serve(t, natstest.Start(t), workers, endpoint("cmd.test.a", slow), endpoint("cmd.test.b", slow))
	var done []<-chan error
	for i := range calls {
		done = append(done, ask(t.Context(), c, []string{"cmd.test.a", "cmd.test.b"}[i%2], question{}))
	}
	for range workers {
		within(t, "a worker", began)
	}
	close(end)
	for _, d := range done {
		if err := within(t, "an answer", d); err != nil {
			t.Error(err)
		}
	}
	if most != workers {
		t.Errorf("%d requests at once, want %d", most, workers)
	}
}

func TestLongPollsTakeNoPlace(t *testing.T) {
	t.Parallel()
	const polls = 20
	began, end := make(chan struct{}, polls), make(chan struct{})
	poll := endpoint("qry.test.poll", func(context.Context, question) (reply, error) {
		began <- struct{}{}
		<-end
		return reply{}, nil
	})
	c, _ := serve(t, natstest.Start(t), 1, poll.Waiting(), endpoint("cmd.test.echo", echo))
	var done []<-chan error
	for range polls {
		done = append(done, ask(t.Context(), c.Waiting(limit), "qry.test.poll", question{}))
	}
	for range polls {
		within(t, "a poll", began)
	}
	if _, err := natsrpc.Call[question, reply](c, "cmd.test.echo")(t.Context(), question{}); err != nil {
		t.Errorf("beside %d polls: %v", polls, err)
	}
	close(end)
	for _, d := range done {
		if err := within(t, "a poll's answer", d); err != nil {
			t.Error(err)
		}
	}
}

func TestStopDrains(t *testing.T) {
	t.Parallel()
	const calls = 10
	s := natstest.Start(t)
	began, end := make(chan struct{}, calls), make(chan struct{})
	c, srv := serve(t, s, 2, endpoint("cmd.test.slow", func(context.Context, question) (reply, error) {
		began <- struct{}{}
		<-end
		return reply{}, nil
	}))
	nc := s.Conn(t)
	answers, err := nc.SubscribeSync(nc.NewInbox())
	if err != nil {
		t.Fatal(err)
	}
	for range calls {
		if err := nc.PublishRequest("cmd.test.slow", answers.Subject, []byte("{}")); err != nil {
			t.Fatal(err)
		}
	}
	if err := nc.Flush(); err != nil { // now the broker has all of them
		t.Fatal(err)
	}
	within(t, "a worker", began)
	within(t, "a worker", began)
	stopped := make(chan error, 1)
	go func() { stopped <- srv.Stop(t.Context()) }()
	close(end)
	if err := within(t, "the stop", stopped); err != nil {
		t.Error(err)
	}
	for n := range calls {
		if m, err := answers.NextMsg(limit); err != nil || len(m.Header) > 0 {
			t.Fatalf("answer %d: %v, %v", n, m, err)
		}
	}
	c.Patience = 20 * time.Millisecond
	if err := within(t, "a refusal", ask(t.Context(), c, "cmd.test.slow", question{})); !fault.Is(err, fault.Unavailable) {
		t.Errorf("after the stop: %v", err)
	}
}

func TestStopCancelsWhatTakesTooLong(t *testing.T) {
	t.Parallel()
	began := make(chan struct{})
	c, srv := serve(t, natstest.Start(t), 0, endpoint("cmd.test.slow", func(ctx context.Context, _ question) (reply, error) {
		close(began)
		<-ctx.Done()
		return reply{}, fault.New(fault.Conflict, "test.cancelled", "Cancelled.")
	}))
	c.Try = limit
	done := ask(t.Context(), c, "cmd.test.slow", question{})
	<-began
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := srv.Stop(ctx); err != nil {
		t.Error(err)
	}
	if err := within(t, "the answer", done); !fault.Is(err, fault.Conflict) {
		t.Errorf("the last request: %v", err)
	}
}
