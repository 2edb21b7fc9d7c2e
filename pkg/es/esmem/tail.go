package esmem

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/es"
)

// Tail calls f with the commits after a position, now and as they come.
func (s *Store) Tail(ctx context.Context, after uint64, f func([]es.Recorded, bool) error) error {
	journal, err := s.Identity(ctx)
	if err != nil {
		return err
	}
	for started := false; ; started = true {
		batch, caught, grown, err := s.next(journal, after)
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if len(batch) > 0 || !started {
			if err := f(batch, caught); err != nil {
				return err
			}
			after += uint64(len(batch))
			continue
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// next returns what follows a position, whether that is all, and a channel
// that is closed when there is more.
func (s *Store) next(journal string, after uint64) ([]es.Recorded, bool, <-chan struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if journal != s.identity || after+1 < s.first || after > s.last() {
		return nil, false, nil, es.ErrGap
	}
	rest := s.commits[after+1-s.first:]
	n := min(len(rest), batchSize)
	batch := make([]es.Recorded, n)
	for i, r := range rest[:n] {
		batch[i] = clone(r)
	}
	return batch, n == len(rest), s.grown, nil
}
