package assertion

import (
	"encoding/json"

	"github.com/go-jose/go-jose/v4"

	"github.com/heddle-dev/heddle/services/auth/internal/token/compact"
)

// Federated says which of a federated provider's tokens one is.
type Federated kind

// The tokens of providers: each may say what it is, and neither what the other is.
var (
	ProviderID     = Federated{providerAlgs, []string{"", "jwt"}}
	ProviderAccess = Federated{providerAlgs, []string{"", "jwt", "at+jwt"}}
)

var providerAlgs = []jose.SignatureAlgorithm{jose.RS256, jose.PS256, jose.ES256, jose.EdDSA}

// KeyID is what the token calls its key; empty if it does not say.
func (f Federated) KeyID(token string) (string, error) {
	h, err := kind(f).header(token)
	return h.KeyID, err
}

// Issuer is who the token says that it is from. Nobody has vouched for it: it
// is only to find the keys by.
func (f Federated) Issuer(token string) (string, error) {
	var c struct {
		Issuer string `json:"iss"`
	}
	err := kind(f).unverified(token, &c)
	return c.Issuer, err
}

// Verify returns the claims of a token that one of the provider's keys signed.
// What they say is for the caller to check.
func (f Federated) Verify(token string, keys []json.RawMessage) (claims json.RawMessage, err error) {
	h, err := compact.Parse(token)
	if err != nil {
		return nil, ErrInvalid
	}
	err = kind(f).verify(token, named(keys, h.KeyID), &claims)
	return claims, err
}

// named are the keys of that id, if there are any: a provider may publish more
// than are worth trying.
func named(keys []json.RawMessage, id string) []json.RawMessage {
	var out []json.RawMessage
	for _, raw := range keys {
		var k struct {
			ID string `json:"kid"`
		}
		if json.Unmarshal(raw, &k) == nil && k.ID == id {
			out = append(out, raw)
		}
	}
	if id == "" || len(out) == 0 {
		return keys
	}
	return out
}
