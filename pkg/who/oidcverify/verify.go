// Package oidcverify turns a bearer token into a who.Principal. It is separate
// from who because it links go-oidc and go-jose, which only a process that
// meets callers from outside needs.
package oidcverify

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
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

// Verifier verifies access tokens: JWTs (RFC 9068) signed with EdDSA or ES256.
// It is safe for concurrent use.
type Verifier struct {
	oidc *oidc.IDTokenVerifier
	seen *remember.Memory[[sha256.Size]byte, who.Principal]
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
			// No RS256, no HS256, no none: what is not on the list is not even parsed.
			SupportedSigningAlgs: []string{oidc.EdDSA, oidc.ES256},
			SkipExpiryCheck:      true, // valid checks both ends with one skew; go-oidc grants nbf five minutes
		}),
		seen: remember.New[[sha256.Size]byte, who.Principal](MaxRemembered, cfg.Now),
		now:  cfg.Now,
	}
}

// Verify returns whose token it is. A token that is not good is the fault
// Unauthenticated; if the keys cannot be had it is Unavailable, since the
// token may be good.
func (v *Verifier) Verify(ctx context.Context, token string) (who.Principal, error) {
	if !wellFormed(token) {
		return who.Principal{}, invalid(nil)
	}
	sum := sha256.Sum256([]byte(token))
	if p, ok := v.seen.Get(sum); ok {
		return p, nil
	}
	ctx, keys := watchKeys(ctx)
	t, err := v.oidc.Verify(ctx, token)
	switch {
	case err != nil && keys.err != nil:
		return who.Principal{}, keys.err
	case err != nil:
		return who.Principal{}, invalid(err)
	case !isAccessToken(token):
		return who.Principal{}, invalid(nil)
	}
	var c claims
	if err := t.Claims(&c); err != nil {
		return who.Principal{}, invalid(err)
	}
	if err := v.valid(c, t.Expiry); err != nil {
		return who.Principal{}, err
	}
	p := c.principal(t.Subject)
	if p.Anonymous() || p.Has(who.RoleService) { // components never come from outside
		return who.Principal{}, invalid(nil)
	}
	v.seen.Put(sum, p, t.Expiry.Add(Skew))
	return p, nil
}

// wellFormed lets only the compact serialization through (RFC 7515, section
// 7.1): go-jose would also read JSON and overlook white space.
func wellFormed(token string) bool {
	strange := func(r rune) bool {
		return r != '.' && r != '-' && r != '_' && !('0' <= r && r <= '9') && !('a' <= r && r <= 'z') && !('A' <= r && r <= 'Z')
	}
	return len(token) <= MaxToken && strings.Count(token, ".") == 2 && !strings.ContainsFunc(token, strange)
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

// claims are the private claims of an access token, and the one registered
// claim that go-oidc does not hand out.
type claims struct {
	NotBefore float64  `json:"nbf"`
	Name      string   `json:"preferred_username"`
	Group     string   `json:"group"`
	Groups    []string `json:"groups"`
	Roles     []string `json:"roles"`
}

func (c claims) principal(subject string) who.Principal {
	return who.Principal{ID: subject, Name: c.Name, Group: c.Group, Groups: c.Groups, Roles: c.Roles, Method: "token"}
}

// isAccessToken tells an access token from the issuer's other signed tokens
// by its type (RFC 9068, section 4).
func isAccessToken(token string) bool {
	first, _, _ := strings.Cut(token, ".")
	header, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil {
		return false
	}
	var h struct {
		Type string `json:"typ"`
	}
	if json.Unmarshal(header, &h) != nil {
		return false
	}
	return strings.TrimPrefix(strings.ToLower(h.Type), "application/") == "at+jwt"
}

func invalid(cause error) error {
	return fault.Wrap(cause, fault.Unauthenticated, "token.invalid", "The access token is not valid.")
}
