package session

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// DefaultTTL is how long a session lives unless configured otherwise.
const DefaultTTL = 8 * time.Hour

// Standing knows what no longer stands; *revocation.Set does.
type Standing interface {
	Check(who.Facts) error
}

// Keeper begins and resumes sessions for a door: what is left to the door is
// how the id travels. UNICORE's security sessions are such a door.
type Keeper struct {
	store    Store
	standing Standing
	ttl      time.Duration
	now      func() time.Time
}

// NewKeeper returns a keeper of sessions that live ttl (0: DefaultTTL).
func NewKeeper(store Store, standing Standing, ttl time.Duration, now func() time.Time) *Keeper {
	if ttl == 0 {
		ttl = DefaultTTL
	}
	return &Keeper{store: store, standing: standing, ttl: ttl, now: now}
}

// Ticket is what a caller is told of their session.
type Ticket struct {
	ID string
	// Lifetime is what remains of the session.
	Lifetime time.Duration
}

// Begin makes a session for a caller who has proved who they are. It stands
// on what their credential stood on, and does not outlive it.
func (k *Keeper) Begin(ctx context.Context, r authapi.Resolved) (Ticket, error) {
	ttl := k.ttl
	if end := r.Facts.Expires; !end.IsZero() {
		ttl = min(ttl, end.Sub(k.now()))
	}
	if ttl <= 0 {
		return Ticket{}, ErrNone
	}
	id, err := k.store.Create(ctx, r, ttl)
	return Ticket{ID: id, Lifetime: ttl}, err
}

// Resume says whose session it is and what remains of it. ErrNone means that
// the caller must prove again who they are: the session is over, or what it
// stood on was revoked.
func (k *Keeper) Resume(ctx context.Context, id string) (authapi.Resolved, Ticket, error) {
	s, err := k.store.Get(ctx, id)
	if err == nil {
		err = k.Check(s.Facts)
	}
	if err != nil {
		return authapi.Resolved{}, Ticket{}, err
	}
	return resumed(s.Resolved), Ticket{ID: id, Lifetime: s.Expires.Sub(k.now())}, nil
}

// Check is ErrNone if a session that began with these facts is over.
func (k *Keeper) Check(f who.Facts) error {
	if f.User == "" {
		return ErrNone // nothing could end it
	}
	err := k.standing.Check(f)
	if fault.Is(err, fault.Unauthenticated) {
		return ErrNone
	}
	return err
}

// resumed is what was proved when the session began. A person who did so
// themselves is still in person here; a program that they entrusted is not.
func resumed(r authapi.Resolved) authapi.Resolved {
	if r.Principal.InPerson() {
		r.Principal.Method = who.MethodSession
	}
	if r.Principal.Credential == "" {
		r.Principal.Credential = "session"
	}
	return r
}

// End ends a session before its time.
func (k *Keeper) End(ctx context.Context, id string) error { return k.store.Delete(ctx, id) }
