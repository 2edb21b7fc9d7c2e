package edge

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// Tokens says whose an access token is, and what it stands on.
type Tokens interface {
	Verify(ctx context.Context, token string) (who.Principal, who.Facts, error)
}

// Standing knows what no longer stands; *revocation.Set does.
type Standing interface {
	// Check says whether a credential holds now.
	Check(who.Facts) error
	// Fresh reports whether all that is known of a user's rights at the
	// credential's position is still so.
	Fresh(who.Facts) bool
}

// Proofs is what a Prover judges by. All fields are required.
type Proofs struct {
	Tokens      Tokens
	Credentials authapi.Credentials // everything that is not an access token
	Standing    Standing
	Now         func() time.Time
	// Server is the distinguished name that tokens for this server alone name;
	// nil: there is none.
	Server func() string
}

// NewProver returns the one Prover of a gateway, for all its doors.
func NewProver(p Proofs) Prover { return &prover{p, newMemory(p)} }

type prover struct {
	Proofs
	memory *memory
}

// Prove implements Prover.
func (p *prover) Prove(d Door, r *http.Request) (Proven, error) {
	c, err := d.read(r)
	if err != nil || c.none() {
		return Proven{}, err
	}
	if d.List != nil && c.bearer() && !strings.HasPrefix(c.secret, authapi.APIKeyPrefix) {
		who, err := d.List.Listed(r.Context(), c.secret)
		return Proven{Principal: who}, err
	}
	out, err := p.verify(r.Context(), d, c, Peer(r))
	if err == nil {
		err = p.holds(d, r, out)
	}
	if err != nil {
		return Proven{}, err
	}
	return out, nil
}

// verify finds out whose the credential is.
func (p *prover) verify(ctx context.Context, d Door, c credential, peer authapi.Peer) (Proven, error) {
	switch {
	case c.certificate != nil:
		return p.memory.ask(p.memory.certificate(c.certificate), func() (authapi.Resolved, error) {
			return p.Credentials.Certificate(ctx, authapi.CertificateProof{Certificate: *c.certificate, Address: peer.Address})
		})
	case !c.basic:
		return p.bearer(ctx, d, c.secret, peer)
	case !d.Basic:
		return Proven{}, wrong("Passwords are not taken here.")
	}
	return p.memory.ask(p.memory.password(c.name, c.secret), func() (authapi.Resolved, error) {
		return p.Credentials.Password(ctx, authapi.PasswordProof{Name: c.name, Password: c.secret, Peer: peer})
	})
}

// bearer asks, of those who may know the value, the one who does.
func (p *prover) bearer(ctx context.Context, d Door, value string, peer authapi.Peer) (Proven, error) {
	accept := slices.DeleteFunc(slices.Clone(d.Accept), func(k authapi.Kind) bool { return k == authapi.KindAPIKey })
	if strings.HasPrefix(value, authapi.APIKeyPrefix) {
		accept = nil
		if slices.Contains(d.Accept, authapi.KindAPIKey) {
			accept = []authapi.Kind{authapi.KindAPIKey}
		}
	} else if d.Bearer {
		who, facts, err := p.Tokens.Verify(ctx, value)
		if err == nil {
			return Proven{Principal: who, Facts: facts}, nil
		}
		if len(accept) == 0 || !fault.Is(err, fault.Unauthenticated) || ours(err) {
			return Proven{}, err
		}
	}
	if len(accept) == 0 {
		return Proven{}, wrong("Credentials of this kind are not taken here.")
	}
	return p.memory.ask(p.memory.token(accept, value), func() (authapi.Resolved, error) {
		return p.Credentials.Token(ctx, authapi.TokenProof{Value: value, Accept: accept, Peer: peer, Server: p.server()})
	})
}

func (p *prover) server() string {
	if p.Server == nil {
		return ""
	}
	return p.Server()
}

// ours reports whether the token is one of our own, and only out of date: then
// nobody else knows it.
func ours(err error) bool {
	code := fault.From(err).Code
	return code == "token.expired" || code == "token.not_yet_valid"
}

// holds judges a genuine credential: is it somebody's, not revoked, and enough
// for the request?
func (p *prover) holds(d Door, r *http.Request, out Proven) error {
	if out.Principal.Anonymous() || out.Principal.Has(who.RoleService) { // components never come from outside
		return wrong("The credentials are nobody's.")
	}
	if err := p.Standing.Check(out.Facts); err != nil {
		return err
	}
	return d.suffices(r, out)
}

// suffices judges a credential that stands: is it shown by whom it is bound
// to, and does it go far enough?
func (d Door) suffices(r *http.Request, out Proven) error {
	if want := out.Facts.CertSHA256; want != "" {
		if c := Peer(r).Certificate; c == nil || c.SHA256 != want {
			return fault.New(fault.Unauthenticated, "credentials.bound",
				"The token is bound to a certificate that this connection does not show.")
		}
	}
	if d.Scoped && !sufficient(r.Method, out.Principal.Scopes) {
		return fault.New(fault.Denied, CodeScope, "The credentials do not go so far: they need the scope %q.", scopeAll)
	}
	return nil
}

const (
	scopeAll  = "api"
	scopeRead = "api:read"
)

// CodeScope is the code of the refusal of credentials that do not go far enough.
const CodeScope = "credentials.scope"

// sufficient reports whether the scopes allow the method; nil is no limit.
func sufficient(method string, scopes []string) bool {
	return scopes == nil || slices.Contains(scopes, scopeAll) || safe(method) && slices.Contains(scopes, scopeRead)
}

// safe reports whether a method changes nothing (RFC 9110, section 9.2.1).
func safe(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	return false
}
