package cli

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
)

// errPrivate keeps what must not leave its owner's machine from leaving ours.
var errPrivate = errors.New("this is a private key; give its public half (openssl pkey -in FILE -pubout)")

// publicJWK is a public key, in PEM or as a JWK, as a JWK (RFC 7518, RFC 8037).
func publicJWK(text []byte) ([]byte, error) {
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		var jwk map[string]json.RawMessage
		if err := json.Unmarshal(text, &jwk); err != nil {
			return nil, errors.New("this is no JSON Web Key")
		}
		if jwk["d"] != nil || jwk["k"] != nil {
			return nil, errPrivate
		}
		return text, nil
	}
	block, _ := pem.Decode(text)
	switch {
	case block == nil:
		return nil, errors.New("a public key in PEM or a JSON Web Key is needed")
	case strings.HasSuffix(block.Type, "PRIVATE KEY"):
		return nil, errPrivate
	case block.Type == "CERTIFICATE":
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, errors.New("the certificate cannot be read")
		}
		return jwkOf(c.PublicKey)
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, errors.New("the key cannot be read")
	}
	return jwkOf(key)
}

func jwkOf(key any) ([]byte, error) {
	b64 := base64.RawURLEncoding.EncodeToString
	switch k := key.(type) {
	case ed25519.PublicKey:
		return json.Marshal(map[string]string{"kty": "OKP", "crv": "Ed25519", "x": b64(k)})
	case *rsa.PublicKey:
		return json.Marshal(map[string]string{"kty": "RSA", "n": b64(k.N.Bytes()), "e": b64(big.NewInt(int64(k.E)).Bytes())})
	case *ecdsa.PublicKey:
		point, err := k.Bytes() // 4, x, y
		if err != nil {
			return nil, err
		}
		half := len(point) / 2
		return json.Marshal(map[string]string{"kty": "EC", "crv": k.Params().Name, "x": b64(point[1 : 1+half]), "y": b64(point[1+half:])})
	default:
		return nil, errors.New("the key must be Ed25519, RSA or of a NIST curve")
	}
}
