package tornado

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// The names of the grants that there always are (5.6), compared without regard
// to case. The last two are not DIRAC's: where a gateway knows the caller, it
// may be by these, too.
const (
	SSL      = "SSL"      // a client certificate
	JWT      = "JWT"      // "Authorization: Bearer", a signed token
	TOKEN    = "TOKEN"    // an opaque token, in the query or a header
	VISITOR  = "VISITOR"  // nobody in particular
	PASSWORD = "PASSWORD" // a name and a password
	SESSION  = "SESSION"  // of a browser
)

// methods are the ways of proving who one is that the grants stand for where
// the container's Authenticate finds it out, and not a Grant of their own.
var methods = map[string][]string{
	SSL: {who.MethodCertificate}, JWT: {who.MethodToken}, TOKEN: {who.MethodToken, who.MethodAPIKey},
	PASSWORD: {who.MethodPassword}, SESSION: {who.MethodSession, who.MethodUpstream},
}

var defaultGrants = []string{JWT, TOKEN, SSL, PASSWORD, SESSION, VISITOR}

// ErrNoCredential is what a Grant returns where the request has no credential
// of its kind: the next grant is asked.
var ErrNoCredential = errors.New("the request has no credential of this kind")

// Grant finds out who asks by one kind of credential. A credential that is
// there and wrong is an error, and ends the search: nobody becomes a visitor
// by a mistake. What the error says is for the log; faults that are not of
// kind Unauthenticated answer the request as they are. It may set headers.
type Grant func(w http.ResponseWriter, r *http.Request) (who.Principal, error)

// Bearer is a Grant for the values of "Authorization: Bearer VALUE"; with
// query, also of the query parameter access_token, and of "VALUE Bearer" as
// DIRAC's manual has it.
func Bearer(query bool, prove func(ctx context.Context, value string) (who.Principal, error)) Grant {
	return func(_ http.ResponseWriter, r *http.Request) (who.Principal, error) {
		value, err := bearer(r, query)
		if err != nil {
			return who.Principal{}, err
		}
		return prove(r.Context(), value)
	}
}

func bearer(r *http.Request, query bool) (string, error) {
	words := strings.Fields(r.Header.Get("Authorization"))
	value := ""
	if len(words) == 2 && strings.EqualFold(words[0], "bearer") {
		value = words[1]
	} else if query && len(words) == 2 && strings.EqualFold(words[1], "bearer") {
		value = words[0]
	}
	if query {
		for _, v := range r.URL.Query()[tokenParameter] {
			if value != "" && v != value {
				return "", fault.New(fault.Invalid, "invalid_request", "There are several tokens in the request.")
			}
			value = v
		}
	}
	if value == "" {
		return "", ErrNoCredential
	}
	return value, nil
}

const tokenParameter = "access_token"

// Certificate is a Grant for the client certificate of the TLS connection,
// which the server has verified (tls.VerifyClientCertIfGiven). chain begins
// with the client's own.
func Certificate(prove func(ctx context.Context, chain []*x509.Certificate) (who.Principal, error)) Grant {
	return func(_ http.ResponseWriter, r *http.Request) (who.Principal, error) {
		if r.TLS == nil || len(r.TLS.VerifiedChains) == 0 {
			return who.Principal{}, ErrNoCredential
		}
		return prove(r.Context(), r.TLS.VerifiedChains[0])
	}
}

// shown reports whether the request has a credential of a usual kind.
func shown(r *http.Request) bool {
	return r.Header.Get("Authorization") != "" || r.URL.Query().Has(tokenParameter)
}

// grant is one step of finding out who asks. Without ask, the container's own
// way is asked, and counts if the caller proved who they are by the methods.
type grant struct {
	name    string
	ask     Grant
	methods []string
}

// grantsOf finds the grants of a list by their names.
func grantsOf(names []string, set map[string]Grant) ([]grant, error) {
	var out []grant
	for _, name := range split(names) {
		name = strings.ToUpper(name)
		g := grant{name, set[name], methods[name]}
		if g.ask == nil && g.methods == nil && name != VISITOR {
			return nil, fmt.Errorf("there is no grant %q", name)
		}
		out = append(out, g)
	}
	return out, nil
}

var (
	errNoCredentials  = fault.New(fault.Unauthenticated, "unauthorized", "Credentials are required.")
	errBadCredentials = fault.New(fault.Unauthenticated, "invalid_token", "The credentials are not valid.")
	errOtherKind      = errors.New("there are credentials, of a kind that is not taken here")
)

// asking is one search for the caller.
type asking struct {
	w     http.ResponseWriter
	r     *http.Request
	known rest.Known
	found *who.Principal // what known said
}

// search asks one grant after the other; the first that knows the caller
// decides, and so does the first that was shown something wrong.
func (a *asking) search(grants []grant, log *slog.Logger) (who.Principal, error) {
	for _, g := range grants {
		p, err := a.ask(g)
		switch {
		case errors.Is(err, ErrNoCredential):
			continue
		case err != nil:
			log.InfoContext(a.r.Context(), "caller not known", "grant", g.name, "err", err)
			return who.Principal{}, refused(err)
		case !p.Anonymous() || g.name == VISITOR:
			return p, nil
		}
	}
	return who.Principal{}, errNoCredentials
}

func (a *asking) ask(g grant) (who.Principal, error) {
	if g.ask != nil {
		return g.ask(a.w, a.r)
	}
	if g.name == VISITOR {
		if shown(a.r) || a.found != nil && !a.found.Anonymous() {
			return who.Principal{}, errOtherKind
		}
		return who.Principal{}, nil
	}
	if a.found == nil {
		p, err := a.known()
		if err != nil {
			return p, err
		}
		a.found = &p
	}
	if !slices.Contains(g.methods, a.found.Method) {
		return who.Principal{}, ErrNoCredential
	}
	return *a.found, nil
}

// refused hides why a credential was refused, but not that nobody can tell.
func refused(err error) error {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind != fault.Unauthenticated || errors.Is(err, context.Canceled) {
		return err
	}
	return errBadCredentials
}
