package oauth

import (
	"context"
	"net/http"
	"strings"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/browser"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// kind is for whom an endpoint is: that decides which credentials it looks
// at, and in which form it refuses.
type kind int

const (
	forClients  kind = iota // they prove themselves in the request, to the auth service
	forBearers              // of tokens, and of certificates
	forBrowsers             // pages: a session's cookie, or nobody
	forPeople               // pages: a session's cookie, or a certificate
)

// kinds has every path that is not forClients, without its root.
var kinds = map[string]kind{
	"userinfo": forBearers, "refresh-tokens": forBearers,
	"groups": forBearers, "setups": forBearers, "clients": forBearers,

	"auth": forBrowsers, "authorize": forBrowsers, "authorization": forBrowsers,
	"login": forBrowsers, "redirect": forBrowsers, "logout": forBrowsers,
	"consent": forPeople, "device": forPeople, "account": forPeople,
}

// below is a request's path without its root: its first segment and the rest.
func below(r *http.Request) (first, rest string) {
	_, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	first, rest, _ = strings.Cut(path, "/")
	return first, rest
}

func kindOf(r *http.Request) kind {
	first, rest := below(r)
	if first == "device" && rest == "" && r.Method != http.MethodGet && r.Method != http.MethodHead {
		return forClients
	}
	return kinds[first]
}

func (k kind) pages() bool { return k == forBrowsers || k == forPeople }

// takes are the credentials of forBearers. What a token may know of its user
// is by another scope than what it may do, and the auth service looks at that.
func (d *door) takes(r *http.Request) edge.Door {
	first, _ := below(r)
	if d.form == authapi.FormDIRAC {
		return edge.Door{Bearer: true, Reversed: true, Certificate: true, Query: "access_token", Scoped: true}
	}
	return edge.Door{Bearer: true, Scoped: first != "userinfo"}
}

// authenticate finds out who asks, as far as the endpoint wants to know.
func (d *door) authenticate(w http.ResponseWriter, r *http.Request) (who.Principal, error) {
	switch kindOf(r) {
	case forBearers:
		p, err := d.Prover.Prove(d.takes(r), r)
		edge.Note(r.Context(), p)
		if c := callerOf(r.Context()); c != nil {
			c.proven = p
		}
		return p.Principal, err
	case forBrowsers:
		v, err := d.Browsers.Visit(r)
		keep(r.Context(), v)
		return v.Principal, err
	case forPeople:
		v, err := d.visitor(w, r)
		keep(r.Context(), v)
		return v.Principal, err
	default:
		return who.Principal{}, nil
	}
}

// visitor is whoever is signed in at the browser; a certificate that we know
// signs its holder in at once.
func (d *door) visitor(w http.ResponseWriter, r *http.Request) (browser.Visit, error) {
	v, err := d.Browsers.Visit(r)
	if err != nil || !v.Nobody() {
		return v, err
	}
	return d.byCertificate(w, r)
}

// caller is what authenticate found out.
type caller struct {
	visit  browser.Visit
	proven edge.Proven
}

type callerKey struct{}

func keep(ctx context.Context, v browser.Visit) {
	if c := callerOf(ctx); c != nil {
		c.visit = v
	}
	edge.Note(ctx, edge.Proven{Principal: v.Principal, Facts: v.Facts})
}

func callerOf(ctx context.Context) *caller {
	c, _ := ctx.Value(callerKey{}).(*caller)
	return c
}

// visit is the browser's session as authenticate found it.
func visit(r *http.Request) browser.Visit {
	if c := callerOf(r.Context()); c != nil {
		return c.visit
	}
	return browser.Visit{}
}

// provenTo is what authenticate made of a bearer's credentials.
func provenTo(r *http.Request) edge.Proven {
	if c := callerOf(r.Context()); c != nil {
		return c.proven
	}
	return edge.Proven{}
}

// as is a context in which a visitor asks.
func as(r *http.Request, v browser.Visit) context.Context { return who.With(r.Context(), v.Principal) }

// wrapped forbids that anything is kept, and gives each request a place to note
// its caller in, unless nobody here finds out who that is.
func wrapped(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Pragma", "no-cache")
		if kindOf(r) != forClients {
			r = r.WithContext(context.WithValue(r.Context(), callerKey{}, new(caller)))
		}
		next.ServeHTTP(w, r)
	})
}
