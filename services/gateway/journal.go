package gateway

import (
	"context"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/es/esnats"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// openJournal waits for a service's journal; nil means that ctx has ended.
func openJournal(ctx context.Context, nc *nats.Conn, log *slog.Logger, cfg esnats.Config) *esnats.Store {
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		store, err := esnats.Open(ctx, nc, cfg)
		if err == nil {
			return store
		}
		if ctx.Err() != nil {
			return nil
		}
		log.WarnContext(ctx, "a journal cannot be followed yet", "journal", cfg.Stream, "err", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
	}
}

// followAuth keeps the set of what no longer stands, until ctx ends.
func (s *Service) followAuth(ctx context.Context) {
	store := openJournal(ctx, s.deps.NATS, s.deps.Log, esnats.Config{
		Stream: authapi.Stream, Subject: authapi.EventsAll, Replicas: s.cfg.Replicas})
	if store != nil {
		_ = s.standing.Run(who.With(ctx, who.Component("gateway")), store) // it ends with ctx alone
	}
}
