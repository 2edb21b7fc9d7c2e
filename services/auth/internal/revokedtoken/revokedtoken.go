// Package revokedtoken is one access token that was taken back before its
// time, as a domain. It is its own aggregate because access tokens are in no
// event until then: there is nothing else of which it could be a part. It
// imports nothing but the standard library.
package revokedtoken

import (
	"errors"
	"time"
)

// Token is what a decision needs to know of an access token. The zero Token
// was never revoked.
type Token struct{ Expires time.Time }

// ErrNoEnd says that the token has no end, so that nobody could ever forget
// its revocation.
var ErrNoEnd = errors.New("revokedtoken: when does it expire?")

// Revoke ends the token, which would have ended then.
type Revoke struct{ Expires time.Time }

// Revoked: the token is over. Nobody has to remember that after Expires.
type Revoked struct {
	Expires time.Time `json:"expires"`
}

// Type is the name that the event is written under for ever; it holds the
// version.
func (Revoked) Type() string { return "auth.token.revoked.v1" }

// Events are one of each event, in every version ever written.
func Events() []Revoked { return []Revoked{{}} }

// Decide says what happens when c is asked of t. No events and no error mean
// that it is so already.
func Decide(t Token, c Revoke) ([]Revoked, error) {
	switch {
	case c.Expires.IsZero():
		return nil, ErrNoEnd
	case !t.Expires.IsZero():
		return nil, nil
	default:
		return []Revoked{{Expires: c.Expires.UTC()}}, nil
	}
}

// Evolve is the token after e.
func Evolve(_ Token, e Revoked) Token { return Token(e) }
