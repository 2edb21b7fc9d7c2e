// Package client is a registered OAuth 2 client (RFC 6749, section 2) as a
// domain. It imports nothing but the standard library. Secrets are in the
// vault; here are the ids of their entries.
package client

import (
	"encoding/json"
	"errors"
	"time"
)

// Client is what a decision needs to know of a client. The zero Client does
// not exist, and a removed one is zero again: its id may be given again, for
// what was given to the first stands on an earlier position of the journal.
type Client struct {
	ID ID `json:"id"`
	Details
	Secret    string    `json:"secret_id,omitempty"`
	OldSecret string    `json:"old_secret_id,omitempty"` // good until OldUntil
	OldUntil  time.Time `json:"old_until,omitzero"`
}

// Details are what a registration says. It can be changed as a whole.
type Details struct {
	Name      string     `json:"name"`
	Redirects []Redirect `json:"redirect_uris,omitempty"` // in the order of registration
	Grants    []Grant    `json:"grant_types"`
	Public    bool       `json:"public,omitempty"` // exactly if Method is None or not said

	Method     Method          `json:"method,omitempty"` // not said: None, as there were only public clients once
	URL        string          `json:"url,omitempty"`
	Icon       string          `json:"icon,omitempty"`
	PostLogout []Redirect      `json:"post_logout,omitempty"`
	Scopes     []string        `json:"scopes,omitempty"` // none: all but operator
	Keys       json.RawMessage `json:"jwks,omitempty"`
	TLSSubject string          `json:"tls_subject,omitempty"`
	Bound      bool            `json:"bound,omitempty"` // tokens are bound to its certificate
	IDTokenAlg string          `json:"id_alg,omitempty"`
	Native     bool            `json:"native,omitempty"`   // on a person's machine
	Trusted    bool            `json:"trusted,omitempty"`  // a consent given once is not asked again
	Steady     bool            `json:"steady,omitempty"`   // its refresh token stays the same; see ErrSteady
	Resource   bool            `json:"resource,omitempty"` // may introspect others' tokens
	RunAs      string          `json:"run_as,omitempty"`   // id of the user that it acts as by itself
}

// Exists reports whether the client was registered, and not removed since.
func (c Client) Exists() bool { return c.ID != "" }

// AuthMethod is how the client authenticates.
func (d Details) AuthMethod() Method {
	if d.Method == "" {
		return None
	}
	return d.Method
}

// What a decision may refuse with.
var (
	// ErrUnknown: there is no such client.
	ErrUnknown = errors.New("client: no such client")
	// ErrTaken: the id belongs to a client with other attributes.
	ErrTaken = errors.New("client: the id is taken")
	// ErrNoSecret: a client has a secret exactly if it authenticates by one.
	ErrNoSecret = errors.New("client: it does not authenticate by a secret")
	// ErrNoRedirect: a code has nowhere to go.
	ErrNoRedirect = errors.New("is required for the grant authorization_code")
	// ErrNoGrant: the client could do nothing.
	ErrNoGrant = errors.New("must name at least one grant")
	// ErrNotPublic: a client proves who it is by a method or is public.
	ErrNotPublic = errors.New("must be true for a client without a method of authentication, and false for others")
	// ErrKeys: assertions cannot be verified, or the keys hold a secret.
	ErrKeys = errors.New("must be a set of public keys, for private_key_jwt and self_signed_tls_client_auth only")
	// ErrTLSSubject: a certificate cannot be recognised.
	ErrTLSSubject = errors.New("is required for tls_client_auth, and for nothing else")
	// ErrSteady: only the client's own proof makes up for a refresh token that
	// is not replaced (RFC 9700, section 4.14.2).
	ErrSteady = errors.New("must not be true for a public client")
	// ErrPublicAlone: anybody could get such a token.
	ErrPublicAlone = errors.New("must not contain client_credentials for a public client")
	// ErrRunAs: a client that acts by itself acts as some user.
	ErrRunAs = errors.New("is required for the grant client_credentials, and for nothing else")
)
