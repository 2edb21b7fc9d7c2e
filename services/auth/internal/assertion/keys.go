package assertion

import (
	"crypto"
	"encoding/hex"
	"encoding/json"
	"errors"

	"github.com/go-jose/go-jose/v4"
	strict "github.com/go-jose/go-jose/v4/json"
)

// What is wrong with a key that is to be registered.
var (
	ErrKey = errors.New("must be the public half of an RSA key of 2048 to 8192 bits, a P-256 or an Ed25519 key, as a JSON Web Key")
	ErrSet = errors.New("must be a set of 1 to 20 public keys, as a JSON Web Key Set")
)

// longestKey bounds a key's text, in bytes.
const longestKey = 16 << 10

// PublicKey reads a key with which somebody's signatures are to be verified.
// It gives it back with nothing in it but the key and how it is to be used,
// and an id that follows from the key (RFC 7638).
func PublicKey(raw []byte) (jwk json.RawMessage, id string, err error) {
	var key jose.JSONWebKey
	if len(raw) > longestKey || strict.Unmarshal(raw, &key) != nil || !verifies(key.Key) {
		return nil, "", ErrKey // without the cause, which might quote a private key
	}
	sum, err := key.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, "", ErrKey
	}
	jwk, err = json.Marshal(jose.JSONWebKey{Key: key.Key, KeyID: key.KeyID, Algorithm: key.Algorithm, Use: key.Use})
	if err != nil {
		return nil, "", ErrKey
	}
	return jwk, hex.EncodeToString(sum[:16]), nil
}

// PublicKeys reads a set of keys in the same way.
func PublicKeys(raw []byte) (json.RawMessage, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if len(raw) > maxKeys*longestKey || strict.Unmarshal(raw, &set) != nil || len(set.Keys) == 0 || len(set.Keys) > maxKeys {
		return nil, ErrSet
	}
	for i, key := range set.Keys {
		public, _, err := PublicKey(key)
		if err != nil {
			return nil, ErrSet
		}
		set.Keys[i] = public
	}
	return json.Marshal(set)
}

// verifies reports whether some signature can be verified with the key; with
// a private one none is.
func verifies(key any) bool {
	for _, alg := range clientKind.algs {
		if fits(string(alg), key) {
			return true
		}
	}
	return false
}
