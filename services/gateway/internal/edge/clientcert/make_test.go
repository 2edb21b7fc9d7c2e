package clientcert

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"
)

var (
	// noon is now, because TLS itself looks at the time of certificates, too.
	noon    = time.Now().UTC().Truncate(time.Second)
	serials atomic.Int64
)

// party is a certificate with its key.
type party struct {
	*x509.Certificate
	key crypto.Signer
}

// sign makes a certificate; no signer means that it signs itself.
func sign(t testing.TB, template *x509.Certificate, by *party, key crypto.Signer) *party {
	t.Helper()
	if key == nil {
		var err error
		if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			t.Fatal(err)
		}
	}
	c := *template
	if c.SerialNumber == nil {
		c.SerialNumber = big.NewInt(serials.Add(1))
	}
	if c.NotAfter.IsZero() {
		c.NotBefore, c.NotAfter = noon.Add(-time.Hour), noon.Add(time.Hour)
	}
	if by == nil {
		by = &party{&c, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, &c, by.Certificate, key.Public(), by.key)
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &party{made, key}
}

func authority(t testing.TB, name string, by *party) *party {
	t.Helper()
	return sign(t, &x509.Certificate{Subject: pkix.Name{Organization: []string{"Grid"}, CommonName: name}, IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}, by, nil)
}

// person is the template of an end entity.
func person(name string, change ...func(*x509.Certificate)) *x509.Certificate {
	c := &x509.Certificate{Subject: pkix.Name{Organization: []string{"Grid"}, CommonName: name},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	for _, f := range change {
		f(c)
	}
	return c
}

// policy is the extension of a proxy; depth < 0: without a path length.
func policy(language asn1.ObjectIdentifier, depth int) pkix.Extension {
	type p struct{ Language asn1.ObjectIdentifier }
	var value []byte
	if depth < 0 {
		value, _ = asn1.Marshal(struct{ Policy p }{p{language}})
	} else {
		value, _ = asn1.Marshal(struct {
			Depth  int
			Policy p
		}{depth, p{language}})
	}
	return pkix.Extension{Id: oidProxyInfo, Critical: true, Value: value}
}

// proxyOf makes a proxy of somebody; change may spoil it.
func proxyOf(t testing.TB, by *party, change ...func(*x509.Certificate)) *party {
	t.Helper()
	var name pkix.RDNSequence
	if _, err := asn1.Unmarshal(by.RawSubject, &name); err != nil {
		t.Fatal(err)
	}
	name = append(name, pkix.RelativeDistinguishedNameSET{{Type: oidCommonName, Value: "1234"}})
	raw, err := asn1.Marshal(name)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{RawSubject: raw, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtraExtensions: []pkix.Extension{policy(oidInheritAll, -1)}}
	for _, f := range change {
		f(c)
	}
	return sign(t, c, by, nil)
}

func chainOf(parties ...*party) (out []*x509.Certificate) {
	for _, p := range parties {
		out = append(out, p.Certificate)
	}
	return out
}

func pemOf(certs ...*party) (out []byte) {
	for _, c := range certs {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return out
}

// listOf is a revocation list of an authority.
func listOf(t testing.TB, by *party, next time.Time, revoked ...*party) []byte {
	t.Helper()
	var entries []x509.RevocationListEntry
	for _, r := range revoked {
		entries = append(entries, x509.RevocationListEntry{SerialNumber: r.SerialNumber, RevocationTime: noon.Add(-time.Minute)})
	}
	der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: noon.Add(-2 * time.Hour),
		NextUpdate: next, RevokedCertificateEntries: entries}, by.Certificate, by.key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func put(t testing.TB, dir, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
		t.Fatal(err)
	}
}
