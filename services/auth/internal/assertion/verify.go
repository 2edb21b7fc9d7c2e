// Package assertion verifies what others signed: clients about themselves
// (RFC 7523), users with a registered key, gateways with their TLS key. It is
// separate from token, which opens what Heddle signed itself, because here the
// keys and the text both come from outside: each kind has one literal list of
// algorithms and of types, and keys come from nowhere but the caller.
package assertion

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"slices"

	"github.com/go-jose/go-jose/v4"
	strict "github.com/go-jose/go-jose/v4/json"

	"github.com/heddle-dev/heddle/services/auth/internal/token/compact"
)

// ErrInvalid is the one answer to whatever is not as it should be.
var ErrInvalid = errors.New("assertion: not valid")

const (
	// maxKeys bounds how many keys are tried.
	maxKeys = 20
	// minRSA and maxRSA bound a modulus, in bits: less is weak, more is work.
	minRSA, maxRSA = 2048, 8192
)

// kind is what one kind of signed text may look like.
type kind struct {
	algs  []jose.SignatureAlgorithm
	types []string // of "typ" in lower case; "" is an absent one
}

// The kinds. None of the lists has an access token's type, a symmetric
// algorithm or "none".
var (
	clientKind = kind{
		[]jose.SignatureAlgorithm{jose.RS256, jose.PS256, jose.ES256, jose.EdDSA},
		[]string{"", "jwt", "client-authentication+jwt"},
	}
	userKind = kind{[]jose.SignatureAlgorithm{jose.RS256, jose.ES256, jose.EdDSA}, []string{"", "jwt"}}
	siteKind = kind{[]jose.SignatureAlgorithm{jose.RS256, jose.ES256, jose.EdDSA}, []string{"", "jwt"}}
)

// header reads what the token says of itself, if its kind allows it.
func (k kind) header(token string) (compact.Header, error) {
	h, err := compact.Parse(token)
	if err != nil || !slices.Contains(k.algs, jose.SignatureAlgorithm(h.Alg)) || !slices.Contains(k.types, h.Type) {
		return compact.Header{}, ErrInvalid
	}
	return h, nil
}

// verify reads the claims of a token that one of the keys signed.
func (k kind) verify(token string, keys []json.RawMessage, claims any) error {
	h, err := k.header(token)
	if err != nil {
		return err
	}
	jws, err := jose.ParseSignedCompact(token, k.algs)
	if err != nil {
		return ErrInvalid
	}
	for _, key := range usable(keys, h) {
		if payload, err := jws.Verify(key); err == nil {
			return read(payload, claims)
		}
	}
	return ErrInvalid
}

// unverified reads claims that nobody has vouched for yet: only to find the
// keys by, and to be read again after verify.
func (k kind) unverified(token string, claims any) error {
	if _, err := k.header(token); err != nil {
		return err
	}
	jws, err := jose.ParseSignedCompact(token, k.algs)
	if err != nil {
		return ErrInvalid
	}
	return read(jws.UnsafePayloadWithoutVerification(), claims)
}

// read takes members once and in their own spelling.
func read(payload []byte, claims any) error {
	if strict.Unmarshal(payload, claims) != nil {
		return ErrInvalid
	}
	return nil
}

// usable are the keys that can have made a signature with the header: public
// ones of the algorithm's type, and those of the token's key id if both have
// one.
func usable(keys []json.RawMessage, h compact.Header) (public []any) {
	for _, raw := range keys[:min(len(keys), maxKeys)] {
		var jwk jose.JSONWebKey
		if json.Unmarshal(raw, &jwk) != nil || !fits(h.Alg, jwk.Key) {
			continue // also a private key
		}
		foreign := h.KeyID != "" && jwk.KeyID != "" && h.KeyID != jwk.KeyID
		if foreign || jwk.Use != "" && jwk.Use != "sig" || jwk.Algorithm != "" && jwk.Algorithm != h.Alg {
			continue
		}
		public = append(public, jwk.Key)
	}
	return public
}

func fits(alg string, key any) bool {
	switch jose.SignatureAlgorithm(alg) {
	case jose.RS256, jose.PS256:
		k, ok := key.(*rsa.PublicKey)
		return ok && k.N.BitLen() >= minRSA && k.N.BitLen() <= maxRSA
	case jose.ES256:
		k, ok := key.(*ecdsa.PublicKey)
		return ok && k.Curve == elliptic.P256()
	case jose.EdDSA:
		_, ok := key.(ed25519.PublicKey)
		return ok
	default:
		return false
	}
}
