package rest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/pkg/who/oidcverify"
)

// alone is a program that is a server of its own. It knows callers by the
// access tokens of an issuer, and without one it knows nobody: what is not
// public stays closed.
type alone struct {
	*program
	tokens *oidcverify.Verifier // nil: there is no issuer
}

func newAlone(p *program) *alone {
	a := &alone{program: p}
	if p.cfg.Issuer != "" {
		a.tokens = oidcverify.NewVerifier(oidcverify.Config{Issuer: p.cfg.Issuer, Audience: audience, Keys: issuerKeys(p.cfg.Issuer)})
	}
	return a
}

// audience is the "aud" of access tokens for Heddle's APIs.
const audience = "heddle"

func (a *alone) listen(ctx context.Context) (net.Listener, error) {
	if a.cfg.ReusePort {
		return listenShared(ctx, a.cfg.at(a.cfg.Port))
	}
	return listenAlone(ctx, a.cfg.at(a.cfg.Port))
}

func (a *alone) around(h http.Handler) http.Handler { return h }

func (a *alone) begin(_ context.Context, at net.Addr) (string, func(), error) {
	return shown(at), func() {}, nil
}

// fit lets containers that know their callers by themselves do so.
func (a *alone) fit(containers []Container) []Container {
	out := slices.Clone(containers)
	for i := range out {
		if out[i].Authenticate == nil {
			out[i].Authenticate, out[i].Errors = a.authenticate, a.advised(out[i].Errors)
		}
	}
	return out
}

func (a *alone) authenticate(_ http.ResponseWriter, r *http.Request) (who.Principal, error) {
	values := r.Header.Values("Authorization")
	if len(values) == 0 || a.tokens == nil {
		return who.Principal{}, nil
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	if len(values) > 1 || !strings.EqualFold(scheme, "bearer") {
		return who.Principal{}, fault.New(fault.Unauthenticated, "credentials.invalid", "Send one access token, as Authorization: Bearer.")
	}
	p, facts, err := a.tokens.Verify(r.Context(), strings.TrimSpace(token))
	switch {
	case err != nil:
		return who.Principal{}, err
	case facts.CertSHA256 != "":
		return who.Principal{}, fault.New(fault.Unauthenticated, "credentials.bound", "The token is bound to a certificate, which nobody can show here.")
	case !reaches(p.Scopes, r.Method):
		return who.Principal{}, fault.New(fault.Denied, "credentials.scope", "The credentials do not go so far: they need the scope \"api\".")
	}
	return p, nil
}

// reaches reports whether scopes allow a method; nil is no limit.
func reaches(scopes []string, method string) bool {
	reads := method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
	return scopes == nil || slices.Contains(scopes, "api") || reads && slices.Contains(scopes, "api:read")
}

// advised tells those who are not known what to do about it.
func (a *alone) advised(write func(http.ResponseWriter, *http.Request, *fault.Error)) func(http.ResponseWriter, *http.Request, *fault.Error) {
	if write == nil {
		write = Problem
	}
	return func(w http.ResponseWriter, r *http.Request, f *fault.Error) {
		if f.Kind == fault.Unauthenticated {
			w.Header()["Www-Authenticate"] = []string{`Bearer realm="heddle"`}
		}
		if f.Code == "access.credentials" {
			advice := *f
			advice.Message = a.advice()
			f = &advice
		}
		write(w, r, f)
	}
}

func (a *alone) advice() string {
	if a.tokens == nil {
		return "Nobody can sign in here, since this program runs alone. Let it join a gateway (--join or HEDDLE_JOIN), " +
			"or name an issuer whose access tokens it takes (--issuer or HEDDLE_ISSUER)."
	}
	return fmt.Sprintf("Credentials are required: an access token of %s, as Authorization: Bearer.", a.cfg.Issuer)
}
