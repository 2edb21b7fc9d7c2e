package token

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// Type is the "typ" of access tokens (RFC 9068, section 2.1): by it they are
// told from the other tokens that the same keys sign.
const Type = "at+jwt"

// Signer signs access tokens with the newest of its keys.
type Signer struct {
	issuer   string
	lifetime time.Duration
	now      func() time.Time
	signer   atomic.Pointer[jose.Signer]
}

// ErrNoKey says that the signer was given no key.
var ErrNoKey = errors.New("token: no signing key")

// NewSigner returns a signer without a key.
func NewSigner(issuer string, lifetime time.Duration, now func() time.Time) *Signer {
	return &Signer{issuer: issuer, lifetime: lifetime, now: now}
}

// Use takes over the keys, oldest first: the last one for access tokens signs
// from now on. Its public half must have been announced.
func (s *Signer) Use(keys ...Key) error {
	for _, k := range slices.Backward(keys) {
		if k.alg() != jose.EdDSA {
			continue
		}
		signer, err := k.signer(Type)
		if err == nil {
			s.signer.Store(&signer)
		}
		return err
	}
	return ErrNoKey
}

// Sign returns an access token for p. Times are whole seconds, as NumericDate
// is read everywhere.
func (s *Signer) Sign(p who.Principal) (authapi.Token, error) {
	signer := s.signer.Load()
	if signer == nil {
		return authapi.Token{}, ErrNoKey
	}
	now := s.now().Truncate(time.Second)
	registered := jwt.Claims{
		Issuer: s.issuer, Subject: p.ID, Audience: jwt.Audience{authapi.Audience}, ID: strings.ToLower(rand.Text()),
		IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(s.lifetime)),
	}
	private := authapi.Claims{Name: p.Name, Group: p.Group, Groups: p.Groups, Roles: p.Roles}
	raw, err := jwt.Signed(*signer).Claims(registered).Claims(private).Serialize()
	if err != nil {
		return authapi.Token{}, err
	}
	return authapi.Token{AccessToken: raw, TokenType: "Bearer", ExpiresIn: int64(s.lifetime / time.Second)}, nil
}
