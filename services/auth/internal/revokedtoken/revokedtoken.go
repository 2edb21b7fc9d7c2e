// Package revokedtoken is one access token that was taken back before its
// time, as a domain. It is its own aggregate because access tokens are in no
// event until then: there is nothing else of which it could be a part. It
// imports nothing but the standard library.
package revokedtoken

import (
	"encoding/json"
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

// typeRevoked is the event's type in the journal, written by hand and for ever.
const typeRevoked = "auth.token.revoked.v1"

// Encode gives an event's type and its payload.
func Encode(e Revoked) (eventType string, payload any) { return typeRevoked, e }

// Decode reads any version of the event. ok is false for a type that this
// domain does not know.
func Decode(eventType string, data json.RawMessage) (e Revoked, ok bool, err error) {
	if eventType != typeRevoked {
		return e, false, nil
	}
	err = json.Unmarshal(data, &e)
	return e, err == nil, err
}
