package assertion_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

var now = time.Unix(1_800_000_000, 0).UTC()

// pair is a key pair of somebody else's.
type pair struct {
	alg     jose.SignatureAlgorithm
	private any
}

// pairs are one of each type. They are made once: RSA takes a while.
var pairs = sync.OnceValue(func() map[string]pair {
	_, ed, err1 := ed25519.GenerateKey(rand.Reader)
	ec, err2 := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ec384, err3 := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	rsa2048, err4 := rsa.GenerateKey(rand.Reader, 2048)
	for _, err := range []error{err1, err2, err3, err4} {
		if err != nil {
			panic(err)
		}
	}
	return map[string]pair{
		"EdDSA": {jose.EdDSA, ed}, "ES256": {jose.ES256, ec}, "ES384": {jose.ES384, ec384},
		"RS256": {jose.RS256, rsa2048}, "PS256": {jose.PS256, rsa2048}, "RS512": {jose.RS512, rsa2048},
	}
})

func (p pair) public(t testing.TB) json.RawMessage {
	t.Helper()
	b, err := json.Marshal(jose.JSONWebKey{Key: p.private.(crypto.Signer).Public()})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func set(keys ...json.RawMessage) json.RawMessage {
	b, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		panic(err)
	}
	return b
}

// sign makes a token; headers replace single ones.
func (p pair) sign(t testing.TB, headers, claims map[string]any) string {
	t.Helper()
	opts := new(jose.SignerOptions)
	for name, value := range headers {
		opts = opts.WithHeader(jose.HeaderKey(name), value)
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: p.alg, Key: p.private}, opts)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	return serialize(t, s, payload)
}

func serialize(t testing.TB, s jose.Signer, payload []byte) string {
	t.Helper()
	jws, err := s.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	token, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// but are claims with changes; nil removes one.
func but(claims, changes map[string]any) map[string]any {
	c := maps.Clone(claims)
	maps.Copy(c, changes)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	return c
}

func clientClaims() map[string]any {
	return map[string]any{"iss": "c1", "sub": "c1", "aud": "https://heddle.test", "jti": "j1",
		"iat": now.Unix(), "exp": now.Unix() + 60}
}

func userClaims() map[string]any {
	return map[string]any{"iss": "alice", "sub": "alice", "etd": "false", "iat": now.Unix(), "exp": now.Unix() + 300}
}

func siteClaims() map[string]any {
	return map[string]any{"iss": "CN=server", "sub": "CN=Alice", "etd": "true", "uidh": "u1", "pos": 7,
		"iat": now.Unix(), "exp": now.Unix() + 300}
}
