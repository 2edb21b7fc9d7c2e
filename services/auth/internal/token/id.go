package token

import (
	"crypto"
	"encoding/base64"
	"maps"

	"github.com/go-jose/go-jose/v4"

	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
)

// idAlgs are those that a client can register.
var idAlgs = []jose.SignatureAlgorithm{jose.RS256, jose.EdDSA}

// reserved are the claims that only the mint sets.
var reserved = [...]string{"iss", "sub", "aud", "azp", "exp", "nbf", "iat", "jti", "auth_time", "nonce", "at_hash", "amr", "sid",
	"client_id", "scope", "pos", "cnf"}

// ID implements oauth.Minter (OpenID Connect Core, section 2).
func (m *Mint) ID(c oauth.IDClaims) (string, error) {
	keys, err := m.ring.state()
	if err != nil {
		return "", err
	}
	signer, hash := keys.id, crypto.SHA256
	switch jose.SignatureAlgorithm(c.Alg) {
	case jose.RS256, "": // the default (OpenID Connect Registration, section 2)
	case jose.EdDSA:
		signer, hash = keys.access, crypto.SHA512
	default:
		return "", ErrClaims
	}
	now := m.now()
	if c.Subject == "" || c.Client == "" || !c.Expires.After(now) {
		return "", ErrClaims
	}
	claims := map[string]any{}
	maps.Copy(claims, c.User)
	for _, name := range reserved {
		if _, there := claims[name]; there {
			return "", ErrClaims
		}
	}
	maps.Copy(claims, map[string]any{
		"iss": m.issuer, "sub": c.Subject, "aud": c.Client, "azp": c.Client,
		"exp": c.Expires.Unix(), "iat": now.Unix(),
	})
	if !c.AuthTime.IsZero() {
		claims["auth_time"] = c.AuthTime.Unix()
	}
	for name, text := range map[string]string{"nonce": c.Nonce, "sid": c.Grant, "at_hash": halfHash(hash, c.AccessToken)} {
		if text != "" {
			claims[name] = text
		}
	}
	return signer.sign(TypeID, claims)
}

// halfHash is at_hash (OpenID Connect Core, section 3.1.3.6): the left half of
// a hash that goes with the ID token's algorithm; Ed25519 goes with SHA-512.
func halfHash(hash crypto.Hash, token string) string {
	if token == "" {
		return ""
	}
	h := hash.New()
	h.Write([]byte(token))
	sum := h.Sum(nil)
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}

// OpenID implements oauth.Opener.
func (m *Mint) OpenID(token string) (oauth.Hint, error) {
	var c struct {
		Issuer   string `json:"iss"`
		Subject  string `json:"sub"`
		Audience string `json:"aud"` // the mint writes one
		Party    string `json:"azp"`
		Grant    string `json:"sid"`
	}
	if _, err := m.open(token, TypeID, idAlgs, &c); err != nil {
		return oauth.Hint{}, err
	}
	if c.Issuer != m.issuer || c.Subject == "" || c.Audience == "" || c.Party != c.Audience {
		return oauth.Hint{}, ErrNotOurs
	}
	return oauth.Hint{Subject: c.Subject, Client: c.Audience, Grant: c.Grant}, nil
}
