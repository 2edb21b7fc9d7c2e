package natsrpc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-kit/kit/endpoint"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"

	"github.com/heddle-dev/heddle/pkg/kitx"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Endpoint is one subject of a service.
type Endpoint struct {
	Subject string   // "cmd.jobs.job.submit"
	Access  who.Rule // required
	// Waits marks a long poll: it does not take a place in the worker pool
	// while it waits.
	Waits bool

	kit    endpoint.Endpoint
	decode func([]byte) (any, error)
}

// Handle makes an endpoint of a typed function. Unknown fields of a request
// are passed over, so that a newer client may call an older service while
// replicas are replaced one by one.
func Handle[Q, A any](subject string, access who.Rule, f func(context.Context, Q) (A, error)) Endpoint {
	return Endpoint{
		Subject: subject, Access: access, kit: kitx.Endpoint(f),
		decode: func(b []byte) (any, error) {
			var q Q
			if err := json.Unmarshal(b, &q); err != nil {
				return nil, unreadable(err)
			}
			return q, nil
		},
	}
}

// Waiting marks an endpoint as a long poll.
func (e Endpoint) Waiting() Endpoint { e.Waits = true; return e }

// Config says how a service is served.
type Config struct {
	Name    string // the service and its queue group: "jobs"
	Version string // semantic version, for discovery
	Workers int    // requests at once; 0 means 256
	Log     *slog.Logger
}

// Server answers a service's subjects until it is stopped.
type Server struct {
	nc    *nats.Conn
	micro micro.Service
	slots chan struct{}
	pool  *pool
	busy  atomic.Int64 // requests taken and not answered yet
	taken atomic.Int64 // requests ever taken
	ctx   context.Context
	stop  context.CancelFunc
}

// Serve starts to answer. Requests inherit ctx's values but not its end:
// Stop ends them.
func Serve(ctx context.Context, nc *nats.Conn, cfg Config, endpoints []Endpoint) (*Server, error) {
	for _, e := range endpoints {
		if !e.Access.Valid() {
			return nil, fmt.Errorf("natsrpc: %s has no access rule", e.Subject)
		}
	}
	if cfg.Workers == 0 {
		cfg.Workers = 256
	}
	if cfg.Version == "" {
		cfg.Version = "0.0.0"
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	svc, err := micro.AddService(nc, micro.Config{Name: cfg.Name, Version: cfg.Version, QueueGroup: cfg.Name})
	if err != nil {
		return nil, fmt.Errorf("natsrpc: %w", err)
	}
	s := &Server{nc: nc, micro: svc, slots: make(chan struct{}, cfg.Workers)}
	// Nobody asks unless a request says who: ctx may be a component's.
	s.ctx, s.stop = context.WithCancel(who.With(context.WithoutCancel(ctx), who.Principal{}))
	s.pool = newPool(s.ctx)
	for _, e := range endpoints {
		e.kit = kitx.Standard(e.Subject, e.Access, cfg.Log)(e.kit)
		name := strings.ReplaceAll(e.Subject, ".", "-")
		if err := svc.AddEndpoint(name, s.handler(e), micro.WithEndpointSubject(e.Subject)); err != nil {
			s.stop()
			return nil, errors.Join(fmt.Errorf("natsrpc: %s: %w", e.Subject, err), svc.Stop())
		}
	}
	return s, nil
}

// Stop takes no more requests, waits until those under way are answered or
// ctx ends, and then cancels what is left.
func (s *Server) Stop(ctx context.Context) error {
	defer s.stop()
	err := s.micro.Stop()
	// After the flush, what the broker had still sent us is in our hands.
	flushed, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_ = s.nc.FlushWithContext(flushed)
	for !s.idle(ctx) && ctx.Err() == nil {
	}
	return err
}

// idle reports whether nothing is under way for a moment: the client library
// does not say when a drained subscription is empty.
func (s *Server) idle(ctx context.Context) bool {
	before := s.taken.Load()
	select {
	case <-time.After(5 * time.Millisecond):
	case <-ctx.Done():
	}
	return s.busy.Load() == 0 && s.taken.Load() == before
}

func (s *Server) handler(e Endpoint) micro.Handler {
	return micro.HandlerFunc(func(r micro.Request) {
		s.busy.Add(1)
		s.taken.Add(1)
		if e.Waits {
			go func() {
				defer s.busy.Add(-1)
				s.answer(e, r)
			}()
			return
		}
		s.slots <- struct{}{} // micro delivers serially: a full pool holds the rest back
		s.pool.run(func() {
			defer s.busy.Add(-1)
			defer func() { <-s.slots }()
			s.answer(e, r)
		})
	})
}
