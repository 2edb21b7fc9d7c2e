package session

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
)

// DefaultTTL is how long a session lives unless configured otherwise.
const DefaultTTL = 8 * time.Hour

// Keeper begins and resumes sessions for a door: what is left to the door is
// how the id travels. UNICORE's security sessions are such a door.
type Keeper struct {
	store Store
	ttl   time.Duration
	now   func() time.Time
}

// NewKeeper returns a keeper of sessions that live ttl (0: DefaultTTL).
func NewKeeper(store Store, ttl time.Duration, now func() time.Time) *Keeper {
	if ttl == 0 {
		ttl = DefaultTTL
	}
	return &Keeper{store: store, ttl: ttl, now: now}
}

// Ticket is what a caller is told of their session.
type Ticket struct {
	ID string
	// Lifetime is what remains of the session.
	Lifetime time.Duration
}

// Begin makes a session for a caller who has proved who they are.
func (k *Keeper) Begin(ctx context.Context, p who.Principal) (Ticket, error) {
	id, err := k.store.Create(ctx, p, k.ttl)
	return Ticket{ID: id, Lifetime: k.ttl}, err
}

// Resume says whose session it is and what remains of it. ErrNone means that
// the caller must prove again who they are.
func (k *Keeper) Resume(ctx context.Context, id string) (who.Principal, Ticket, error) {
	s, err := k.store.Get(ctx, id)
	if err != nil {
		return who.Principal{}, Ticket{}, err
	}
	p := s.Principal
	p.Method = "session"
	return p, Ticket{ID: id, Lifetime: s.Expires.Sub(k.now())}, nil
}

// End ends a session before its time.
func (k *Keeper) End(ctx context.Context, id string) error { return k.store.Delete(ctx, id) }
