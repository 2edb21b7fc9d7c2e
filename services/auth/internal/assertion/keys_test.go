package assertion_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/heddle-dev/heddle/services/auth/internal/assertion"
)

func asJWK(t *testing.T, key any) []byte {
	t.Helper()
	raw, err := json.Marshal(jose.JSONWebKey{Key: key, KeyID: "laptop"})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestPublicKeysAreTaken(t *testing.T) {
	t.Parallel()
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	small, _ := rsa.GenerateKey(rand.Reader, 2048)
	curve, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	other, _ := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	ids := map[string]bool{}
	for _, key := range []crypto.Signer{ed, small, curve} {
		jwk, id, err := assertion.PublicKey(asJWK(t, key.Public()))
		if err != nil || len(id) != 32 || !strings.Contains(string(jwk), `"kid":"laptop"`) {
			t.Errorf("%T: %s, %q, %v", key, jwk, id, err)
		}
		if again, same, err := assertion.PublicKey(jwk); err != nil || same != id || string(again) != string(jwk) {
			t.Errorf("%T again: %s, %q, %v", key, again, same, err)
		}
		ids[id] = true
		if jwk, _, err := assertion.PublicKey(asJWK(t, key)); err == nil {
			t.Errorf("the private half is taken as %s", jwk)
		}
	}
	if len(ids) != 3 {
		t.Errorf("ids %v", ids)
	}
	with := strings.Replace(string(asJWK(t, ed.Public())), "{", `{"x5u":"https://evil.test/","note":"x",`, 1)
	if jwk, _, err := assertion.PublicKey([]byte(with)); err != nil || strings.Contains(string(jwk), "evil") || strings.Contains(string(jwk), "note") {
		t.Errorf("kept: %s, %v", jwk, err)
	}
	for _, bad := range []string{"", "null", "{}", `"text"`, `[]`, `{"kty":"oct","k":"AAAA"}`, string(asJWK(t, other.Public())),
		strings.Replace(string(asJWK(t, ed.Public())), "{", `{"kty":"RSA",`, 1), `{"a":"` + strings.Repeat("x", 20_000) + `"}`} {
		if jwk, _, err := assertion.PublicKey([]byte(bad)); err == nil {
			t.Errorf("%.60s is taken as %s", bad, jwk)
		}
	}
}

func TestSetsOfPublicKeys(t *testing.T) {
	t.Parallel()
	public, private, _ := ed25519.GenerateKey(rand.Reader)
	one := string(asJWK(t, public))
	set := func(keys ...string) []byte { return []byte(`{"keys":[` + strings.Join(keys, ",") + `]}`) }
	if got, err := assertion.PublicKeys(set(one, one)); err != nil || strings.Count(string(got), "OKP") != 2 {
		t.Errorf("%s, %v", got, err)
	}
	for _, bad := range [][]byte{nil, []byte(one), set(), set(one, string(asJWK(t, private))), set(strings.Split(strings.Repeat(one+"\n", 21), "\n")[:21]...)} {
		if got, err := assertion.PublicKeys(bad); err == nil {
			t.Errorf("%.60s is taken as %s", bad, got)
		}
	}
}
