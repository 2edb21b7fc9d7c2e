// Package memory keeps short-lived state in this process, for the one replica
// that runs without Redis, and for tests. What it holds ends with the process.
package memory

import (
	"context"
	"maps"
	"strconv"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/services/auth/internal/flow"
)

// sweep is after how many writes what has ended is thrown away.
const sweep = 1000

// Store is a flow.Store.
type Store struct {
	now func() time.Time

	mu     sync.Mutex
	fail   error
	writes int
	kept   map[place]entry
}

type place struct {
	kind flow.Kind
	name string
}

type entry struct {
	value []byte
	end   time.Time
}

var _ flow.Store = (*Store)(nil)

// New returns an empty store that reads the time from now.
func New(now func() time.Time) *Store { return &Store{now: now, kept: map[place]entry{}} }

// Fail makes every verb give an error, until it is told nil: tests need a
// store that is away.
func (s *Store) Fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = err
}

// Flush forgets everything.
func (s *Store) Flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.kept)
}

// Len is the number of entries held, ended ones included.
func (s *Store) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.kept)
}

// at runs a verb on one place; e is nil if there is nothing, or not any more.
func (s *Store) at(kind flow.Kind, name string, do func(p place, e *entry) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return s.fail
	}
	p := place{kind, name}
	e, found := s.kept[p]
	if !found || !s.now().Before(e.end) {
		return do(p, nil)
	}
	return do(p, &e)
}

// keep writes; the lock is held.
func (s *Store) keep(p place, e entry) {
	s.kept[p] = e
	if s.writes++; s.writes%sweep == 0 {
		now := s.now()
		maps.DeleteFunc(s.kept, func(_ place, e entry) bool { return !now.Before(e.end) })
	}
}

// Add implements flow.Store.
func (s *Store) Add(_ context.Context, kind flow.Kind, name string, value []byte, ttl time.Duration) error {
	return s.at(kind, name, func(p place, e *entry) error {
		if e != nil {
			return flow.ErrTaken
		}
		s.keep(p, entry{value, s.now().Add(ttl)})
		return nil
	})
}

// Get implements flow.Store.
func (s *Store) Get(_ context.Context, kind flow.Kind, name string) (value []byte, err error) {
	err = s.at(kind, name, func(_ place, e *entry) error {
		if e == nil {
			return flow.ErrNone
		}
		value = e.value
		return nil
	})
	return value, err
}

// Take implements flow.Store.
func (s *Store) Take(_ context.Context, kind flow.Kind, name string) (value []byte, err error) {
	err = s.at(kind, name, func(p place, e *entry) error {
		if e == nil {
			return flow.ErrNone
		}
		value = e.value
		delete(s.kept, p)
		return nil
	})
	return value, err
}

// Drop implements flow.Store.
func (s *Store) Drop(_ context.Context, kind flow.Kind, name string) error {
	return s.at(kind, name, func(p place, _ *entry) error { delete(s.kept, p); return nil })
}

// Count implements flow.Store.
func (s *Store) Count(_ context.Context, kind flow.Kind, name string, by int64, ttl time.Duration) (n int64, err error) {
	err = s.at(kind, name, func(p place, e *entry) error {
		end := s.now().Add(ttl)
		if e != nil {
			end = e.end
			n, _ = strconv.ParseInt(string(e.value), 10, 64)
		}
		n += by
		s.keep(p, entry{strconv.AppendInt(nil, n, 10), end})
		return nil
	})
	return n, err
}

// Left implements flow.Store.
func (s *Store) Left(_ context.Context, kind flow.Kind, name string) (left time.Duration, err error) {
	err = s.at(kind, name, func(_ place, e *entry) error {
		if e == nil {
			return flow.ErrNone
		}
		left = e.end.Sub(s.now())
		return nil
	})
	return left, err
}
