package cert

import (
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"
)

const (
	authorityLife = 10 * 365 * 24 * time.Hour
	// serverLife is what browsers accept (CA/Browser Forum, ballot SC31: 398 days).
	serverLife = 397 * 24 * time.Hour
	// renewBefore is how long before its end the certificate is replaced.
	renewBefore = 30 * 24 * time.Hour
	// slack allows for clients whose clock is behind.
	slack = time.Hour
)

// own is our own authority and the certificate it signed.
type own struct {
	dir   string
	names []string
}

func newOwn(dir string, names []string) *own {
	return &own{dir, append([]string{"localhost", "127.0.0.1", "::1"}, names...)}
}

func (o *own) caFile() string { return filepath.Join(o.dir, "ca.pem") }

// load returns the certificate in the directory if it still serves, else a
// new one, made and kept.
func (o *own) load(now time.Time) (*tls.Certificate, error) {
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return nil, fmt.Errorf("cert: %w", err)
	}
	ca, key, err := o.authority(now)
	if err != nil {
		return nil, err
	}
	certFile, keyFile := filepath.Join(o.dir, "server.pem"), filepath.Join(o.dir, "server-key.pem")
	c, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err == nil && o.serves(c.Leaf, ca, now) {
		return &c, nil
	}
	der, serverKey, err := issue(server(o.names, now), ca, key)
	if err != nil {
		return nil, fmt.Errorf("cert: %w", err)
	}
	if err := write(certFile, keyFile, der, serverKey); err != nil {
		return nil, fmt.Errorf("cert: %w", err)
	}
	c, err = tls.LoadX509KeyPair(certFile, keyFile)
	return &c, err
}

// serves reports whether the certificate is for all our names, of our
// authority, and lasts.
func (o *own) serves(leaf, ca *x509.Certificate, now time.Time) bool {
	if now.Add(renewBefore).After(leaf.NotAfter) || leaf.CheckSignatureFrom(ca) != nil {
		return false
	}
	for _, n := range o.names {
		if leaf.VerifyHostname(n) != nil {
			return false
		}
	}
	return true
}

// authority loads the authority, or makes it where there is none. One that is
// there but cannot be used is an error: clients trust it, so it is the
// operator who must decide.
func (o *own) authority(now time.Time) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	certFile, keyFile := o.caFile(), filepath.Join(o.dir, "ca-key.pem")
	_, err := os.Stat(certFile)
	_, keyErr := os.Stat(keyFile)
	if os.IsNotExist(err) && os.IsNotExist(keyErr) {
		der, key, err := issue(authority(now), nil, nil)
		if err == nil {
			err = write(certFile, keyFile, der, key)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("cert: %w", err)
		}
	}
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, nil, fmt.Errorf("cert: the authority in %s (remove both files to get a new one): %w", o.dir, err)
	}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok || !pair.Leaf.IsCA {
		return nil, nil, fmt.Errorf("cert: %s is not an authority of ours", certFile)
	}
	return pair.Leaf, key, nil
}

// alternatives splits names into what a certificate calls addresses and DNS names.
func alternatives(names []string) (ips []net.IP, dns []string) {
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			ips = append(ips, ip)
		} else {
			dns = append(dns, n)
		}
	}
	return ips, dns
}
