package token

import (
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"sync"

	"github.com/go-jose/go-jose/v4"
)

// signer signs with a key the types of token that are its business. The
// signatures are those of the JOSE library, which opens them; made without it
// they cost little more than the signature itself.
type signer struct {
	key     Key
	headers map[string]string // by "typ": the JWS Protected Header, encoded, with its dot
}

// header is all that our headers say (RFC 7515, section 4.1).
type header struct {
	Alg  string `json:"alg"`
	Key  string `json:"kid"`
	Type string `json:"typ"`
}

// newSigner is a signer for what k may sign: an RSA key never signs an access
// token.
func newSigner(k Key) (signer, error) {
	s := signer{k, map[string]string{}}
	types := []string{TypeID}
	if k.ForAccess() {
		types = append(types, Type)
	}
	for _, typ := range types {
		text, err := json.Marshal(header{k.Alg(), k.ID, typ})
		if err != nil {
			return signer{}, err
		}
		s.headers[typ] = base64.RawURLEncoding.EncodeToString(text) + "."
	}
	return s, nil
}

// ready reports whether there is a key.
func (s signer) ready() bool { return s.headers != nil }

// sign serializes claims as a token of a type: a JWS in compact form (RFC
// 7515, section 7.1).
func (s signer) sign(typ string, claims any) (string, error) {
	head, ok := s.headers[typ]
	if !ok {
		return "", ErrNoKey
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	encoding := base64.RawURLEncoding
	space := spaces.Get().(*[]byte)
	defer spaces.Put(space)
	token := encoding.AppendEncode(append((*space)[:0], head...), payload)
	signature, err := s.key.sign(token)
	if err != nil {
		return "", err
	}
	token = encoding.AppendEncode(append(token, '.'), signature)
	*space = token
	return string(token), nil
}

// spaces are where tokens are put together, one after the other: a *[]byte
// each.
var spaces = sync.Pool{New: func() any { return new([]byte) }}

// sign is EdDSA (RFC 8037, section 3.1) or RS256 (RFC 7518, section 3.3).
func (k Key) sign(text []byte) ([]byte, error) {
	if k.alg() == jose.EdDSA {
		return k.private.Sign(nil, text, crypto.Hash(0)) // Ed25519 hashes by itself, and wants no chance
	}
	digest := sha256.Sum256(text)
	return k.private.Sign(rand.Reader, digest[:], crypto.SHA256) // PKCS #1 v1.5
}
