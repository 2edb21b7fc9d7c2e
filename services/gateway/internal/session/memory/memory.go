// Package memory keeps sessions in the process: for one gateway alone and for
// tests. A restart forgets them, which callers see as sessions that ended.
package memory

import (
	"context"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/session"
)

// Store is a session.Store in a map.
type Store struct {
	now func() time.Time

	mu    sync.Mutex
	byKey map[string]session.Session
	sweep int // Create sweeps when the map has grown to this size
}

var _ session.Store = (*Store)(nil)

// sweepFrom is the size below which ended sessions may lie about.
const sweepFrom = 1024

// New returns an empty store that reads the time from now.
func New(now func() time.Time) *Store {
	return &Store{now: now, byKey: map[string]session.Session{}, sweep: sweepFrom}
}

// Create implements session.Store.
func (s *Store) Create(_ context.Context, r authapi.Resolved, ttl time.Duration) (string, error) {
	id, now := session.NewID(), s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byKey) >= s.sweep {
		for k, v := range s.byKey {
			if !now.Before(v.Expires) {
				delete(s.byKey, k)
			}
		}
		s.sweep = max(sweepFrom, 2*len(s.byKey)) // so that sweeping stays cheap per session
	}
	s.byKey[session.Key(id)] = session.Session{Resolved: r, Expires: now.Add(ttl)}
	return id, nil
}

// Get implements session.Store.
func (s *Store) Get(_ context.Context, id string) (session.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.byKey[session.Key(id)]
	if !ok || !s.now().Before(v.Expires) {
		return session.Session{}, session.ErrNone
	}
	return v, nil
}

// Delete implements session.Store.
func (s *Store) Delete(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byKey, session.Key(id))
	return nil
}
