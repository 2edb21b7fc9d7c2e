package messages

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/pause"
)

// readAll bounds the reading of all messages.
const readAll = 15 * time.Second

// All calls f with every message that is kept, the oldest first: all that Put
// has stored before All was called.
func (s *Store) All(ctx context.Context, f func([]byte)) error {
	ctx, cancel := context.WithTimeout(ctx, readAll)
	defer cancel()
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return unavailable(ctx.Err())
	}
	st, last, err := s.end(ctx)
	if err != nil {
		return err
	}
	if st.CachedInfo().State.Msgs == 0 {
		return nil
	}
	err = read(ctx, st, jetstream.OrderedConsumerConfig{}, nil, func(data []byte, at jetstream.MsgMetadata) bool {
		f(data)
		return at.Sequence.Stream < last && at.NumPending > 0
	})
	if err != nil {
		return s.lost(err)
	}
	return nil
}

// Follow calls f with every message that is stored from now on, until ctx
// ends, and ready when none is missed any more. While NATS is away it waits,
// and goes on behind the last message.
func (s *Store) Follow(ctx context.Context, ready func(), f func([]byte)) {
	var after uint64
	for begun := false; ctx.Err() == nil; _ = pause.For(ctx, time.Second) { // the loop looks at ctx
		st, last, err := s.end(ctx)
		if err != nil {
			continue
		}
		if !begun {
			begun, after = true, last
		}
		if last < after {
			after = 0 // the stream was made anew
		}
		cfg := jetstream.OrderedConsumerConfig{DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: after + 1}
		err = read(ctx, st, cfg, ready, func(data []byte, at jetstream.MsgMetadata) bool {
			after = at.Sequence.Stream
			f(data)
			return true
		})
		_ = s.lost(err)
	}
}

// end is the stream and the position of its newest message.
func (s *Store) end(ctx context.Context) (jetstream.Stream, uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	st, err := s.open(ctx)
	if err != nil {
		return nil, 0, unavailable(err)
	}
	info, err := st.Info(ctx)
	if err != nil {
		return nil, 0, s.lost(err)
	}
	return st, info.State.LastSeq, nil
}

// read gives f messages until it has enough.
func read(ctx context.Context, st jetstream.Stream, cfg jetstream.OrderedConsumerConfig, ready func(), f func([]byte, jetstream.MsgMetadata) bool) error {
	consumer, err := st.OrderedConsumer(ctx, cfg)
	if err != nil {
		return err
	}
	list, err := consumer.Messages()
	if err != nil {
		return err
	}
	defer list.Stop()
	if ready != nil {
		ready()
	}
	for {
		m, err := list.Next(jetstream.NextContext(ctx))
		if err != nil {
			return err
		}
		at, err := m.Metadata()
		if err != nil {
			return errors.Join(errors.New("messages: a message without a position"), err)
		}
		if !f(m.Data(), *at) {
			return nil
		}
	}
}
