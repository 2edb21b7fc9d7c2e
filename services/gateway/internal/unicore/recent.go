package unicore

import (
	"reflect"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/gateway/internal/session"
)

// recent remembers the session that each user was given last, so that a
// client that sends its credentials with every request, as curl does, does
// not leave a session behind with each.
type recent struct {
	mu    sync.Mutex
	users map[string]given
}

// given is a session as it was when it began.
type given struct {
	who.Principal
	session.Ticket
	at time.Time
}

// maxRecent bounds how many users are remembered.
const maxRecent = 10_000

// find returns the user's session if it was given to the very same principal
// and half of its life is still to come.
func (r *recent) find(p who.Principal, now time.Time) (session.Ticket, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	g, ok := r.users[p.ID]
	age := now.Sub(g.at)
	if !ok || age > g.Lifetime/2 || !reflect.DeepEqual(g.Principal, p) {
		return session.Ticket{}, false
	}
	return session.Ticket{ID: g.Ticket.ID, Lifetime: g.Lifetime - age}, true
}

func (r *recent) keep(p who.Principal, t session.Ticket, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.users == nil || len(r.users) >= maxRecent {
		r.users = map[string]given{}
	}
	r.users[p.ID] = given{p, t, now}
}

// forget takes care that a session that is over is not given again.
func (r *recent) forget(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for user, g := range r.users {
		if g.Ticket.ID == id {
			delete(r.users, user)
		}
	}
}
