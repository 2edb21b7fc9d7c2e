package assertion

import (
	"encoding/json"
	"slices"
	"time"
)

// maxUserLife is the longest that a user may sign a token for.
const maxUserLife = 24 * time.Hour

// User is what a user signed with a key of their own, as UNICORE's clients do
// in place of a password.
type User struct {
	Name            string // not yet looked at: whoever registered the key says so
	Issued, Expires time.Time
}

// UserKeys gives the registered keys of a user: public JWKs, and none for a
// name that is nobody's. Its errors are handed on.
type UserKeys func(name string) ([]json.RawMessage, error)

type userClaims struct {
	Issuer    string   `json:"iss"`
	Subject   string   `json:"sub"`
	Audience  audience `json:"aud"`
	Delegated string   `json:"etd"` // "false": signed by the user and not by a server
	span
}

// VerifyUser verifies a token that a user signed. One that names an audience
// is good for that server alone.
func VerifyUser(jwt, server string, now time.Time, keys UserKeys) (User, error) {
	var c userClaims
	if err := userKind.unverified(jwt, &c); err != nil {
		return User{}, err
	}
	if !c.good(now, maxUserLife) || c.Subject == "" || c.Issuer != c.Subject || c.Delegated != "false" ||
		c.Audience != nil && (server == "" || !slices.Contains(c.Audience, server)) {
		return User{}, ErrInvalid
	}
	set, err := keys(c.Subject)
	if err != nil {
		return User{}, err
	}
	// The same payload is read again, now that somebody vouches for it.
	var vouched userClaims
	if err := userKind.verify(jwt, set, &vouched); err != nil {
		return User{}, err
	}
	return User{Name: vouched.Subject, Issued: vouched.Issued.Time, Expires: vouched.Expires.Time}, nil
}
