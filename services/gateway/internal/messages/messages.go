// Package messages keeps what clients of core4's door say to each other, in a
// stream of NATS that all gateways share. It is separate because the door
// knows nothing of NATS. The stream is no journal of a service: the oldest
// messages make room for new ones, and nobody's state is folded from them.
package messages

import (
	"context"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/fault"
)

const (
	streamName = "CORE4_EVENTS"
	subject    = "core4.event"
	// maxBytes bounds the stream, whatever the number of messages.
	maxBytes = 64 << 20
	patience = 3 * time.Second
	// readers are how many may read all messages at once.
	readers = 4
)

// Limits say how much is kept: the newest Count messages, of the last Age.
type Limits struct {
	Count    int
	Age      time.Duration
	Replicas int // 0 means 1
}

// Store is the stream, which is made when it is first used.
type Store struct {
	js     jetstream.JetStream
	limits Limits
	slots  chan struct{} // of who reads everything

	mu     sync.Mutex
	stream jetstream.Stream
}

// New returns the store as it is reached over nc.
func New(nc *nats.Conn, limits Limits) (*Store, error) {
	js, err := jetstream.New(nc)
	return &Store{js: js, limits: limits, slots: make(chan struct{}, readers)}, err
}

// open is the stream, made where it does not exist, with the limits as they are
// configured now.
func (s *Store) open(ctx context.Context) (jetstream.Stream, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stream != nil {
		return s.stream, nil
	}
	st, err := s.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: streamName, Description: "messages of core4's channels", Subjects: []string{subject},
		Storage: jetstream.FileStorage, Replicas: max(1, s.limits.Replicas), Discard: jetstream.DiscardOld,
		MaxMsgs: int64(s.limits.Count), MaxAge: s.limits.Age, MaxBytes: maxBytes,
	})
	if err == nil {
		s.stream = st
	}
	return st, err
}

// Put stores a message: when it returns, the message outlives every process.
func (s *Store) Put(ctx context.Context, message []byte) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if _, err := s.open(ctx); err != nil {
		return unavailable(err)
	}
	if _, err := s.js.Publish(ctx, subject, message, jetstream.WithExpectStream(streamName)); err != nil {
		return s.lost(err)
	}
	return nil
}

// lost forgets the stream, so that it is looked for again.
func (s *Store) lost(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stream = nil
	return unavailable(err)
}

func unavailable(err error) error {
	return fault.Wrap(err, fault.Unavailable, "core4.messages", "Messages cannot be reached now; try again shortly.").WithRetry(2 * time.Second)
}
