// Package sitetoken signs a gateway's own tokens with the key of its TLS
// certificate, as UNICORE's servers do: whoever can verify the server can
// verify its tokens. It is separate because a private key is in it, and
// because every gateway must learn the public half before a token is out.
package sitetoken

import (
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"strings"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// Key is the key of the server's certificate; *cert.Source has it.
type Key interface {
	Signer() (crypto.Signer, *x509.Certificate)
}

// Issuer makes tokens.
type Issuer struct {
	key      Key
	standing authapi.Standing

	mu        sync.Mutex
	announced string // id of the key that everybody knows
}

// New returns the issuer of a gateway.
func New(key Key, standing authapi.Standing) *Issuer { return &Issuer{key: key, standing: standing} }

// Name is the distinguished name of the server, as X.500 writes it.
func (i *Issuer) Name() string {
	_, c := i.key.Signer()
	name := c.Subject.String()
	if name == "" && len(c.DNSNames) > 0 { // some authorities write no more into it
		name = "CN=" + c.DNSNames[0]
	}
	return name
}

// Expires is when the certificate ends, and with it every token.
func (i *Issuer) Expires() time.Time {
	_, c := i.key.Signer()
	return c.NotAfter
}

// Sign makes a token of the claims; the issuer is filled in.
func (i *Issuer) Sign(ctx context.Context, claims authapi.SiteClaims) (string, error) {
	key, c := i.key.Signer()
	alg, jwk, err := describe(key)
	if err != nil {
		return "", err
	}
	id := sha256.Sum256(c.Raw)
	kid := hex.EncodeToString(id[:])
	if err := i.announce(ctx, kid, jwk, c); err != nil {
		return "", err
	}
	claims.Issuer = i.Name()
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	text := encode([]byte(`{"alg":"`+alg+`","typ":"JWT","kid":"`+kid+`"}`)) + "." + encode([]byte(plain(string(payload))))
	signature, err := sign(key, text)
	if err != nil {
		return "", fault.Wrap(err, fault.Internal, "sitetoken.sign", "The server could not sign the token.")
	}
	return text + "." + encode(signature), nil
}

// announce makes the public half known, once for each certificate.
func (i *Issuer) announce(ctx context.Context, kid string, jwk json.RawMessage, c *x509.Certificate) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.announced == kid {
		return nil
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	_, err := i.standing.AnnounceSite(who.With(ctx, who.Component("gateway")),
		authapi.SiteKey{ID: kid, JWK: jwk, Certificate: string(text), Expires: c.NotAfter})
	if err == nil {
		i.announced = kid
	}
	return err
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// plain writes JSON with letters whose base64 is the same in both alphabets:
// some clients decode a token's claims with the wrong one.
func plain(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r > 0xffff:
			r -= 0x10000
			escape(&b, 0xd800+r>>10)
			escape(&b, 0xdc00+r&0x3ff)
		case r > 0x7e || r == '~' || r == '?' || r == '>':
			escape(&b, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func escape(b *strings.Builder, r rune) {
	b.WriteString(`\u`)
	b.WriteString(hex.EncodeToString([]byte{byte(r >> 8), byte(r)}))
}
