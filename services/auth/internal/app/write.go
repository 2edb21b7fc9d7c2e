package app

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/otel/propagation"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/apikey"
	"github.com/heddle-dev/heddle/services/auth/internal/client"
	"github.com/heddle-dev/heddle/services/auth/internal/grant"
	"github.com/heddle-dev/heddle/services/auth/internal/group"
	"github.com/heddle-dev/heddle/services/auth/internal/key"
	"github.com/heddle-dev/heddle/services/auth/internal/revokedtoken"
	"github.com/heddle-dev/heddle/services/auth/internal/role"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// patience bounds the wait of a write's answer for the view.
const patience = 5 * time.Second

// The domains, as the write loop wants them.
var (
	users         = es.NewDecider(user.Decide, user.Evolve, user.Events())
	groups        = es.NewDecider(group.Decide, group.Evolve, group.Events())
	clients       = es.NewDecider(client.Decide, client.Evolve, client.Events())
	roles         = es.NewDecider(role.Decide, role.Evolve, role.Events())
	keys          = es.NewDecider(key.Decide, key.Evolve, key.Events())
	grants        = es.NewDecider(grant.Decide, grant.Evolve, grant.Events())
	apikeys       = es.NewDecider(apikey.Decide, apikey.Evolve, apikey.Events())
	revokedTokens = es.NewDecider(revokedtoken.Decide, revokedtoken.Evolve, revokedtoken.Events())
)

// idOf is the id of the thing of that kind and name. It follows from the name,
// so that a name is taken by the one append that creates its topic, without a
// reservation; and since a topic never ends, an id is never given twice.
func idOf(kind, name string) string { return id.FromKey(kind, "", name).String() }

// handle runs one command and waits until readers see what it did.
func handle[S, C, E any](ctx context.Context, a *App, d es.Decider[S, C, E], topic, subject string, c C) (es.Outcome[S, E], error) {
	return handleAt(ctx, a, 0, d, topic, subject, c)
}

// handleAt does so if the thing is still as it was at a version; zero is
// whatever it is.
func handleAt[S, C, E any](ctx context.Context, a *App, version uint64, d es.Decider[S, C, E], topic, subject string, c C) (es.Outcome[S, E], error) {
	st := a.Store
	if version != 0 {
		st = pinned{st, version}
	}
	out, err := es.Handle(ctx, st, nil, d, topic, a.meta(ctx, subject), c)
	if err != nil {
		return out, problem(err)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return out, problem(a.View.Wait(ctx, out.Seq))
}

// pinned is a journal in which a topic may be written to only while it is at
// a version: then a decision is on what the caller has seen.
type pinned struct {
	es.Store
	version uint64
}

// Append implements es.Store. What changed nothing, a sign-in, is no newer
// version.
func (p pinned) Append(ctx context.Context, topic string, expect uint64, c es.Commit) (uint64, error) {
	since, err := p.Load(ctx, topic, p.version)
	if err != nil {
		return 0, err
	}
	if expect < p.version || slices.ContainsFunc(since, func(c es.Recorded) bool { return !view.Unchanging(c) }) {
		return 0, authapi.Stale()
	}
	return p.Store.Append(ctx, topic, expect, c)
}

func (a *App) meta(ctx context.Context, subject string) es.Meta {
	trace := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, trace)
	p := who.From(ctx)
	return es.Meta{
		Command: strings.ToLower(rand.Text()), At: a.Now().UTC(), Actor: p.ID, Credential: shown(p),
		Correlation: logx.Request(ctx), Traceparent: trace.Get("traceparent"),
		Source: authapi.Source, Subject: subject,
	}
}

// shown names what the caller came in with, and through what: "grant/ID of
// CLIENT".
func shown(p who.Principal) string {
	if p.Client == "" {
		return p.Credential
	}
	return strings.TrimSpace(p.Credential + " of " + p.Client)
}
