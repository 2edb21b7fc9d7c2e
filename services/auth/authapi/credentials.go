package authapi

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
)

// Kind is a family of bearer values, beside our own access tokens, that a
// door can accept. Each door lists those it takes, so that none is taken by
// accident.
type Kind string

// The kinds.
const (
	KindAPIKey    Kind = "apikey"       // hdl_…
	KindUserJWT   Kind = "user-jwt"     // signed by a user with a registered key
	KindSiteJWT   Kind = "site-jwt"     // made by UNICORE's /token
	KindCore4JWT  Kind = "core4-jwt"    // made by core4's login
	KindCore4Seal Kind = "core4-cookie" // the same, sealed in a cookie
	KindUpstream  Kind = "upstream"     // made by a federated provider
)

// Credentials answers whose a credential is, as of now. Every refusal is the
// one fault Unauthenticated "auth.wrong", whatever the reason; Exhausted
// carries a time to come back.
type Credentials interface {
	Password(context.Context, PasswordProof) (Resolved, error)
	Certificate(context.Context, CertificateProof) (Resolved, error)
	Token(context.Context, TokenProof) (Resolved, error)
}

// PasswordProof is a name and password that came over a connection.
type PasswordProof struct {
	unprinted
	Name     string `json:"name"`
	Password string `json:"password"`
	Peer     Peer   `json:"peer"`
	// Login says that somebody signs in, which is worth an entry in the
	// audit; false is a request that carries the password with it.
	Login bool `json:"login,omitempty"`
}

// CertificateProof is a certificate of a TLS handshake.
type CertificateProof struct {
	Certificate Certificate `json:"certificate"`
	Group       string      `json:"group,omitempty"` // to act in; empty means the user's default
	Login       bool        `json:"login,omitempty"`
	Address     string      `json:"address,omitempty"`
}

// TokenProof is a bearer value that is not an access token of ours.
type TokenProof struct {
	unprinted
	Value  string `json:"value"`
	Accept []Kind `json:"accept"` // any other kind is refused
	Peer   Peer   `json:"peer"`
	Server string `json:"server,omitempty"` // the door's own DN, for limited site tokens
}

// Resolved is a proven identity. What it may do is that of the moment which
// Facts.Position names.
type Resolved struct {
	Principal   who.Principal `json:"principal"`
	Facts       who.Facts     `json:"facts"`
	Permissions []string      `json:"permissions,omitempty"` // core4's, roles included
	Logins      []string      `json:"logins,omitempty"`      // Unix logins that the user may choose
	Setups      []string      `json:"setups,omitempty"`      // DIRAC setups that the user's groups may use
	Issued      time.Time     `json:"issued,omitzero"`       // of the credential, where it has such a time
	Renewable   bool          `json:"renewable,omitempty"`   // a site token that further ones may be made with
	Preferences string        `json:"preferences,omitempty"` // baked into a site token
	Longest     time.Time     `json:"longest,omitzero"`      // no token got with this one lives longer; zero: there is no bound
}
