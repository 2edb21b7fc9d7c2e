// Package revocation knows which credentials no longer stand. It follows the
// auth service's journal, so that a gateway hears of a revocation within
// moments and asks nobody about a credential. It is separate because nobody
// else remembers this, and everybody who lets somebody in has to ask it.
package revocation

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

const (
	askEvery = 2 * time.Second  // how far the journal is
	patience = 10 * time.Second // with silence; then nobody is let in
	slack    = time.Hour        // by which clocks may differ when revocations are forgotten
)

// Standing gives what has been revoked so far; authapi.Standing does.
type Standing interface {
	Revocations(context.Context, authapi.Empty) (authapi.Revocations, error)
}

// Set is what no longer stands. Run fills it.
type Set struct {
	store    es.Store // Run's
	standing Standing
	log      *slog.Logger
	ready    chan struct{}

	mu       sync.RWMutex
	journal  string // identity
	position uint64 // applied
	heard    time.Time
	asked    question
	over     map[string]mark // by fact
	bound    map[string]map[*bound]bool
	changed  changes
}

// mark is the newest revocation of a fact; it covers all before it.
type mark struct {
	after uint64
	until time.Time
}

// New returns an empty set that lets nobody in before Run has filled it.
func New(standing Standing, log *slog.Logger) *Set {
	return &Set{
		standing: standing, log: log, ready: make(chan struct{}),
		over: map[string]mark{}, bound: map[string]map[*bound]bool{}, changed: changes{users: map[string]uint64{}},
	}
}

// Ready is closed when the set is complete for the first time.
func (s *Set) Ready() <-chan struct{} { return s.ready }

// Position is that of the last commit applied: what a credential that is made
// here stands on.
func (s *Set) Position() uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.position
}

// Check says whether a credential stands: nil, Unauthenticated if it is over,
// or Unavailable if nobody can tell, for the journal has been silent too long.
func (s *Set) Check(f who.Facts) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.ended(f); err != nil {
		return err
	}
	if s.heard.IsZero() || time.Since(s.heard) > patience {
		return fault.New(fault.Unavailable, "credentials.unverified",
			"Whether the credentials still hold cannot be told now; try again shortly.").WithRetry(askEvery)
	}
	return nil
}

// ended judges by what is known; the lock is held.
func (s *Set) ended(f who.Facts) error {
	if !f.Expires.IsZero() && !f.Expires.After(time.Now()) {
		return expired()
	}
	for _, name := range f.Names() {
		if m, found := s.over[name]; found && f.Position <= m.after {
			return revoked()
		}
	}
	return nil
}

func expired() error {
	return fault.New(fault.Unauthenticated, "credentials.expired", "The credentials have expired; get new ones.")
}

func revoked() error {
	return fault.New(fault.Unauthenticated, "credentials.revoked", "The credentials were revoked; get new ones.")
}

// end takes a revocation over; the lock is held.
func (s *Set) end(r authapi.Revocation) {
	m := s.over[r.Fact]
	m.after = max(m.after, r.After)
	if r.Until.After(m.until) {
		m.until = r.Until
	}
	s.over[r.Fact] = m
	for b := range s.bound[r.Fact] {
		if b.position <= m.after {
			b.end(revoked())
		}
	}
}

// forget drops what can end no credential any more.
func (s *Set) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	for fact, m := range s.over {
		if now.Sub(m.until) > slack {
			delete(s.over, fact)
		}
	}
}
