package oauth

import (
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
)

// Minter signs. Nobody else holds a private key.
type Minter interface {
	// Access makes an access token (RFC 9068). The minter sets iss, iat, nbf,
	// jti and kid; Facts gives the rest, and Expires must be set.
	Access(AccessClaims) (jwt string, err error)
	// ID makes an ID token, with the hashes of what goes along with it.
	ID(IDClaims) (jwt string, err error)
	// Refresh makes the one refresh token of a generation: the same arguments
	// give the same token.
	Refresh(grant string, generation uint64, client string) (string, error)
}

// Opener reads back what a Minter made. An error means that it is not ours or
// was changed: whatever is not exactly the kind asked for is not opened.
type Opener interface {
	// OpenAccess does not look at the time, nor at revocations.
	OpenAccess(jwt string) (AccessClaims, error)
	// OpenID reads an id_token_hint. Expired ones are good hints.
	OpenID(jwt string) (Hint, error)
	// OpenRefresh needs the client, which the token is bound to.
	OpenRefresh(token, client string) (grant string, generation uint64, err error)
}

// AccessClaims are what an access token says.
type AccessClaims struct {
	Principal who.Principal // Scopes, Group, Setup and Properties are those of the token
	Facts     who.Facts     // JTI and Key are the minter's to set
	Audience  []string      // beside authapi.Audience
	VO        string
	AuthTime  time.Time // zero: no person was there
	Issued    time.Time // of an opened token
}

// IDClaims are what an ID token says.
type IDClaims struct {
	Subject     string
	Client      string // aud and azp
	Nonce       string
	AccessToken string // at_hash
	Alg         string // of the client: RS256 or EdDSA; empty: RS256
	Grant       string // sid
	AuthTime    time.Time
	Expires     time.Time
	User        map[string]any // claims that the scopes allow
}

// Hint is what an ID token says of the session it came from.
type Hint struct {
	Subject, Client, Grant string
}
