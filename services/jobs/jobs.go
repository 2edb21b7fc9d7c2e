// Package jobs assembles the jobs service: what a job is (internal/job), what
// is known of all of them (internal/view), who gets them (internal/match),
// and the doorway over NATS. The same New and Run serve the daemon and the
// all-in-one; nothing here knows which of them it is in.
package jobs

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/esnats"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/services/jobs/internal/app"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/internal/lease"
	"github.com/heddle-dev/heddle/services/jobs/internal/vault"
	"github.com/heddle-dev/heddle/services/jobs/internal/view"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Service is one replica.
type Service struct {
	cfg   Config
	deps  Deps
	ready chan struct{}
}

// New returns a service that is not running yet.
func New(cfg Config, deps Deps) *Service {
	return &Service{cfg: cfg.filled(), deps: deps.filled(), ready: make(chan struct{})}
}

// Ready is closed when the replica answers requests.
func (s *Service) Ready() <-chan struct{} { return s.ready }

// Run serves until ctx ends, and then returns nil once the requests under way
// are answered. It waits for NATS, however late it comes. It must be called
// once.
func (s *Service) Run(ctx context.Context) error {
	err := s.run(ctx)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (s *Service) run(ctx context.Context) error {
	if err := s.cfg.Validate(); err != nil {
		return fmt.Errorf("jobs: %w", err)
	}
	journal, err := esnats.Open(ctx, s.deps.NATS, esnats.Config{
		Stream: jobsapi.Stream, Subject: jobsapi.EventsAll, Replicas: s.cfg.Replicas,
	})
	if err != nil {
		return err
	}
	leases, err := lease.Open(ctx, s.deps.NATS, s.cfg.Lease, s.cfg.Replicas)
	if err != nil {
		return err
	}
	number, err := lease.Claim(ctx, s.deps.NATS, numberFor, s.cfg.Replicas, app.Replicas)
	if err != nil {
		return err
	}
	claims, err := lease.OpenClaims(ctx, s.deps.NATS, s.cfg.Lease, s.cfg.Replicas)
	if err != nil {
		return err
	}
	secrets, err := vault.Open(ctx, s.deps.NATS, s.cfg.Replicas)
	if err != nil {
		return err
	}
	notices, err := jobsapi.NewNoticesSince(s.deps.NATS, s.cfg.Replicas)
	if err != nil {
		return err
	}
	waiting, calls := app.NewWaiting(), app.NewCalls()
	waiting.KeepAfter = s.cfg.Patience
	v, err := s.openView(journal, waiting, calls)
	if err != nil {
		return err
	}
	a := app.New(app.Config{Limits: job.Limits(s.cfg.Limits), Lease: s.cfg.Lease, Sites: s.cfg.Sites,
		Keep: s.cfg.Keep, Reschedules: s.cfg.Reschedules, Fair: s.cfg.fair(), Carrying: s.cfg.carrying()}, app.Ports{
		Journal: journal, View: v, Waiting: waiting, Calls: calls, Leases: leases, Notices: notices, Stager: stager{s.deps.Files}, Carrier: s.deps.Carrier, Claims: claims, Vault: secrets,
		Stop:    func(runner string) { _ = s.deps.NATS.Publish(jobsapi.StopSignal(runner), nil) },
		Replica: number.Value, Outages: func() uint64 { return s.deps.NATS.Stats().Reconnects },
		Now: s.deps.Now, Log: s.deps.Log,
	})
	kept, release := context.WithCancel(context.WithoutCancel(ctx))
	var keeping sync.WaitGroup
	keeping.Go(func() { number.Keep(kept) })
	defer func() { release(); keeping.Wait() }()
	return s.serve(ctx, a, v)
}

// numberFor is how long the number of a replica that was killed is not given
// to another.
const numberFor = 20 * time.Second

func (s *Service) openView(journal es.Store, waiting *app.Waiting, calls *app.Calls) (*view.View, error) {
	path := filepath.Join(s.cfg.DataDir, "views", s.cfg.ViewFile)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return view.Open(path, journal, s.cfg.HalfLife, s.deps.Log, view.Heard{Queued: waiting.Queued, Moved: func(jobs []id.ID) { waiting.Moved(); calls.Moved(jobs) }})
}

// drainFor bounds how long requests under way may take at the end.
const drainFor = 10 * time.Second

// serve runs the parts in the order that they need each other, and ends them
// in the opposite order: the doorway drains while the view still moves.
func (s *Service) serve(ctx context.Context, a *app.App, v *view.View) error {
	parts, stop := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	defer func() {
		stop()
		running.Wait()
		if err := v.Close(); err != nil {
			s.deps.Log.Warn("the view did not close", "err", err)
		}
	}()
	running.Go(func() { _ = v.Run(parts) }) // it ends only with its context
	select {
	case <-v.Ready():
	case <-ctx.Done():
		return ctx.Err()
	}
	srv, err := natsrpc.Serve(parts, s.deps.NATS, natsrpc.Config{Name: "jobs", Workers: s.cfg.Workers, Log: s.deps.Log}, append(jobsapi.Endpoints(a, a), jobsapi.NoteEndpoint(a)))
	if err != nil {
		return err
	}
	running.Go(func() { a.Run(parts) })
	close(s.ready)
	<-ctx.Done()
	a.Close()
	drain, cancel := context.WithTimeout(parts, drainFor)
	defer cancel()
	if err := srv.Stop(drain); err != nil {
		s.deps.Log.Warn("the doorway did not close", "err", err)
	}
	return ctx.Err()
}
