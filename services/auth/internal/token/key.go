// Package token makes and opens what Heddle signs: access and ID tokens,
// refresh tokens, core4's tokens and cookies. It is separate so that private
// keys, and the JOSE library that signs with them, are handled in one place.
package token

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/hex"
	"encoding/json"
	"errors"

	"github.com/go-jose/go-jose/v4"
)

// Key is a signing key. Its type says what it is for: Ed25519 (RFC 8037) signs
// access tokens, RSA the ID tokens of clients that know nothing newer.
type Key struct {
	ID      string // "kid": the start of the public half's thumbprint (RFC 7638), a subject token
	private crypto.Signer
}

// rsaBits is the least that RFC 7518, section 3.3, allows.
const rsaBits = 2048

// ErrKey says that a stored key cannot be read.
var ErrKey = errors.New("token: not a private key that Heddle signs with")

// NewKey makes a key for access tokens.
func NewKey() (Key, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return Key{}, err
	}
	return named(private)
}

// NewIDKey makes a key for ID tokens.
func NewIDKey() (Key, error) {
	private, err := rsa.GenerateKey(rand.Reader, rsaBits)
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
	switch private := jwk.Key.(type) {
	case ed25519.PrivateKey:
		return named(private)
	case *rsa.PrivateKey:
		if private.N.BitLen() < rsaBits || private.Validate() != nil {
			return Key{}, ErrKey
		}
		return named(private)
	default:
		return Key{}, ErrKey
	}
}

func named(private crypto.Signer) (Key, error) {
	thumb, err := (&jose.JSONWebKey{Key: private.Public()}).Thumbprint(crypto.SHA256)
	if err != nil {
		return Key{}, err
	}
	return Key{ID: hex.EncodeToString(thumb[:16]), private: private}, nil
}

// Alg is the one algorithm that the key signs with.
func (k Key) Alg() string { return string(k.alg()) }

func (k Key) alg() jose.SignatureAlgorithm {
	if _, ok := k.private.(*rsa.PrivateKey); ok {
		return jose.RS256
	}
	return jose.EdDSA
}

// ForAccess reports whether the key signs access tokens; others sign ID tokens.
func (k Key) ForAccess() bool { return k.alg() == jose.EdDSA }

// Secret is the private JWK (RFC 7517), for the vault alone.
func (k Key) Secret() ([]byte, error) { return k.jwk(k.private) }

// Public is the public JWK, for everybody.
func (k Key) Public() (json.RawMessage, error) { return k.jwk(k.private.Public()) }

func (k Key) jwk(key any) ([]byte, error) {
	return json.Marshal(jose.JSONWebKey{Key: key, KeyID: k.ID, Algorithm: k.Alg(), Use: "sig"})
}

// String keeps the private half out of logs.
func (k Key) String() string { return "signing key " + k.ID }

// GoString does so for %#v.
func (k Key) GoString() string { return k.String() }
