package miniapp

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"math/big"
	"regexp"
	"time"
)

// Between machines a program and its gateway speak TLS 1.3. The program makes a
// key at its start and registers the key's pin: no authority is needed, and
// none can be deceived, since the registration itself is authenticated.

// ErrPin means that whoever answers does not have the key that was registered.
var ErrPin = errors.New("the key is not the one that the program has registered")

// identityFor is longer than programs run; the pin alone decides.
const identityFor = 10 * 365 * 24 * time.Hour

// NewIdentity makes a certificate for one run of a program, and its pin.
func NewIdentity(program string) (tls.Certificate, string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, "", err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return tls.Certificate{}, "", err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: program}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(identityFor),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, "", err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, "", err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, Pin(leaf), nil
}

// Pin is the SHA-256 of a certificate's public key (its subjectPublicKeyInfo,
// as in RFC 7469, section 2.4), in base64url without padding.
func Pin(c *x509.Certificate) string {
	sum := sha256.Sum256(c.RawSubjectPublicKeyInfo)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

var pin = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// Listening is how a program shows its certificate.
func Listening(c tls.Certificate) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{c}, NextProtos: []string{"http/1.1"}}
}

// Pinned is how a gateway connects to who has the key of a pin, and to nobody
// else: others get ErrPin, before anything is sent to them.
func Pinned(pin string) *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS13,
		InsecureSkipVerify: true, // the pin is compared instead of an authority's word
		VerifyConnection: func(s tls.ConnectionState) error {
			if len(s.PeerCertificates) == 0 || subtle.ConstantTimeCompare([]byte(Pin(s.PeerCertificates[0])), []byte(pin)) != 1 {
				return ErrPin
			}
			return nil
		},
	}
}
