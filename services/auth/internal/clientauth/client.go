// Package clientauth answers one question: is this the client that it says it
// is (RFC 6749 section 2.3, RFC 7523, RFC 8705)? It is separate because five
// endpoints ask it and none of them may answer differently. It knows neither
// HTTP nor NATS, and signatures only through what it is given.
package clientauth

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// Method is how a client authenticates: its token_endpoint_auth_method. A
// client has exactly one.
type Method string

// The methods (OpenID Connect Core, section 9; RFC 8705, section 2).
const (
	None       Method = "none" // public: it has no secret, and proves a code by PKCE
	Basic      Method = "client_secret_basic"
	Post       Method = "client_secret_post"
	PrivateKey Method = "private_key_jwt"
	TLS        Method = "tls_client_auth"
	SelfSigned Method = "self_signed_tls_client_auth"
)

// Client is a registered client as the protocol needs it.
type Client struct {
	ID     string
	Name   string
	URL    string // for people
	Icon   string // for people
	Method Method

	Native   bool // on a person's machine: the port of a loopback redirect is free (RFC 8252)
	Trusted  bool // the operator's own: a consent given once is not asked again
	Steady   bool // confidential, and its refresh tokens are not replaced
	Resource bool // a resource server: it may introspect tokens that are not its own
	Bound    bool // its tokens are bound to its certificate

	Redirects  []string // in the order of registration
	PostLogout []string
	Grants     []string // grant types by their full names
	Scopes     []string // plain words; empty: see package scope
	RunAs      string   // user id that client_credentials act as; empty: they are refused
	IDTokenAlg string   // RS256 or EdDSA; empty: RS256

	Credentials []string        // ids of the secrets' entries in the vault: the newest, and a replaced one while it is good
	Keys        json.RawMessage // JWKS of PrivateKey and SelfSigned
	TLSSubject  string          // distinguished name of TLS, in slash form

	// Position is that of the journal when this was so.
	Position uint64
}

// Public reports whether the client has no credentials.
func (c Client) Public() bool { return c.Method == None }

// ErrNoClient says that there is no such client, or not any more.
var ErrNoClient = errors.New("clientauth: there is no such client")

// Clients finds clients.
type Clients interface {
	// Client returns a client or ErrNoClient.
	Client(ctx context.Context, id string) (Client, error)
	// SecretMatches compares a secret with those that entries of the vault are
	// the hashes of. It takes as long for none, or one that does not exist.
	SecretMatches(ctx context.Context, credentials []string, secret string) (bool, error)
}

// Assertion is what a client signed (RFC 7523, section 3). Its signature and
// algorithm are good; everything else is still to be judged.
type Assertion struct {
	Issuer, Subject, ID string
	Audience            []string
	Issued, NotBefore   time.Time // zero: absent
	Expires             time.Time // zero: absent
}

// Assertions verifies with a client's registered keys.
type Assertions interface {
	Assertion(jwt string, keys json.RawMessage) (Assertion, error)
	// HasKey reports whether a public key, as base64url SHA-256 of its SPKI, is
	// among the keys.
	HasKey(keys json.RawMessage, spki string) (bool, error)
}
