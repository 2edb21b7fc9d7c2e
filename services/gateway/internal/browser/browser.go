// Package browser is how a person's browser is known again: by a cookie that
// holds the id of a session, and by forms that only this browser can send. It
// is separate from the doors because every page of Heddle knows a browser in
// the same way, and because a mistake here lets somebody act as another.
package browser

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/session"
)

// Sessions keeps them; session.Keeper does.
type Sessions interface {
	Begin(context.Context, authapi.Resolved) (session.Ticket, error)
	Resume(ctx context.Context, id string) (authapi.Resolved, session.Ticket, error)
	End(ctx context.Context, id string) error
}

// Config is what browsers are known with.
type Config struct {
	Sessions Sessions
	// Secure reports whether a browser reached us over TLS, maybe at a proxy.
	Secure func(*http.Request) bool
	Now    func() time.Time
}

// Browsers knows browsers again.
type Browsers struct{ Config }

// New returns it.
func New(c Config) *Browsers { return &Browsers{c} }

// Visit is a browser whose person is signed in. The zero Visit is nobody's.
type Visit struct {
	Principal who.Principal
	Facts     who.Facts
	Proved    time.Time // when they signed in
	id        string
}

// Nobody reports whether no person is signed in.
func (v Visit) Nobody() bool { return v.Principal.Anonymous() }

// credential is what the sessions of browsers bear and no others: the id of a
// session that a program got is no cookie.
const credential = "session/browser"

// Visit says who is signed in at the browser of a request. A session that is
// over is nobody's; an error means that nobody can tell.
func (b *Browsers) Visit(r *http.Request) (Visit, error) {
	id := b.cookie(r, sessionCookie)
	if id == "" {
		return Visit{}, nil
	}
	s, _, err := b.Sessions.Resume(r.Context(), id)
	switch {
	case errors.Is(err, session.ErrNone):
		return Visit{}, nil
	case err != nil:
		return Visit{}, err
	case s.Principal.Credential != credential || !s.Principal.InPerson():
		return Visit{}, nil
	}
	return Visit{Principal: s.Principal, Facts: s.Facts, Proved: s.Issued, id: id}, nil
}

// SignIn begins a session for somebody who has just proved who they are. Its
// id is new, whatever the browser had before, and what it had is over: nobody
// can have planted it.
func (b *Browsers) SignIn(w http.ResponseWriter, r *http.Request, who authapi.Resolved) (Visit, error) {
	who.Principal.Credential, who.Issued = credential, b.Now()
	ticket, err := b.Sessions.Begin(r.Context(), who)
	if err != nil {
		return Visit{}, err
	}
	if old := b.cookie(r, sessionCookie); old != "" {
		_ = b.Sessions.End(r.Context(), old) // it ends by itself, too
	}
	b.set(w, r, sessionCookie, ticket.ID)
	b.set(w, r, visitorCookie, "")
	return Visit{Principal: who.Principal, Facts: who.Facts, Proved: who.Issued, id: ticket.ID}, nil
}

// SignOut ends the session of a browser.
func (b *Browsers) SignOut(w http.ResponseWriter, r *http.Request) error {
	id := b.cookie(r, sessionCookie)
	if id == "" {
		return nil
	}
	b.set(w, r, sessionCookie, "")
	return b.Sessions.End(r.Context(), id)
}
