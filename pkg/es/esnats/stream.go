package esnats

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/pause"
)

// stream is a JetStream stream that is made where it is missing, also when
// it gets lost later (a broker that came back with an empty disk): the
// services then go on with an empty one, and es.Store.Identity tells.
type stream struct {
	js     jetstream.JetStream
	cfg    jetstream.StreamConfig
	handle atomic.Pointer[jetstream.Stream]

	mu      sync.Mutex
	healing bool
}

func newStream(js jetstream.JetStream, cfg jetstream.StreamConfig) *stream {
	return &stream{js: js, cfg: cfg}
}

// get is the client's handle of the stream; there is one after await.
func (s *stream) get() jetstream.Stream { return *s.handle.Load() }

// await makes sure that the stream exists, asking again until ctx ends.
func (s *stream) await(ctx context.Context) error {
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		err := s.ensure(ctx)
		if err == nil {
			return nil
		}
		if hopeless(err) {
			return err
		}
		if pause.For(ctx, wait) != nil {
			return unavailable(err)
		}
	}
}

// ensure makes the stream, or gives an existing one the settings that the
// store relies on; limits that an operator has set are left alone.
func (s *stream) ensure(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	st, err := s.js.Stream(ctx, s.cfg.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		st, err = s.js.CreateStream(ctx, s.cfg)
	}
	if err != nil {
		return err
	}
	have := st.CachedInfo().Config
	want := have
	want.Subjects, want.Replicas, want.AllowDirect = s.cfg.Subjects, s.cfg.Replicas, s.cfg.AllowDirect
	if !slices.Equal(have.Subjects, want.Subjects) || have.Replicas != want.Replicas || have.AllowDirect != want.AllowDirect {
		if st, err = s.js.UpdateStream(ctx, want); err != nil {
			return err
		}
	}
	s.handle.Store(&st)
	return nil
}

// heal makes a lost stream again in the background; whoever noticed the loss
// is told to come back.
func (s *stream) heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.healing {
		return
	}
	s.healing = true
	go func() {
		// An error here is met again, and tried again, by the next question.
		_ = s.ensure(context.Background())
		s.mu.Lock()
		defer s.mu.Unlock()
		s.healing = false
	}()
}
