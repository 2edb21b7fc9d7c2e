package sitetoken

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// describe gives the algorithm that a key signs with, and its public half
// (RFC 7517). Only what verifiers take is signed with.
func describe(key crypto.Signer) (alg string, jwk json.RawMessage, err error) {
	var members map[string]string
	switch k := key.Public().(type) {
	case *rsa.PublicKey:
		if k.N.BitLen() < 2048 {
			return "", nil, unsuited(k)
		}
		alg, members = "RS256", map[string]string{"kty": "RSA", "n": encode(k.N.Bytes()), "e": encode(big.NewInt(int64(k.E)).Bytes())}
	case *ecdsa.PublicKey:
		point, err := k.Bytes() // 4, x, y
		if err != nil || k.Curve != elliptic.P256() {
			return "", nil, unsuited(k)
		}
		alg, members = "ES256", map[string]string{"kty": "EC", "crv": "P-256", "x": encode(point[1:33]), "y": encode(point[33:])}
	case ed25519.PublicKey:
		alg, members = "EdDSA", map[string]string{"kty": "OKP", "crv": "Ed25519", "x": encode(k)}
	default:
		return "", nil, unsuited(k)
	}
	jwk, err = json.Marshal(members)
	return alg, jwk, err
}

// unsuited is the operator's to mend.
func unsuited(key any) error {
	return fault.Wrap(fmt.Errorf("key of type %T", key), fault.Unsupported, "sitetoken.key",
		"This server's certificate has a key that signs no tokens: it must be RSA of 2048 bits at least, P-256 or Ed25519.")
}

// sign signs a token's text as RFC 7518 and RFC 8037 have it.
func sign(key crypto.Signer, text string) ([]byte, error) {
	sum := sha256.Sum256([]byte(text))
	switch key.Public().(type) {
	case ed25519.PublicKey:
		return key.Sign(rand.Reader, []byte(text), crypto.Hash(0))
	case *rsa.PublicKey:
		return key.Sign(rand.Reader, sum[:], crypto.SHA256)
	}
	der, err := key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	var s struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(der, &s); err != nil || len(rest) > 0 {
		return nil, errors.New("the key gave no signature")
	}
	out := make([]byte, 64)
	s.R.FillBytes(out[:32])
	s.S.FillBytes(out[32:])
	return out, nil
}
