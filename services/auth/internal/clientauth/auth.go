package clientauth

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/flow"
	"github.com/heddle-dev/heddle/services/auth/internal/throttle"
)

// AssertionType is the only client_assertion_type (RFC 7523, section 2.2).
const AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// Proof is what a request shows of its client. An empty parameter is one that
// was not sent (RFC 6749, section 3.2).
type Proof struct {
	Basic         *authapi.BasicClient // still form-encoded
	ID            string               // client_id
	Secret        string               // client_secret
	Assertion     string               // client_assertion
	AssertionType string               // client_assertion_type
	Peer          authapi.Peer
}

// Needs is what an Authenticator is made of.
type Needs struct {
	Clients    Clients
	Assertions Assertions
	Store      flow.Store
	Failures   *throttle.Throttle // of secrets
	Audiences  []string           // what assertions may be made out to: the issuer, the token endpoints
	Now        func() time.Time
}

// Authenticator authenticates clients.
type Authenticator struct{ Needs }

// New returns an authenticator.
func New(n Needs) *Authenticator { return &Authenticator{n} }

// Client is the client of a request. It must prove itself by the one method
// that it is registered with, and try no other: a weaker one beside it would
// be the one that counts. What is wrong is said in one text, so that it does
// not tell which clients exist.
func (a *Authenticator) Client(ctx context.Context, p Proof) (Client, error) {
	shown, err := p.method()
	if err != nil {
		return Client{}, err
	}
	if shown == Basic {
		if p, err = p.decoded(); err != nil {
			return Client{}, err
		}
	}
	if shown == PrivateKey && p.ID == "" {
		p.ID = claimedSubject(p.Assertion)
	}
	if p.ID == "" {
		return Client{}, authapi.Refuse(authapi.InvalidRequest, "client_id is missing.")
	}
	c, err := a.Clients.Client(ctx, p.ID)
	unknown := errors.Is(err, ErrNoClient)
	if err != nil && !unknown {
		return Client{}, err
	}
	if err := a.prove(ctx, c, shown, p, unknown); err != nil {
		return Client{}, err
	}
	return c, nil
}

// prove is nil if the client is who it says. An unknown client is refused
// where, and after the work that, a wrong secret would be.
func (a *Authenticator) prove(ctx context.Context, c Client, shown Method, p Proof, unknown bool) error {
	switch shown {
	case Basic, Post:
		return a.secret(ctx, c, shown, p)
	case PrivateKey:
		if unknown || c.Method != PrivateKey {
			return wrong()
		}
		return a.assertion(ctx, c, p.Assertion)
	}
	switch {
	case unknown:
		return wrong()
	case c.Method == None:
		return nil
	case c.Method == TLS, c.Method == SelfSigned:
		return a.certificate(c, p.Peer.Certificate)
	default:
		return wrong()
	}
}

// method is what the request tries; None stands for a certificate, too, which
// a connection can have without meaning anything by it.
func (p Proof) method() (Method, error) {
	var shown []Method
	if p.Basic != nil {
		shown = append(shown, Basic)
	}
	if p.Secret != "" {
		shown = append(shown, Post)
	}
	if p.Assertion != "" || p.AssertionType != "" {
		shown = append(shown, PrivateKey)
	}
	switch {
	case len(shown) == 0:
		return None, nil
	case len(shown) > 1:
		return "", authapi.Refuse(authapi.InvalidRequest, "A client authenticates in one way only.")
	case shown[0] == PrivateKey && (p.Assertion == "" || p.AssertionType != AssertionType):
		return "", authapi.Refuse(authapi.InvalidRequest, "client_assertion needs client_assertion_type %s.", AssertionType)
	default:
		return shown[0], nil
	}
}

// decoded is the proof with the parts of the header form-decoded (RFC 6749,
// section 2.3.1). A client_id beside them must be the same.
func (p Proof) decoded() (Proof, error) {
	id, err1 := url.QueryUnescape(p.Basic.ID)
	secret, err2 := url.QueryUnescape(p.Basic.Secret)
	switch {
	case err1 != nil || err2 != nil || id == "":
		return Proof{}, wrong()
	case p.ID != "" && p.ID != id:
		return Proof{}, authapi.Refuse(authapi.InvalidRequest, "client_id is not that of the Authorization header.")
	}
	p.ID, p.Secret = id, secret
	return p, nil
}

func wrong() error {
	return authapi.Refuse(authapi.InvalidClient, "The client could not be authenticated.")
}

// Nobody reports whether the request names no client at all.
func (p Proof) Nobody() bool {
	return p.Basic == nil && p.ID == "" && p.Secret == "" && p.Assertion == "" && p.AssertionType == ""
}
