package app

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/federation"
	"github.com/heddle-dev/heddle/services/auth/internal/flow"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// elsewhere is how long somebody may take to sign in at a provider.
const elsewhere = 10 * time.Minute

// underway is what is kept of a login until its browser comes back.
type underway struct {
	Provider string `json:"provider"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
	Pending  string `json:"pending,omitempty"`
	Browser  []byte `json:"browser"` // hash of its cookie
}

// Providers implements authapi.Federation.
func (a *App) Providers(context.Context, authapi.Empty) (authapi.Providers, error) {
	return authapi.Providers{List: a.Upstreams.List()}, nil
}

// StartLogin implements authapi.Federation.
func (a *App) StartLogin(ctx context.Context, r authapi.UpstreamStart) (authapi.UpstreamGo, error) {
	if r.Browser == "" {
		return authapi.UpstreamGo{}, stale()
	}
	b, err := a.Upstreams.Begin(ctx, r.Provider)
	if err != nil {
		return authapi.UpstreamGo{}, a.notElsewhere(ctx, r.Provider, err)
	}
	kept, err := json.Marshal(underway{r.Provider, b.Nonce, b.Verifier, r.Pending, browserHash(r.Browser)})
	if err == nil {
		err = a.Flow.Add(ctx, flow.Upstream, b.State, kept, elsewhere)
	}
	if err != nil {
		return authapi.UpstreamGo{}, problem(err)
	}
	return authapi.UpstreamGo{URL: b.URL}, nil
}

// FinishLogin implements authapi.Federation.
func (a *App) FinishLogin(ctx context.Context, r authapi.UpstreamBack) (authapi.UpstreamDone, error) {
	w, err := a.takeUnderway(ctx, r)
	if err != nil {
		return authapi.UpstreamDone{}, err
	}
	id, err := a.Upstreams.Finish(ctx, federation.Answer{Provider: w.Provider, Code: r.Code, Issuer: r.Issuer, Error: r.Error,
		Nonce: w.Nonce, Verifier: w.Verifier})
	if err != nil {
		return authapi.UpstreamDone{}, a.notElsewhere(ctx, w.Provider, err)
	}
	u, err := a.linked(ctx, id)
	if err != nil {
		return authapi.UpstreamDone{}, a.notElsewhere(ctx, w.Provider, err)
	}
	if err := a.regroup(through(ctx, u.ID, string(u.Name), id), u, id); err != nil {
		return authapi.UpstreamDone{}, err
	}
	out, err := a.enter(ctx, u.ID, id)
	return authapi.UpstreamDone{Resolved: out, Pending: w.Pending}, err
}

// notElsewhere tells the operators why nobody could sign in at a provider: whom
// it concerns is told what to do, and often it is they who can mend it.
func (a *App) notElsewhere(ctx context.Context, provider string, err error) error {
	if fault.From(err).Code != "federation.no_provider" {
		a.Log.WarnContext(ctx, "nobody was signed in at the provider", "provider", provider, "err", err)
	}
	return problem(err)
}

// takeUnderway returns a login once, and only to the browser that began it:
// otherwise one could sign others in as oneself.
func (a *App) takeUnderway(ctx context.Context, r authapi.UpstreamBack) (underway, error) {
	var w underway
	kept, err := a.Flow.Take(ctx, flow.Upstream, r.State)
	switch {
	case errors.Is(err, flow.ErrNone):
		return w, stale()
	case err != nil:
		return w, problem(err)
	}
	if err := json.Unmarshal(kept, &w); err != nil {
		return w, fault.Wrap(err, fault.Internal, "federation.kept", "The sign-in cannot be read any more; start again.")
	}
	if subtle.ConstantTimeCompare(w.Browser, browserHash(r.Browser)) != 1 {
		return w, stale()
	}
	return w, nil
}

// enter signs the user in, as of now: after the groups have changed.
func (a *App) enter(ctx context.Context, userID string, id federation.Identity) (authapi.Resolved, error) {
	u, err := a.person(ctx, func(ctx context.Context) (view.User, error) { return a.View.UserByID(ctx, userID) })
	if errors.Is(err, view.ErrNone) {
		return authapi.Resolved{}, keptOut() // just now
	}
	if err != nil {
		return authapi.Resolved{}, problem(err)
	}
	out, err := a.resolved(ctx, u, who.MethodUpstream, "")
	if err != nil {
		return authapi.Resolved{}, problem(err)
	}
	return out, a.signedIn(ctx, u, who.MethodUpstream, id.Provider)
}

// through is a context in which the user acts, vouched for by a provider.
func through(ctx context.Context, userID, name string, id federation.Identity) context.Context {
	return who.With(ctx, who.Principal{ID: userID, Name: name, Method: who.MethodUpstream, Credential: "provider/" + id.Provider})
}

func browserHash(cookie string) []byte {
	sum := sha256.Sum256([]byte(cookie))
	return sum[:]
}

// stale is the one answer to a state that is unknown, spent, out of date or
// another browser's.
func stale() error {
	return fault.New(fault.Invalid, "federation.state",
		"This sign-in has expired, was finished already, or was begun in another browser. Start again at the application.")
}

func keptOut() error {
	return fault.New(fault.Denied, "federation.disabled", "Your user is disabled here. Ask your administrator.")
}
