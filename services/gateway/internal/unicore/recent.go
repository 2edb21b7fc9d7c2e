package unicore

import (
	"reflect"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
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
	session.Ticket
	proof authapi.Resolved
	at    time.Time
}

// maxRecent bounds how many users are remembered.
const maxRecent = 10_000

// find returns the user's session if it was given to the very same principal
// for the same credential, and half of its life is still to come.
func (r *recent) find(p authapi.Resolved, now time.Time) (given, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	g, ok := r.users[p.Principal.ID]
	age := now.Sub(g.at)
	if !ok || age > g.Lifetime/2 || !same(g.proof, p) {
		return given{}, false
	}
	g.Lifetime -= age
	return g, true
}

func (r *recent) keep(p authapi.Resolved, t session.Ticket, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.users == nil || len(r.users) >= maxRecent {
		r.users = map[string]given{}
	}
	r.users[p.Principal.ID] = given{t, p, now}
}

// same reports whether two are one credential, whenever it was looked at.
func same(a, b authapi.Resolved) bool {
	a.Facts.Position = b.Facts.Position
	return a.Facts == b.Facts && a.Renewable == b.Renewable && a.Preferences == b.Preferences && a.Longest.Equal(b.Longest) &&
		reflect.DeepEqual(a.Principal, b.Principal)
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
