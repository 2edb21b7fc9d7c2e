package gateway_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway"
)

// operator acts as one.
func operator(t *testing.T) context.Context {
	return who.With(t.Context(), who.Principal{ID: "op", Name: "op", Roles: []string{who.RoleOperator}})
}

// edit changes a user.
func (h *heddle) edit(t *testing.T, name string, edits ...authapi.Edit) {
	t.Helper()
	admin := authapi.NewAdminRPC(h.nats.Conn(t))
	if _, err := admin.ChangeAccount(operator(t), authapi.AccountChange{Name: name, Edits: edits}); err != nil {
		t.Fatal(err)
	}
}

// holder has a certificate and its key, and the certificates behind it.
type holder struct {
	*x509.Certificate
	key   crypto.Signer
	chain [][]byte
}

var serials atomic.Int64

// certify makes a certificate; by nobody: it signs itself.
func certify(t *testing.T, template *x509.Certificate, by *holder) *holder {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template.SerialNumber = big.NewInt(serials.Add(1))
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	made := &holder{key: key}
	parent, signer := template, crypto.Signer(key)
	if by != nil {
		parent, signer, made.chain = by.Certificate, by.key, by.chain
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	if made.Certificate, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	made.chain = append([][]byte{der}, made.chain...)
	return made
}

func person(name string) *x509.Certificate {
	return &x509.Certificate{Subject: pkix.Name{Organization: []string{"Grid"}, CommonName: name}}
}

// proxy is a template for a proxy of somebody (RFC 3820).
func proxy(t *testing.T, of *holder) *x509.Certificate {
	t.Helper()
	var name pkix.RDNSequence
	if _, err := asn1.Unmarshal(of.RawSubject, &name); err != nil {
		t.Fatal(err)
	}
	raw, err := asn1.Marshal(append(name, pkix.RelativeDistinguishedNameSET{{Type: asn1.ObjectIdentifier{2, 5, 4, 3}, Value: "1"}}))
	if err != nil {
		t.Fatal(err)
	}
	type policy struct{ Language asn1.ObjectIdentifier }
	info, err := asn1.Marshal(struct{ Policy policy }{policy{asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 21, 1}}})
	if err != nil {
		t.Fatal(err)
	}
	return &x509.Certificate{RawSubject: raw, ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 14}, Critical: true, Value: info}}}
}

// grid is a gateway that believes an authority of people.
type grid struct {
	*heddle
	gateway   *gateway.Service
	authority *holder

	dirOfAuthorities string
}

func startGrid(t *testing.T) grid {
	t.Helper()
	g := grid{heddle: start(t)}
	g.authority = certify(t, &x509.Certificate{Subject: pkix.Name{CommonName: "Root"}, IsCA: true, BasicConstraintsValid: true}, nil)
	dir := t.TempDir()
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: g.authority.Raw})
	if err := os.WriteFile(filepath.Join(dir, "root.pem"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	g.dirOfAuthorities = dir
	g.gateway = g.another(t, gateway.Config{ClientCADir: dir})
	return g
}

// another starts one more gateway.
func (h *heddle) another(t *testing.T, cfg gateway.Config) *gateway.Service {
	t.Helper()
	cfg.Listen, cfg.Issuer, cfg.DataDir, cfg.Drain = []string{"127.0.0.1:0"}, issuer, t.TempDir(), 2*time.Second
	g, err := gateway.New(cfg, gateway.Deps{NATS: h.nats.Conn(t), Log: logx.Discard()})
	if err != nil {
		t.Fatal(err)
	}
	begin(t, g)
	ready(t, g)
	return g
}

// over is a client over HTTPS that shows a certificate, or none.
func (g grid) over(t *testing.T, h *holder) *client {
	t.Helper()
	c := newClient(t, g.gateway, "", "")
	c.base = strings.Replace(c.base, "http:", "https:", 1)
	if h != nil {
		chain := h.chain
		c.http.Transport.(*http.Transport).TLSClientConfig.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return &tls.Certificate{Certificate: chain, PrivateKey: h.key}, nil
		}
	}
	return c
}
