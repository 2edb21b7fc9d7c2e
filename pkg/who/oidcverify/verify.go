// Package oidcverify turns a bearer token into a who.Principal. It is separate
// from who because it links go-oidc and go-jose, which only a process that
// meets callers from outside needs.
package oidcverify

import (
	"context"
	"crypto/sha256"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/pkg/who/remember"
)

const (
	// Skew is how far the issuer's clock and ours may differ.
	Skew = 5 * time.Second
	// MaxToken bounds a token, in bytes, before anything is decoded.
	MaxToken = 16 << 10
	// MaxRemembered bounds the verified tokens kept in memory.
	MaxRemembered = 10_000
)

// Config says whose tokens are taken.
type Config struct {
	Issuer   string    // the "iss" that a token must have
	Audience string    // what its "aud" must contain
	Keys     FetchKeys // where the issuer's public keys come from
	Now      func() time.Time
}

// Verifier verifies access tokens: JWTs (RFC 9068) signed with EdDSA.
// It is safe for concurrent use.
type Verifier struct {
	oidc *oidc.IDTokenVerifier
	seen *remember.Memory[[sha256.Size]byte, verified]
	now  func() time.Time
}

// NewVerifier returns a verifier. Keys are fetched when the first token comes
// and when a token names a key that is not known yet.
func NewVerifier(cfg Config) *Verifier {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Verifier{
		oidc: oidc.NewVerifier(cfg.Issuer, newKeySet(cfg.Keys, cfg.Now), &oidc.Config{
			ClientID: cfg.Audience,
			// The issuer's RSA keys sign ID tokens, its gateways' keys site tokens:
			// what is not on the list is not even parsed.
			SupportedSigningAlgs: []string{oidc.EdDSA},
			SkipExpiryCheck:      true, // valid checks both ends with one skew; go-oidc grants nbf five minutes
		}),
		seen: remember.New[[sha256.Size]byte, verified](MaxRemembered, cfg.Now),
		now:  cfg.Now,
	}
}

// verified is what a token was found to say.
type verified struct {
	principal who.Principal
	facts     who.Facts
}

// Verify returns whose token it is, and what it stands on: whether that still
// stands, and whether a bound token came with its certificate, is the caller's
// to find out. A token that is not good is the fault Unauthenticated; if the
// keys cannot be had it is Unavailable, since the token may be good.
func (v *Verifier) Verify(ctx context.Context, token string) (who.Principal, who.Facts, error) {
	if len(token) > MaxToken {
		return who.Principal{}, who.Facts{}, invalid(nil)
	}
	sum := sha256.Sum256([]byte(token))
	known, ok := v.seen.Get(sum)
	if !ok {
		var err error
		if known, err = v.verify(ctx, token); err != nil {
			return who.Principal{}, who.Facts{}, err
		}
		v.seen.Put(sum, known, known.facts.Expires.Add(Skew))
	}
	return known.principal, known.facts, nil
}

func (v *Verifier) verify(ctx context.Context, token string) (verified, error) {
	if !wellFormed(token) {
		return verified{}, invalid(nil)
	}
	key, ok := accessToken(token)
	if !ok {
		return verified{}, invalid(nil)
	}
	ctx, keys := watchKeys(ctx)
	t, err := v.oidc.Verify(ctx, token)
	switch {
	case err != nil && keys.err != nil:
		return verified{}, keys.err
	case err != nil:
		return verified{}, invalid(err)
	}
	var c claims
	if err := t.Claims(&c); err != nil {
		return verified{}, invalid(err)
	}
	if err := v.valid(c, t.Expiry); err != nil {
		return verified{}, err
	}
	known := c.verified(t.Subject, key, t.Expiry)
	if p := known.principal; p.Anonymous() || p.Has(who.RoleService) || !c.Confirm.understood() { // components never come from outside
		return verified{}, invalid(nil)
	}
	return known, nil
}

// wellFormed lets only the compact serialization through (RFC 7515, section
// 7.1): go-jose would also read JSON and overlook white space.
func wellFormed(token string) bool {
	strange := func(r rune) bool {
		return r != '.' && r != '-' && r != '_' && !('0' <= r && r <= '9') && !('a' <= r && r <= 'z') && !('A' <= r && r <= 'Z')
	}
	return strings.Count(token, ".") == 2 && !strings.ContainsFunc(token, strange)
}

// valid checks the token's time.
func (v *Verifier) valid(c claims, expiry time.Time) error {
	now := v.now()
	if !now.Before(expiry.Add(Skew)) {
		return fault.New(fault.Unauthenticated, "token.expired", "The access token has expired.")
	}
	if now.Add(Skew).Unix() < int64(c.NotBefore) {
		return fault.New(fault.Unauthenticated, "token.not_yet_valid", "The access token is not valid yet.")
	}
	return nil
}

func invalid(cause error) error {
	return fault.Wrap(cause, fault.Unauthenticated, "token.invalid", "The access token is not valid.")
}
