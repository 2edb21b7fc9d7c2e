package unicore

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
	"github.com/heddle-dev/heddle/services/gateway/internal/session"
)

const (
	headerSession  = "X-UNICORE-SecuritySession"
	headerLifetime = "X-UNICORE-SecuritySession-Lifetime" // milliseconds
	// statusSessionGone is UNICORE's own: send your credentials again.
	statusSessionGone = 432
)

// authenticate finds out who asks, and as what: by session or credentials,
// and by the preferences that come with the request.
func (d *door) authenticate(w http.ResponseWriter, r *http.Request) (who.Principal, error) {
	proof, err := d.known(w, r)
	if err != nil {
		return who.Principal{}, err
	}
	chosen, err := choose(proof, r.Header.Values(headerPreferences))
	if err != nil {
		return who.Principal{}, err
	}
	*callerOf(r.Context()) = chosen
	return chosen.Principal, nil
}

func (d *door) known(w http.ResponseWriter, r *http.Request) (authapi.Resolved, error) {
	if id := r.Header.Get(headerSession); id != "" {
		return d.resume(w, r, id)
	}
	proven, err := edge.Admit(w, r, d.Prover, d.takes)
	whole := proven.Whole()
	if err != nil || whole.Principal.Anonymous() {
		return whole, err
	}
	if given, ok := d.recent.find(whole, d.Now()); ok && d.Sessions.Check(given.proof.Facts) == nil {
		announce(w, given.Ticket)
		if proven.Resolved == nil {
			whole.Logins = given.proof.Logins
		}
		return whole, nil
	}
	if proven.Resolved == nil { // an access token: it does not say
		whole.Logins = d.logins(who.With(r.Context(), whole.Principal))
	}
	ticket, err := d.Sessions.Begin(r.Context(), whole)
	if err != nil {
		// The credentials were good: a client without a session sends them again.
		d.Log.WarnContext(r.Context(), "no session for the client", "err", err)
		return whole, nil
	}
	d.recent.keep(whole, ticket, d.Now())
	announce(w, ticket)
	return whole, nil
}

// logins are the caller's Unix logins. Without them they go by their own name,
// so nobody is kept out when they cannot be had.
func (d *door) logins(ctx context.Context) []string {
	me, err := d.Backend.Profiles.Me(ctx, authapi.Empty{})
	if err != nil {
		d.Log.WarnContext(ctx, "the client's logins are not known", "err", err)
	}
	return me.Logins
}

// resume goes on with a session. A dead one is never replaced silently by the
// credentials beside it: the client has to know.
func (d *door) resume(w http.ResponseWriter, r *http.Request, id string) (authapi.Resolved, error) {
	whole, ticket, err := d.Sessions.Resume(r.Context(), id)
	switch {
	case errors.Is(err, session.ErrNone):
		d.recent.forget(id)
		return authapi.Resolved{}, fault.New(fault.Unauthenticated, "unicore.session",
			"The security session has ended; send your credentials.").WithStatus(statusSessionGone)
	case err != nil:
		return authapi.Resolved{}, err
	}
	announce(w, ticket)
	return whole, edge.Readmit(w, r, d.takes, edge.Known(whole))
}

func announce(w http.ResponseWriter, t session.Ticket) {
	w.Header().Set(headerSession, t.ID)
	w.Header().Set(headerLifetime, strconv.FormatInt(t.Lifetime.Milliseconds(), 10))
}

type callerKey struct{}

// withCaller gives each request a place to note its caller's choices in.
func withCaller(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, new(caller))))
	})
}

func callerOf(ctx context.Context) *caller {
	if c, ok := ctx.Value(callerKey{}).(*caller); ok {
		return c
	}
	return new(caller)
}
