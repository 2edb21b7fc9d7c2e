package revocation

import (
	"context"
	"time"
)

// question is how far the journal was at a time. It is answered when we are as
// far: then everything acknowledged before it was asked has been applied.
type question struct {
	last uint64
	at   time.Time // zero: no question is open
}

// ask looks every two seconds how far the journal is, for a tail that brings
// nothing may be quiet or dead. It returns when ctx ends or the journal is
// another one.
func (s *Set) ask(ctx context.Context) error {
	t := time.NewTicker(askEvery)
	defer t.Stop()
	for {
		if err := s.askOnce(ctx); err != nil {
			return err
		}
		s.forget()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
		}
	}
}

func (s *Set) askOnce(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, askEvery)
	defer cancel()
	at := time.Now()
	last, err := s.store.Last(ctx)
	if err != nil {
		return nil // silence: Check counts it
	}
	journal, err := s.store.Identity(ctx) // afterwards, so that last is this one's
	if err != nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if journal != s.journal {
		return errRemade
	}
	if s.asked.at.IsZero() { // else the open one comes first, or a tail that lags a little would never answer
		s.asked = question{last: last, at: at}
	}
	s.answered()
	return nil
}

// answered notes the news if the open question is answered; the lock is held.
func (s *Set) answered() {
	if s.asked.at.IsZero() || s.position < s.asked.last {
		return
	}
	s.heard, s.asked = s.asked.at, question{}
	select {
	case <-s.ready:
	default:
		close(s.ready)
	}
}
