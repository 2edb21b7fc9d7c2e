// Package token makes access tokens: the keys they are signed with and what
// they say. It is separate so that the JOSE library, and the private keys,
// are handled in one place.
package token

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"

	"github.com/go-jose/go-jose/v4"
)

// Key is a signing key: Ed25519 (RFC 8037).
type Key struct {
	ID      string // "kid": the start of the public half's thumbprint (RFC 7638), a subject token
	private ed25519.PrivateKey
}

// ErrKey says that a stored key cannot be read.
var ErrKey = errors.New("token: not an Ed25519 private key")

// NewKey makes a key.
func NewKey() (Key, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return Key{}, err
	}
	return named(private)
}

// ParseKey reads what Secret wrote.
func ParseKey(secret []byte) (Key, error) {
	var jwk jose.JSONWebKey
	if err := json.Unmarshal(secret, &jwk); err != nil {
		return Key{}, ErrKey // without the cause, which might quote the key
	}
	private, ok := jwk.Key.(ed25519.PrivateKey)
	if !ok {
		return Key{}, ErrKey
	}
	return named(private)
}

func named(private ed25519.PrivateKey) (Key, error) {
	thumb, err := (&jose.JSONWebKey{Key: private.Public()}).Thumbprint(crypto.SHA256)
	if err != nil {
		return Key{}, err
	}
	return Key{ID: hex.EncodeToString(thumb[:16]), private: private}, nil
}

// Secret is the private JWK (RFC 7517), for the vault alone.
func (k Key) Secret() ([]byte, error) { return k.jwk(k.private) }

// Public is the public JWK, for everybody.
func (k Key) Public() (json.RawMessage, error) { return k.jwk(k.private.Public()) }

func (k Key) jwk(key any) ([]byte, error) {
	return json.Marshal(jose.JSONWebKey{Key: key, KeyID: k.ID, Algorithm: string(jose.EdDSA), Use: "sig"})
}

// String keeps the private half out of logs.
func (k Key) String() string { return "signing key " + k.ID }

// GoString does so for %#v.
func (k Key) GoString() string { return k.String() }
