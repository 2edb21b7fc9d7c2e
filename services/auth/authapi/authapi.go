// Package authapi is the published language of the auth service: who users
// are, how they prove it, and the tokens they get.
package authapi

import (
	"context"
	"encoding/json"
	"time"
)

// Audience is the "aud" of access tokens for Heddle's own doors.
const Audience = "heddle"

// CommandLine is the client_id of `heddle login`; it is always registered.
const CommandLine = "heddle-cli"

// PasswordRequest proves an identity by name and password.
type PasswordRequest struct {
	Name     string `json:"name" doc:"login name"`
	Password string `json:"password" doc:"password"`
}

// Token is an access token: a JWT signed with EdDSA (RFC 7519, RFC 8037).
type Token struct {
	AccessToken string `json:"access_token" doc:"the token, to be sent as Authorization: Bearer"`
	TokenType   string `json:"token_type" doc:"always Bearer"`
	ExpiresIn   int64  `json:"expires_in" doc:"seconds until it ends"`
}

// Claims are what an access token says of its user, beside the registered
// claims of RFC 7519; sub is the user id.
type Claims struct {
	Name   string   `json:"preferred_username"`
	Group  string   `json:"group,omitempty"`
	Groups []string `json:"groups,omitempty"`
	Roles  []string `json:"roles,omitempty"`

	// Client, Scope and AuthTime are those of RFC 9068. Scope is one text; a
	// token without the claim is not limited, one with an empty text may do
	// nothing.
	Client   string  `json:"client_id,omitempty"`
	Scope    *string `json:"scope,omitempty"`
	AuthTime int64   `json:"auth_time,omitempty"`
	// Grant and Position are what the token stands on (see who.Facts); jti and
	// the header's kid are the others.
	Grant    string `json:"sid,omitempty"`
	Position uint64 `json:"pos,omitempty"`
	// Confirm binds the token to a certificate (RFC 8705, section 3.1).
	Confirm *Confirmation `json:"cnf,omitempty"`

	// What DIRAC's clients read.
	Setup      string   `json:"setup,omitempty"`
	VO         string   `json:"vo,omitempty"`
	DiracGroup string   `json:"dirac_group,omitempty"`
	Properties []string `json:"dirac_properties,omitempty"`
	DN         string   `json:"dn,omitempty"`
	// Limited says that a limited proxy certificate got the token.
	Limited bool `json:"limited,omitempty"`
}

// Confirmation is the certificate that a token is bound to.
type Confirmation struct {
	CertSHA256 string `json:"x5t#S256"`
}

// User is a user as administrators see it.
type User struct {
	ID     string    `json:"id" doc:"opaque id, never reused"`
	Name   string    `json:"name" doc:"login name"`
	Groups []string  `json:"groups,omitempty" doc:"groups the user is a member of; the first is the default"`
	Roles  []string  `json:"roles,omitempty" doc:"platform roles"`
	Since  time.Time `json:"since" doc:"when the user was registered"`
	// Disabled users are kept out.
	Disabled bool `json:"disabled,omitempty" doc:"kept out"`
}

// RegisterRequest makes a user. Registering a name that exists with the same
// attributes changes nothing.
type RegisterRequest struct {
	Name     string   `json:"name"`
	Password string   `json:"password"`
	Groups   []string `json:"groups,omitempty"`
	Roles    []string `json:"roles,omitempty"`
	// Edits are done at once, so that there never is a user without them.
	Edits []Edit `json:"edits,omitempty"`
}

// GroupRequest makes a group.
type GroupRequest struct {
	Name string `json:"name"`
}

// MemberRequest puts a user in a group; both exist.
type MemberRequest struct {
	Group string `json:"group"`
	User  string `json:"user"` // login name
}

// UserRequest names one user to act on.
type UserRequest struct {
	Name string `json:"name"` // login name
}

// Users is a list.
type Users struct{ Users []User }

// Keys is a JSON Web Key Set (RFC 7517).
type Keys = json.RawMessage

// Empty is a request or an answer without content.
type Empty struct{}

// Service is what the auth service does. A wrong name or password is the
// fault Unauthenticated, with one text for both and in about the same time;
// too many at once is Exhausted with a time to come back.
type Service interface {
	// Login gives an access token for a password, without a client and a
	// grant: what it may is scope api, and for operators theirs.
	Login(context.Context, PasswordProof) (Token, error)
	// Keys gives the public keys that access tokens are signed with.
	Keys(context.Context, Empty) (Keys, error)

	RegisterUser(context.Context, RegisterRequest) (User, error)
	CreateGroup(context.Context, GroupRequest) (Empty, error)
	JoinGroup(context.Context, MemberRequest) (User, error)
	Users(context.Context, Empty) (Users, error)
}

// Accounts is what operators do to users. Each change ends what was remembered
// of the user's password at once, and every gateway hears within two seconds
// that the tokens and sessions given before are over.
type Accounts interface {
	// SetPassword replaces a user's password.
	SetPassword(context.Context, PasswordRequest) (User, error)
	// DisableUser keeps a user out; EnableUser lets them in again.
	DisableUser(context.Context, UserRequest) (User, error)
	EnableUser(context.Context, UserRequest) (User, error)
}
