package esnats

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/pause"
)

const (
	// handlerTime is how long a handler of a due timer may take before the
	// timer goes to another replica.
	handlerTime = 30 * time.Second
	// handlers is how many timers of one Due are handled at the same time.
	handlers = 16
	// headerAt carries a timer's precise time: the server knows whole seconds.
	headerAt = "Heddle-At"
)

// timers is the es.Timers: a timer is a scheduled message on tmr.<service>.<name>
// that the server moves to due.<service>.<name> at its time, from where one
// consumer shared by all replicas takes it.
type timers struct {
	*link
	stream       *stream
	pending, due string // subject prefixes, with the last dot
}

func newTimers(l *link, st *stream, service string) *timers {
	return &timers{link: l, stream: st, pending: "tmr." + service + ".", due: "due." + service + "."}
}

// timerConfig is a work queue of one message a name: a new timer takes the
// place of an old one, and a handled one is gone.
func timerConfig(cfg Config, service string) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:     "TMR_" + strings.TrimPrefix(cfg.Stream, "EVT_"),
		Subjects: []string{"tmr." + service + ".>", "due." + service + ".>"}, Replicas: cfg.Replicas,
		Storage: jetstream.FileStorage, Retention: jetstream.WorkQueuePolicy,
		MaxMsgsPerSubject: 1, AllowMsgSchedules: true,
	}
}

// Set makes or replaces a timer. The server delivers at whole seconds, so the
// time is rounded up.
func (t *timers) Set(ctx context.Context, name string, at time.Time, payload []byte) error {
	if err := es.CheckTimerName(name); err != nil {
		return err
	}
	m := &nats.Msg{Subject: t.pending + name, Data: payload, Header: nats.Header{headerAt: {at.UTC().Format(time.RFC3339Nano)}}}
	return t.stream.fail(ctx, t.ask(ctx, func(ctx context.Context) error {
		_, err := t.stream.js.PublishMsg(ctx, m,
			jetstream.WithScheduleAt(roundUp(at)), jetstream.WithScheduleTarget(t.due+name))
		return err
	}))
}

func roundUp(at time.Time) time.Time {
	if whole := at.Truncate(time.Second); whole.Before(at) {
		return whole.Add(time.Second)
	}
	return at
}

// Cancel removes a timer that has not fired.
func (t *timers) Cancel(ctx context.Context, name string) error {
	if err := es.CheckTimerName(name); err != nil {
		return err
	}
	return t.stream.fail(ctx, t.ask(ctx, func(ctx context.Context) error {
		return t.stream.get().Purge(ctx, jetstream.WithPurgeSubject(t.pending+name))
	}))
}

// Due takes timers from the consumer that all replicas share, and makes that
// consumer again when it got lost.
func (t *timers) Due(ctx context.Context, f func(context.Context, string, []byte) error) error {
	for wait := minRest; ; wait = min(2*wait, maxRest) {
		began := time.Now()
		err := t.serve(ctx, f)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		_ = t.stream.fail(ctx, err) // heals a stream that got lost
		if time.Since(began) > maxRest {
			wait = minRest
		}
		if err := pause.For(ctx, wait); err != nil {
			return err
		}
	}
}

func (t *timers) serve(ctx context.Context, f func(context.Context, string, []byte) error) error {
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c, err := t.stream.get().CreateOrUpdateConsumer(within, jetstream.ConsumerConfig{
		Durable: "due", FilterSubject: t.due + ">", AckPolicy: jetstream.AckExplicitPolicy,
		AckWait: handlerTime + patience, MaxDeliver: -1,
	})
	if err != nil {
		return err
	}
	msgs, err := c.Messages(jetstream.PullMaxMessages(handlers), jetstream.PullExpiry(5*time.Second), jetstream.PullHeartbeat(heartbeat))
	if err != nil {
		return err
	}
	var busy sync.WaitGroup
	defer busy.Wait()
	defer msgs.Stop()
	slots := make(chan struct{}, handlers)
	for {
		m, err := msgs.Next(jetstream.NextContext(ctx))
		if err != nil {
			return err
		}
		slots <- struct{}{}
		busy.Go(func() {
			defer func() { <-slots }()
			t.handle(ctx, m, f)
		})
	}
}

// handle calls f at the timer's time, not before, and settles the message.
func (t *timers) handle(ctx context.Context, m jetstream.Msg, f func(context.Context, string, []byte) error) {
	ctx, cancel := context.WithTimeout(ctx, handlerTime)
	defer cancel()
	at, err := time.Parse(time.RFC3339Nano, m.Headers().Get(headerAt))
	if err == nil {
		err = pause.For(ctx, time.Until(at))
	} else {
		err = nil // written by a stranger: due now
	}
	if err == nil {
		err = f(ctx, strings.TrimPrefix(m.Subject(), t.due), m.Data())
	}
	if err == nil {
		err = m.DoubleAck(context.WithoutCancel(ctx))
	}
	if err != nil {
		_ = m.NakWithDelay(restAfter(m))
	}
}

// restAfter is how long a timer rests whose handler failed: 1 s at first,
// doubled up to a minute.
func restAfter(m jetstream.Msg) time.Duration {
	meta, err := m.Metadata()
	if err != nil {
		return time.Second
	}
	return min(time.Second<<min(meta.NumDelivered-1, 6), time.Minute)
}
