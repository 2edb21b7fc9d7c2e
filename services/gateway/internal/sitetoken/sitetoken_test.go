package sitetoken_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/sitetoken"
)

// server has a certificate.
type server struct {
	key  crypto.Signer
	cert *x509.Certificate
}

func (s *server) Signer() (crypto.Signer, *x509.Certificate) { return s.key, s.cert }

func newServer(t *testing.T, name pkix.Name, key crypto.Signer, err error) *server {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: name, DNSNames: []string{"gw.example.org"},
		NotBefore: time.Unix(1000, 0), NotAfter: time.Unix(2000, 0)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return &server{key, c}
}

// board is where keys are announced.
type board struct {
	authapi.Standing
	keys []authapi.SiteKey
	err  error
}

func (b *board) AnnounceSite(ctx context.Context, k authapi.SiteKey) (authapi.Empty, error) {
	if !who.From(ctx).Has(who.RoleService) {
		return authapi.Empty{}, fault.New(fault.Denied, "x", "not a component")
	}
	if b.err == nil {
		b.keys = append(b.keys, k)
	}
	return authapi.Empty{}, b.err
}

// opened checks a token's signature and reads it.
func opened(t *testing.T, token string, public crypto.PublicKey) (header map[string]string, payload string) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("%q", token)
	}
	var raw [3][]byte
	for i, p := range parts {
		var err error
		if raw[i], err = base64.RawURLEncoding.DecodeString(p); err != nil {
			t.Fatal(err)
		}
	}
	text := []byte(parts[0] + "." + parts[1])
	sum, signature, good := sha256.Sum256(text), raw[2], false
	switch k := public.(type) {
	case *rsa.PublicKey:
		good = rsa.VerifyPKCS1v15(k, crypto.SHA256, sum[:], signature) == nil
	case *ecdsa.PublicKey:
		good = len(signature) == 64 && ecdsa.Verify(k, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:]))
	case ed25519.PublicKey:
		good = ed25519.Verify(k, text, signature)
	}
	if !good {
		t.Errorf("a %T has not signed it", public)
	}
	if err := json.Unmarshal(raw[0], &header); err != nil {
		t.Fatal(err)
	}
	return header, string(raw[1])
}

func generated[K crypto.Signer](k K, err error) (crypto.Signer, error) { return k, err }

// covers: U4-220
func TestTokensAreSignedWithTheServersKey(t *testing.T) {
	t.Parallel()
	makers := map[string]func() (crypto.Signer, error){
		"RS256": func() (crypto.Signer, error) { return generated(rsa.GenerateKey(rand.Reader, 2048)) },
		"ES256": func() (crypto.Signer, error) { return generated(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) },
		"EdDSA": func() (crypto.Signer, error) {
			_, k, err := ed25519.GenerateKey(rand.Reader)
			return k, err
		},
	}
	for alg, generate := range makers {
		key, err := generate()
		s, b := newServer(t, pkix.Name{CommonName: "gw", Organization: []string{"Grid"}}, key, err), &board{}
		i := sitetoken.New(s, b)
		for range 3 {
			token, err := i.Sign(t.Context(), authapi.SiteClaims{Subject: "CN=Jane", User: "u1", Delegated: "true"})
			if err != nil {
				t.Fatal(err)
			}
			header, payload := opened(t, token, s.key.Public())
			id := sha256.Sum256(s.cert.Raw)
			if header["alg"] != alg || header["typ"] != "JWT" || header["kid"] != hex.EncodeToString(id[:]) {
				t.Errorf("%v", header)
			}
			if !strings.Contains(payload, `"iss":"CN=gw,O=Grid","sub":"CN=Jane"`) {
				t.Errorf("%s", payload)
			}
		}
		if len(b.keys) != 1 || !b.keys[0].Expires.Equal(time.Unix(2000, 0)) || strings.Contains(string(b.keys[0].JWK), `"d"`) {
			t.Errorf("announced %+v", b.keys)
		}
		if !i.Expires().Equal(time.Unix(2000, 0)) {
			t.Errorf("ends %v", i.Expires())
		}
		again, err := generate()
		*s = *newServer(t, pkix.Name{}, again, err)
		if _, err := i.Sign(t.Context(), authapi.SiteClaims{}); err != nil || len(b.keys) != 2 || b.keys[0].ID == b.keys[1].ID {
			t.Errorf("a new certificate is announced: %+v, %v", b.keys, err)
		}
		if i.Name() != "CN=gw.example.org" {
			t.Errorf("a certificate without a name is %q", i.Name())
		}
	}
}

// TestClaimsReadTheSameInBothAlphabets: some clients decode them with the
// wrong one.
func TestClaimsReadTheSameInBothAlphabets(t *testing.T) {
	t.Parallel()
	key, err := generated(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	i := sitetoken.New(newServer(t, pkix.Name{CommonName: "Gä~?>"}, key, err), &board{})
	for _, name := range []string{"Jürgen", "a?b>c~d", "~~~???>>>", "\u007f\U0001f600", "日本"} {
		for shift := range 3 {
			name := strings.Repeat("x", shift) + name
			token, err := i.Sign(t.Context(), authapi.SiteClaims{Subject: name})
			if err != nil {
				t.Fatal(err)
			}
			claims := strings.Split(token, ".")[1]
			raw, err := base64.RawStdEncoding.DecodeString(claims)
			var back authapi.SiteClaims
			if err == nil {
				err = json.Unmarshal(raw, &back)
			}
			if err != nil || back.Subject != name {
				t.Errorf("%q came back as %q, %v", name, back.Subject, err)
			}
		}
	}
}

func TestNoTokenBeforeItsKeyIsKnown(t *testing.T) {
	t.Parallel()
	key, err := generated(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	b := &board{err: fault.New(fault.Unavailable, "x", "x")}
	i := sitetoken.New(newServer(t, pkix.Name{CommonName: "gw"}, key, err), b)
	if token, err := i.Sign(t.Context(), authapi.SiteClaims{}); token != "" || !fault.Is(err, fault.Unavailable) {
		t.Errorf("%q, %v", token, err)
	}
	b.err = nil
	if _, err := i.Sign(t.Context(), authapi.SiteClaims{}); err != nil {
		t.Error(err)
	}
}

func TestKeysThatNobodyVerifies(t *testing.T) {
	t.Parallel()
	key, err := generated(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))
	i := sitetoken.New(newServer(t, pkix.Name{CommonName: "gw"}, key, err), &board{})
	if _, err := i.Sign(t.Context(), authapi.SiteClaims{}); !fault.Is(err, fault.Unsupported) {
		t.Errorf("P-384: %v", err)
	}
}
