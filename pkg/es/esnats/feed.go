package esnats

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/es"
)

const (
	batchSize = 1000
	heartbeat = time.Second
	// silence is how long a consumer may say nothing before it counts as lost.
	silence = 5 * heartbeat / 2
)

var (
	errSilent = errors.New("esnats: the consumer has gone silent")
	errLost   = errors.New("esnats: messages were lost on the way")
)

// feed is one consumer: ordered, not acknowledged, pushed with flow control,
// in the server's memory. It breaks at the first irregularity and is then
// replaced by a new one.
type feed struct {
	ctx       context.Context // ends with the tail or with the connection
	stop      context.CancelFunc
	sub       *nats.Subscription
	remove    func()
	delivered uint64 // by the consumer's own count
	light     bool   // headers are enough
}

// feed starts a consumer after a position.
func (j *journal) feed(ctx context.Context, after uint64) (*feed, error) {
	f := &feed{light: j.light}
	f.ctx, f.stop = context.WithCancel(ctx)
	go f.breakOn(j.nc, j.nc.StatusChanged(nats.RECONNECTING, nats.CLOSED))
	var err error
	if f.sub, err = j.nc.SubscribeSync(j.nc.NewInbox()); err != nil {
		f.stop()
		return nil, err
	}
	// Flow control bounds what is under way; the client must not drop any.
	_ = f.sub.SetPendingLimits(-1, -1)
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c, err := j.stream.get().CreatePushConsumer(within, jetstream.ConsumerConfig{
		DeliverSubject: f.sub.Subject, DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: after + 1,
		AckPolicy: jetstream.AckNonePolicy, MaxDeliver: 1, MemoryStorage: true, Replicas: 1,
		HeadersOnly: j.light, FlowControl: true, IdleHeartbeat: heartbeat, InactiveThreshold: 10 * time.Second,
	})
	if err != nil {
		f.close()
		return nil, err
	}
	name := c.CachedInfo().Name
	f.remove = func() {
		// The server forgets a consumer without a listener by itself; this
		// only spares it the wait.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if j.nc.IsConnected() {
			_ = j.stream.get().DeleteConsumer(ctx, name)
		}
	}
	return f, nil
}

// breakOn ends the feed when the connection is lost, without waiting for the
// silence that follows.
func (f *feed) breakOn(nc *nats.Conn, status chan nats.Status) {
	defer nc.RemoveStatusListener(status)
	select {
	case <-status:
		f.stop()
	case <-f.ctx.Done():
	}
}

func (f *feed) close() {
	f.stop()
	_ = f.sub.Unsubscribe()
	if f.remove != nil {
		f.remove()
	}
}

// batch waits for a commit and returns it with those that have arrived with
// it. caught says that the server had no more when it sent the last one.
func (f *feed) batch() (batch []es.Recorded, caught bool, err error) {
	for len(batch) == 0 || len(batch) < batchSize && waiting(f.sub) {
		m, err := f.message()
		if err != nil {
			return nil, false, err
		}
		if m == nil {
			continue
		}
		r, pending, err := f.accept(m)
		if err != nil {
			return nil, false, err
		}
		batch, caught = append(batch, r), pending == 0
	}
	return batch, caught, nil
}

func waiting(sub *nats.Subscription) bool {
	n, _, err := sub.Pending()
	return err == nil && n > 0
}

// message returns the next message, or none after answering the server's own.
func (f *feed) message() (*nats.Msg, error) {
	m, err := f.take()
	if err != nil {
		return nil, err
	}
	if len(m.Data) > 0 || m.Header.Get("Status") == "" {
		return m, nil
	}
	return nil, f.control(m)
}

// take waits for a message. One that has arrived already needs no clock.
func (f *feed) take() (*nats.Msg, error) {
	if f.ctx.Err() == nil && waiting(f.sub) {
		return f.sub.NextMsg(silence)
	}
	ctx, cancel := context.WithTimeout(f.ctx, silence)
	defer cancel()
	m, err := f.sub.NextMsgWithContext(ctx)
	if err != nil && f.ctx.Err() == nil && ctx.Err() != nil {
		return nil, errSilent
	}
	return m, err
}

// control answers flow control and checks heartbeats: the server says how far
// it has come, and we must have come as far.
func (f *feed) control(m *nats.Msg) error {
	if status := m.Header.Get("Status"); status != "100" {
		return errors.New("esnats: consumer: " + status + " " + m.Header.Get("Description"))
	}
	if m.Reply != "" {
		return m.Respond(nil)
	}
	if to := m.Header.Get("Nats-Consumer-Stalled"); to != "" {
		return f.respondTo(m, to)
	}
	if n, err := strconv.ParseUint(m.Header.Get("Nats-Last-Consumer"), 10, 64); err == nil && n != f.delivered {
		return errLost
	}
	return nil
}

// respondTo frees a consumer whose flow control message got lost.
func (f *feed) respondTo(m *nats.Msg, subject string) error {
	m.Reply = subject
	return m.Respond(nil)
}

// accept reads a message of the stream and how many were to follow it.
func (f *feed) accept(m *nats.Msg) (es.Recorded, uint64, error) {
	meta, err := m.Metadata()
	if err != nil {
		return es.Recorded{}, 0, err
	}
	if meta.Sequence.Consumer != f.delivered+1 {
		return es.Recorded{}, 0, errLost
	}
	f.delivered++
	c, err := f.decode(m, meta.Timestamp)
	if err != nil {
		c = es.Commit{} // see Tail
	}
	return c.At(m.Subject, meta.Sequence.Stream, meta.Timestamp), meta.NumPending, nil
}

func (f *feed) decode(m *nats.Msg, stored time.Time) (es.Commit, error) {
	if !f.light {
		return es.Decode(m.Header, m.Data)
	}
	c, err := es.DecodeTypes(m.Header)
	for i := range c.Events {
		c.Events[i].Time = stored
	}
	return c, err
}
