// Package auth is the auth service: users, groups and OAuth clients as
// events, passwords, and the access tokens that the gateway verifies. This
// package only assembles it, for the daemon and for the all-in-one alike; what
// others may call is in authapi.
package auth

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/heddle-dev/heddle/pkg/es/esnats"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/app"
	"github.com/heddle-dev/heddle/services/auth/internal/door"
	"github.com/heddle-dev/heddle/services/auth/internal/mail"
	"github.com/heddle-dev/heddle/services/auth/internal/vault"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// drain bounds the time that requests under way have to end in.
const drain = 10 * time.Second

// Service is one replica.
type Service struct {
	cfg   Config
	deps  Deps
	ready chan struct{}
}

// New returns a service that is not running yet.
func New(cfg Config, deps Deps) *Service {
	if deps.Now == nil {
		deps.Now = time.Now
	}
	return &Service{cfg: cfg.filled(), deps: deps, ready: make(chan struct{})}
}

// Ready is closed when the service answers requests.
func (s *Service) Ready() <-chan struct{} { return s.ready }

// Run serves until ctx ends, and then returns nil once the requests under way
// are answered. It waits for NATS, however late that comes. It must be called
// once.
func (s *Service) Run(ctx context.Context) error {
	err := s.run(who.With(ctx, who.Component("auth")))
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (s *Service) run(ctx context.Context) error {
	if err := s.cfg.Validate(); err != nil {
		return fmt.Errorf("auth: %w", err)
	}
	store, err := esnats.Open(ctx, s.deps.NATS, esnats.Config{
		Stream: authapi.Stream, Subject: authapi.EventsAll, Replicas: s.cfg.Replicas})
	if err != nil {
		return fmt.Errorf("auth: %w", err)
	}
	var v *vault.Vault
	if err := s.persist(ctx, "the vault", func(ctx context.Context) (err error) {
		v, err = vault.Open(ctx, s.deps.NATS, s.cfg.Replicas)
		return unavailable(err)
	}); err != nil {
		return err
	}
	read, err := view.Open(filepath.Join(s.cfg.DataDir, "auth", "view.db"), store, s.deps.Log)
	if err != nil {
		return fmt.Errorf("auth: %w", err)
	}
	defer read.Close()
	defer background(ctx, func(ctx context.Context) { _ = read.Run(ctx) })() // it ends with ctx alone
	short, end, err := s.openFlow()
	if err != nil {
		return err
	}
	defer end()
	post := mail.New(s.cfg.Mail, s.deps.Log, s.deps.Now)
	defer background(ctx, post.Run)()
	a, protocol, err := s.assemble(ctx, parts{store: store, view: read, vault: v, flow: short, post: post})
	if err != nil {
		return err
	}
	if err := s.prepare(ctx, a, read); err != nil {
		return err
	}
	defer background(ctx, a.Work)()
	return s.serve(ctx, a, protocol)
}

// background runs what lasts; calling what it returns ends it. It outlives
// ctx, so that requests are still answered while the service drains.
func background(ctx context.Context, work func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		work(ctx)
	}()
	return func() { cancel(); <-done }
}

func (s *Service) serve(ctx context.Context, a *app.App, protocol authapi.OAuth) error {
	server, err := door.Open(ctx, s.deps.NATS, s.deps.Log, a, protocol)
	if err != nil {
		return fmt.Errorf("auth: %w", err)
	}
	close(s.ready)
	<-ctx.Done()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	return server.Stop(ctx)
}
