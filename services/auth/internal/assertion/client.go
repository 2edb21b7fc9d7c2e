package assertion

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"

	"github.com/go-jose/go-jose/v4"

	"github.com/heddle-dev/heddle/services/auth/internal/clientauth"
)

// Clients verifies with the registered keys of a client.
type Clients struct{}

var _ clientauth.Assertions = Clients{}

// Assertion implements clientauth.Assertions.
func (Clients) Assertion(jwt string, keys json.RawMessage) (clientauth.Assertion, error) {
	set, err := members(keys)
	if err != nil {
		return clientauth.Assertion{}, err
	}
	var c struct {
		Issuer   string   `json:"iss"`
		Subject  string   `json:"sub"`
		Audience audience `json:"aud"`
		ID       string   `json:"jti"`
		span
	}
	if err := clientKind.verify(jwt, set, &c); err != nil {
		return clientauth.Assertion{}, err
	}
	return clientauth.Assertion{
		Issuer: c.Issuer, Subject: c.Subject, ID: c.ID, Audience: c.Audience,
		Issued: c.Issued.Time, NotBefore: c.NotBefore.Time, Expires: c.Expires.Time,
	}, nil
}

// HasKey implements clientauth.Assertions.
func (Clients) HasKey(keys json.RawMessage, spki string) (bool, error) {
	set, err := members(keys)
	if err != nil {
		return false, err
	}
	for _, raw := range set {
		var jwk jose.JSONWebKey
		if json.Unmarshal(raw, &jwk) != nil || !jwk.IsPublic() {
			continue
		}
		der, err := x509.MarshalPKIXPublicKey(jwk.Key)
		if err != nil {
			continue
		}
		if sum := sha256.Sum256(der); base64.RawURLEncoding.EncodeToString(sum[:]) == spki {
			return true, nil
		}
	}
	return false, nil
}

// members are the keys of a set (RFC 7517), each by itself: one that is of an
// unknown type does not spoil the others.
func members(keys json.RawMessage) ([]json.RawMessage, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if json.Unmarshal(keys, &set) != nil {
		return nil, ErrInvalid
	}
	return set.Keys, nil
}
