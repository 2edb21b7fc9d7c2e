package esnats_test

import (
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/es/esnats"
	"github.com/heddle-dev/heddle/pkg/es/estest"
	"github.com/heddle-dev/heddle/pkg/natstest"
)

var config = esnats.Config{Stream: "EVT_TEST", Subject: "evt.test.>"}

func open(t testing.TB, s *natstest.Server) *esnats.Store {
	t.Helper()
	st, err := esnats.Open(t.Context(), s.Conn(t), config)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func stream(t testing.TB, s *natstest.Server) (jetstream.JetStream, jetstream.Stream) {
	t.Helper()
	js, err := jetstream.New(s.Conn(t))
	if err != nil {
		t.Fatal(err)
	}
	st, err := js.Stream(t.Context(), config.Stream)
	if err != nil {
		t.Fatal(err)
	}
	return js, st
}

func TestObeysTheLaw(t *testing.T) {
	t.Parallel()
	estest.Run(t, func(t testing.TB) estest.Harness {
		s := natstest.Start(t)
		return estest.Harness{
			Prefix:  "evt.test.",
			Open:    func(t testing.TB) estest.Journal { return open(t, s) },
			Restart: s.Restart,
			Purge: func(t testing.TB, before uint64) {
				_, st := stream(t, s)
				if err := st.Purge(t.Context(), jetstream.WithPurgeSequence(before)); err != nil {
					t.Fatal(err)
				}
			},
			Remake: func(t testing.TB) {
				js, _ := stream(t, s)
				if err := js.DeleteStream(t.Context(), config.Stream); err != nil {
					t.Fatal(err)
				}
			},
		}
	})
}
