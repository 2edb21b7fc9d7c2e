package ecflow

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/netip"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

const (
	header    = "X-API-Key"
	parameter = "key"
)

// errPlain refuses to change anything over a connection that others may read.
// The credentials are not looked at.
var errPlain = fault.New(fault.Denied, "ecflow.plain", "SSL is required for state-altering commands").WithStatus(http.StatusForbidden)

// authenticate finds out which user asks. Requests that need no credentials
// do not come here: even wrong ones mean nothing there.
func (d *door) authenticate(w http.ResponseWriter, r *http.Request) (who.Principal, error) {
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	if !reads && !d.Secure(r) && !(d.Loopback && local(r)) {
		return who.Principal{}, errPlain
	}
	out, err := edge.Admit(w, r, d.Prover, d.takes(r))
	return out.Principal, err
}

// takes says which credentials count in this request: those of Authorization
// if there is one, else those of X-API-Key, else those of the query.
func (d *door) takes(r *http.Request) edge.Door {
	out := edge.Door{
		Basic: true, Accept: []authapi.Kind{authapi.KindAPIKey}, Header: header, Query: parameter, Scoped: true,
		List: list{d.Tokens, d.ProxyUser},
	}
	switch {
	case len(r.Header.Values("Authorization")) > 0:
		out.Header, out.Query = "", ""
	case len(r.Header.Values(header)) > 0:
		out.Query = ""
	}
	return out
}

// local reports whether the connection is from this machine.
func local(r *http.Request) bool {
	a, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && a.Addr().Unmap().IsLoopback()
}

// list is the operator's tokens as a door asks for them.
type list struct {
	tokens Tokens
	proxy  string
}

// Listed implements edge.List. Each description is a caller of its own; the
// engine knows them all by one name.
func (l list) Listed(ctx context.Context, value string) (who.Principal, error) {
	description, ok, err := l.tokens.Verify(ctx, value)
	if err != nil {
		return who.Principal{}, err
	}
	if !ok {
		return who.Principal{}, fault.New(fault.Unauthenticated, "ecflow.token", "The token is not on the list.")
	}
	sum := sha256.Sum256([]byte(description))
	return who.Principal{
		ID: "ecflow-" + hex.EncodeToString(sum[:8]), Name: l.proxy,
		Method: who.MethodAPIKey, Credential: "token:" + description,
	}, nil
}
