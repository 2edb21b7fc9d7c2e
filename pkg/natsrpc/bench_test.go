package natsrpc_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// callers ask at once.
const callers = 16

// BenchmarkCall asks and answers as much as a client does that wants a token.
// The yardstick beside it is NATS alone: as many bytes, and nothing of them read.
func BenchmarkCall(b *testing.B) {
	ask, tell := strings.Repeat("x", 300), strings.Repeat("x", 700)
	b.Run("yardstick", func(b *testing.B) {
		s := natstest.Start(b)
		nc, other := s.Conn(b), s.Conn(b)
		if _, err := other.Subscribe("qry.test.echo", func(m *nats.Msg) { _ = m.Respond([]byte(tell)) }); err != nil {
			b.Fatal(err)
		}
		if err := other.Flush(); err != nil {
			b.Fatal(err)
		}
		together(b, func() error {
			_, err := nc.RequestWithContext(context.Background(), "qry.test.echo", []byte(ask))
			return err
		})
	})
	b.Run("call", func(b *testing.B) {
		s := natstest.Start(b)
		srv, err := natsrpc.Serve(context.Background(), s.Conn(b), natsrpc.Config{Name: "test"}, []natsrpc.Endpoint{
			natsrpc.Handle("qry.test.echo", who.Public, func(context.Context, question) (reply, error) { return reply{tell}, nil })})
		if err != nil {
			b.Fatal(err)
		}
		defer func() { _ = srv.Stop(context.Background()) }()
		call := natsrpc.Call[question, reply](natsrpc.NewClient(s.Conn(b)), "qry.test.echo")
		together(b, func() error {
			_, err := call(context.Background(), question{Text: ask})
			return err
		})
	})
}

// together does something b.N times, for several callers at once.
func together(b *testing.B, do func() error) {
	b.Helper()
	b.ReportAllocs()
	b.ResetTimer()
	var wg sync.WaitGroup
	var n atomic.Int64
	for range callers {
		wg.Go(func() {
			for n.Add(1) <= int64(b.N) {
				if err := do(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}
