package auth

import (
	"context"
	"fmt"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/internal/app"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// try bounds one try of a step of the start.
const try = 30 * time.Second

// prepare brings a replica to where it can answer: the view has caught up,
// there is a key to sign with, and there is somebody who can log in.
func (s *Service) prepare(ctx context.Context, a *app.App, read *view.View) error {
	select {
	case <-read.Ready():
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := s.persist(ctx, "the signing keys", a.TakeKeys); err != nil {
		return err
	}
	if err := s.persist(ctx, "what every installation has", func(ctx context.Context) error { return a.Sow(ctx, ownSeed()) }); err != nil {
		return err
	}
	if s.cfg.Demo {
		if err := s.persist(ctx, "the demo's users", func(ctx context.Context) error { return a.Sow(ctx, DemoSeed()) }); err != nil {
			return err
		}
	}
	if err := s.persist(ctx, "the seed", func(ctx context.Context) error { return a.Sow(ctx, s.cfg.Seed) }); err != nil {
		return err
	}
	return s.persist(ctx, "the first operator", func(ctx context.Context) error { return s.bootstrap(ctx, a) })
}

func (s *Service) bootstrap(ctx context.Context, a *app.App) error {
	if s.deps.FirstPassword == nil {
		return nil
	}
	name, password, err := a.Bootstrap(ctx)
	if err == nil && name != "" {
		s.deps.FirstPassword(name, password)
	}
	return err
}

// persist tries f again while what it needs is not there.
func (s *Service) persist(ctx context.Context, what string, f func(context.Context) error) error {
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := s.once(ctx, f)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !passing(err) {
			return fmt.Errorf("auth: %s: %w", what, err)
		}
		s.deps.Log.WarnContext(ctx, "waiting for "+what, "reason", err)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *Service) once(ctx context.Context, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, try)
	defer cancel()
	return f(ctx)
}

// passing reports whether an error goes away by itself.
func passing(err error) bool {
	switch fault.From(err).Kind {
	case fault.Unavailable, fault.Timeout, fault.Exhausted:
		return true
	default:
		return fault.From(err).RetryAfter > 0
	}
}

func unavailable(err error) error {
	if err == nil {
		return nil
	}
	return fault.Wrap(err, fault.Unavailable, "auth.store_down", "The vault is unavailable.")
}
