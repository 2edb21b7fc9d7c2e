package assertion_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/auth/internal/assertion"
)

// FuzzVerify: of whatever text, only what was signed is taken.
func FuzzVerify(f *testing.F) {
	key := pairs()["EdDSA"]
	headers := map[string]any{"kid": "s1"}
	signed := map[string]bool{}
	for _, claims := range []map[string]any{clientClaims(), userClaims(), siteClaims()} {
		text := key.sign(f, headers, claims)
		signed[text] = true
		f.Add(text)
	}
	f.Add("..")
	users, sites, keys := only("alice", key.public(f)), announced(f, key, now.Add(time.Hour)), set(key.public(f))
	f.Fuzz(func(t *testing.T, text string) {
		_, clientErr := assertion.Clients{}.Assertion(text, keys)
		_, userErr := assertion.VerifyUser(text, server, now, users)
		_, siteErr := assertion.VerifySite(text, server, now, sites)
		if (clientErr == nil || userErr == nil || siteErr == nil) && !signed[text] {
			t.Errorf("%q was taken: %v, %v, %v", text, clientErr, userErr, siteErr)
		}
	})
}

// FuzzKeys: registered keys are text from outside, too.
func FuzzKeys(f *testing.F) {
	key, stranger := pairs()["ES256"], pairs()["EdDSA"]
	jwt := key.sign(f, nil, clientClaims())
	f.Add([]byte(set(stranger.public(f))))
	f.Add([]byte(`{"keys":[{"kty":"RSA","n":"AQ","e":"AQAB"}]}`))
	f.Add([]byte(`{"keys":[{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}]}`))
	f.Fuzz(func(t *testing.T, keys []byte) {
		if a, err := (assertion.Clients{}).Assertion(jwt, json.RawMessage(keys)); err == nil {
			t.Errorf("%s vouches for %+v", keys, a)
		}
		_, _ = assertion.Clients{}.HasKey(json.RawMessage(keys), "x")
	})
}
