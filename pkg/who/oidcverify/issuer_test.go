package oidcverify_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"maps"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/heddle-dev/heddle/pkg/who/oidcverify"
)

const (
	issuerURL = "https://heddle.test"
	audience  = "heddle"
)

// issuer is an issuer of tokens whose keys and clock a test holds.
type issuer struct {
	t       testing.TB
	now     atomic.Int64 // Unix seconds
	fetched atomic.Int32

	mu   sync.Mutex
	keys []jose.JSONWebKey // public
	down error
}

func newIssuer(t testing.TB) (*issuer, *oidcverify.Verifier) {
	i := &issuer{t: t}
	i.now.Store(1_800_000_000)
	return i, i.verifier()
}

func (i *issuer) verifier() *oidcverify.Verifier {
	return oidcverify.NewVerifier(oidcverify.Config{
		Issuer: issuerURL, Audience: audience, Keys: i.fetch, Now: i.clock,
	})
}

func (i *issuer) clock() time.Time { return time.Unix(i.now.Load(), 0) }

func (i *issuer) fetch(context.Context) (json.RawMessage, error) {
	i.fetched.Add(1)
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.down != nil {
		return nil, i.down
	}
	return json.Marshal(jose.JSONWebKeySet{Keys: i.keys})
}

func (i *issuer) fail(err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.down = err
}

func (i *issuer) publish(kid string, alg jose.SignatureAlgorithm, public crypto.PublicKey) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = append(i.keys, jose.JSONWebKey{Key: public, KeyID: kid, Algorithm: string(alg), Use: "sig"})
}

// edKey makes an Ed25519 key pair and publishes its public half.
func (i *issuer) edKey(kid string) ed25519.PrivateKey {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		i.t.Fatal(err)
	}
	i.publish(kid, jose.EdDSA, public)
	return private
}

func (i *issuer) ecKey(kid string) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		i.t.Fatal(err)
	}
	i.publish(kid, jose.ES256, key.Public())
	return key
}

func (i *issuer) rsaKey(kid string) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		i.t.Fatal(err)
	}
	i.publish(kid, jose.RS256, key.Public())
	return key
}

// embedded is a token whose header brings the key along that it is signed with.
func (i *issuer) embedded(key ed25519.PrivateKey, claims map[string]any) string {
	i.t.Helper()
	opts := (&jose.SignerOptions{EmbedJWK: true}).WithType("at+jwt").WithHeader("kid", "k1")
	return i.serialize(jose.SigningKey{Algorithm: jose.EdDSA, Key: key}, opts, claims)
}

// claims are good claims; changes replace single ones, nil removes them.
func (i *issuer) claims(changes map[string]any) map[string]any {
	c := map[string]any{
		"iss": issuerURL, "aud": []string{audience}, "sub": "u1", "jti": rand.Text(),
		"iat": i.now.Load(), "nbf": i.now.Load(), "exp": i.now.Load() + 3600,
		"preferred_username": "alice", "group": "users", "groups": []string{"users"}, "roles": []string{"operator"},
	}
	maps.Copy(c, changes)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	return c
}

func (i *issuer) sign(alg jose.SignatureAlgorithm, kid, typ string, key any, claims map[string]any) string {
	i.t.Helper()
	opts := new(jose.SignerOptions)
	if kid != "" {
		opts = opts.WithHeader("kid", kid)
	}
	if typ != "" {
		opts = opts.WithType(jose.ContentType(typ))
	}
	return i.serialize(jose.SigningKey{Algorithm: alg, Key: key}, opts, claims)
}

func (i *issuer) serialize(key jose.SigningKey, opts *jose.SignerOptions, claims map[string]any) string {
	i.t.Helper()
	s, err := jose.NewSigner(key, opts)
	if err != nil {
		i.t.Fatal(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		i.t.Fatal(err)
	}
	jws, err := s.Sign(payload)
	if err != nil {
		i.t.Fatal(err)
	}
	token, err := jws.CompactSerialize()
	if err != nil {
		i.t.Fatal(err)
	}
	return token
}

// token is a token that is good but for the changes.
func (i *issuer) token(kid string, key ed25519.PrivateKey, changes map[string]any) string {
	i.t.Helper()
	return i.sign(jose.EdDSA, kid, "at+jwt", key, i.claims(changes))
}
