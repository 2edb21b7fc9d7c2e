package revocation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// Run keeps the set true until ctx ends: it takes what has been revoked so
// far, and follows the auth service's journal from there; whenever that
// breaks, again. It must be called once.
func (s *Set) Run(ctx context.Context, journal es.Store) error {
	s.store = journal
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, askEvery) {
		err := s.follow(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.log.WarnContext(ctx, "revocations cannot be followed; trying again", "err", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

func (s *Set) follow(ctx context.Context) error {
	position, err := s.begin(ctx)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	asking := make(chan struct{})
	go func() {
		defer close(asking)
		stop(s.ask(ctx))
	}()
	err = s.store.Tail(ctx, position, func(batch []es.Recorded, _ bool) error { return s.apply(batch) })
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	stop(err)
	<-asking
	return err
}

// begin takes the revocations so far. They are added to those known, which may
// be newer, unless the journal is another one, whose positions mean nothing here.
func (s *Set) begin(ctx context.Context) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	journal, err := s.store.Identity(ctx)
	if err != nil {
		return 0, fmt.Errorf("the journal: %w", err)
	}
	r, err := s.standing.Revocations(ctx, authapi.Empty{})
	if err != nil {
		return 0, fmt.Errorf("the auth service: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if journal != s.journal {
		clear(s.over)
		s.heard = time.Time{}
	}
	for _, one := range r.List {
		s.end(one)
	}
	s.changed.everything(r.Position) // whatever happened since the last tail broke
	s.journal, s.position, s.asked = journal, r.Position, question{}
	return r.Position, nil
}

// apply takes over what a batch of commits revokes. One that cannot be read
// may revoke anything: nobody is let in until the auth service has said more.
func (s *Set) apply(batch []es.Recorded) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range batch {
		if len(c.Events) > 0 { // else it is no commit: somebody wrote past the store
			list, err := authapi.Revoked(c)
			if err != nil {
				s.heard, s.asked = time.Time{}, question{}
				return err
			}
			for _, r := range list {
				s.end(r)
			}
		}
		s.changed.note(c)
		s.position = c.Seq
	}
	s.answered()
	return nil
}

var errRemade = errors.New("revocation: the journal was made anew")
