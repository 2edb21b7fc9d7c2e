package cert_test

import (
	"bytes"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/gateway/internal/edge/cert"
)

// shown is the certificate that a client is shown.
func shown(t *testing.T, s *cert.Source) *x509.Certificate {
	t.Helper()
	c, err := s.TLS().GetCertificate(&tls.ClientHelloInfo{ServerName: "localhost"})
	if err != nil {
		t.Fatal(err)
	}
	return c.Leaf
}

func open(t *testing.T, cfg cert.Config) *cert.Source {
	t.Helper()
	s, err := cert.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOwnCertificateIsTrustedThroughItsAuthority(t *testing.T) {
	t.Parallel()
	s := open(t, cert.Config{Dir: t.TempDir(), Names: []string{"hpc.example.org", "192.0.2.7"}})
	ca, err := os.ReadFile(s.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(ca) {
		t.Fatal("ca.pem holds no certificate")
	}
	for _, name := range []string{"localhost", "127.0.0.1", "::1", "hpc.example.org", "192.0.2.7"} {
		if _, err := shown(t, s).Verify(x509.VerifyOptions{Roots: pool, DNSName: name}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSignerIsTheShownCertificates(t *testing.T) {
	t.Parallel()
	s := open(t, cert.Config{Dir: t.TempDir()})
	key, leaf := s.Signer()
	public, ok := leaf.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
	if !leaf.Equal(shown(t, s)) || !ok || !public.Equal(key.Public()) {
		t.Errorf("%v signs, %v is shown", key.Public(), leaf.PublicKey)
	}
}

func TestKeysAreForTheirOwnerOnly(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "gateway")
	open(t, cert.Config{Dir: dir})
	for name, want := range map[string]os.FileMode{
		"": 0o700, "ca-key.pem": 0o600, "server-key.pem": 0o600, "ca.pem": 0o644, "server.pem": 0o644,
	} {
		fi, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if fi.Mode().Perm() != want {
			t.Errorf("%q has mode %v, want %v", name, fi.Mode().Perm(), want)
		}
	}
}

func TestCertificateIsKeptUntilItMustChange(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	now := time.Now()
	at := func(d time.Duration) func() time.Time { return func() time.Time { return now.Add(d) } }
	s := open(t, cert.Config{Dir: dir, Now: at(0)})
	ca, _ := os.ReadFile(s.CAFile())
	first := shown(t, s)
	if again := shown(t, open(t, cert.Config{Dir: dir, Now: at(time.Hour)})); !again.Equal(first) {
		t.Error("a restart changed the certificate")
	}
	named := shown(t, open(t, cert.Config{Dir: dir, Names: []string{"new.example.org"}, Now: at(0)}))
	if named.Equal(first) || named.VerifyHostname("new.example.org") != nil {
		t.Error("a new name is not in the certificate")
	}
	later := shown(t, open(t, cert.Config{Dir: dir, Now: at(370 * 24 * time.Hour)}))
	if later.Equal(named) || !later.NotAfter.After(named.NotAfter) {
		t.Error("a certificate near its end was not renewed")
	}
	if now, _ := os.ReadFile(s.CAFile()); !bytes.Equal(now, ca) {
		t.Error("the authority changed")
	}
}

func TestRunningServerRenews(t *testing.T) {
	t.Parallel()
	now := time.Now()
	s := open(t, cert.Config{Dir: t.TempDir(), Now: func() time.Time { return now }})
	first := shown(t, s)
	now = now.Add(390 * 24 * time.Hour)
	if shown(t, s).Equal(first) {
		t.Error("still the old certificate a week before its end")
	}
}

func TestConfiguredFilesAreReadAgainWhenTheyChange(t *testing.T) {
	t.Parallel()
	a, b := t.TempDir(), t.TempDir()
	first, second := shown(t, open(t, cert.Config{Dir: a})), shown(t, open(t, cert.Config{Dir: b}))
	now := time.Now()
	s := open(t, cert.Config{CertFile: filepath.Join(a, "server.pem"), KeyFile: filepath.Join(a, "server-key.pem"),
		Now: func() time.Time { return now }})
	if !shown(t, s).Equal(first) || s.CAFile() != "" {
		t.Fatal("not the configured certificate")
	}
	for _, name := range []string{"server.pem", "server-key.pem"} {
		text, err := os.ReadFile(filepath.Join(b, name))
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(a, name)
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, time.Time{}, now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	now = now.Add(time.Hour)
	if !shown(t, s).Equal(second) {
		t.Error("the replaced files were not read")
	}
}

func TestHalfAConfigurationIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open(t, cert.Config{Dir: dir})
	for name, cfg := range map[string]cert.Config{
		"no key":        {CertFile: filepath.Join(dir, "server.pem")},
		"no files":      {CertFile: filepath.Join(dir, "x.pem"), KeyFile: filepath.Join(dir, "y.pem")},
		"nothing":       {},
		"another's key": {CertFile: filepath.Join(dir, "server.pem"), KeyFile: filepath.Join(dir, "ca-key.pem")},
	} {
		if _, err := cert.Open(cfg); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := os.Remove(filepath.Join(dir, "ca-key.pem")); err != nil {
		t.Fatal(err)
	}
	if _, err := cert.Open(cert.Config{Dir: dir}); err == nil {
		t.Error("an authority without its key was silently replaced")
	}
}
