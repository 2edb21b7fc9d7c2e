package gateway

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// Ready is closed when access tokens can be verified, what no longer stands is
// known, and events can be followed.
func (s *Service) Ready() <-chan struct{} { return s.ready }

// await closes ready once everything was there.
func (s *Service) await(ctx context.Context) {
	if s.fetchKeys(ctx) != nil {
		return
	}
	for _, part := range []<-chan struct{}{s.standing.Ready(), s.events.ready(), s.apps.Ready()} {
		select {
		case <-part:
		case <-ctx.Done():
			return
		}
	}
	close(s.ready)
}

// fetchKeys asks for the keys until they are there.
func (s *Service) fetchKeys(ctx context.Context) error {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		if _, err := s.backend.Auth.Keys(ctx, authapi.Empty{}); err == nil {
			s.keys.set()
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}
