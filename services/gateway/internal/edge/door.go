package edge

import (
	"context"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// Door says which credentials a dialect accepts. It is data, so that a test
// can list what every door takes, and nothing is taken because of the order of
// some ifs.
type Door struct {
	Basic       bool           // Authorization: Basic
	Bearer      bool           // our access tokens
	Reversed    bool           // "Authorization: T Bearer" too, as DIRAC's manual has it
	Certificate bool           // of the TLS handshake
	Accept      []authapi.Kind // bearer values that are not our access tokens
	Header      string         // a header that may carry a bearer value: "X-API-Key"
	Query       string         // a parameter that may: "access_token", "key"
	Scoped      bool           // the scopes of a credential bind here
	// List, if set, alone decides about bearer values that are no API keys of
	// ours: an access token means nothing at such a door.
	List List
}

// List knows values that the auth service knows nothing of.
type List interface {
	// Listed says whose the value is. One that is not on the list is
	// Unauthenticated; Unavailable means that nobody can tell now.
	Listed(ctx context.Context, value string) (who.Principal, error)
}

// Proven is what the edge knows of a caller. The zero Proven is nobody.
type Proven struct {
	Principal who.Principal
	Facts     who.Facts
	// Resolved is what the auth service said of the credential; nil for our
	// own access tokens, which say it themselves.
	Resolved *authapi.Resolved
}

// Prover reads the credentials of a request and judges them: genuine, in time,
// not revoked, bound to this connection if they are bound, and sufficient in
// scope. No credentials are the zero Proven and no error; credentials that are
// there and wrong are Unauthenticated; Unavailable means that nobody can tell.
type Prover interface {
	Prove(Door, *http.Request) (Proven, error)
}

// Known is what the edge knows of a caller whom the auth service knows.
func Known(r authapi.Resolved) Proven {
	return Proven{Principal: r.Principal, Facts: r.Facts, Resolved: &r}
}

// Whole is all that is known, in the auth service's words.
func (p Proven) Whole() authapi.Resolved {
	if p.Resolved != nil {
		return *p.Resolved
	}
	return authapi.Resolved{Principal: p.Principal, Facts: p.Facts}
}
