// Package cert supplies the gateway's server certificate: the operator's own
// from files, or one of an authority of our own that is made in the data
// directory at the first start. It is separate because keys deserve a package
// in which nothing else happens.
package cert

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"sync"
	"time"
)

// Config says where certificates come from.
type Config struct {
	// Dir holds the own authority and certificate; it belongs to one process.
	Dir string
	// CertFile and KeyFile, if given, are used instead (PEM); they are read
	// again when they change.
	CertFile, KeyFile string
	// Names are host names and addresses that the own certificate is for,
	// beside localhost, 127.0.0.1 and ::1.
	Names []string
	Now   func() time.Time // nil: time.Now
}

// checkEvery is how often a certificate in use is looked at again: one of our
// own is renewed in time, one from files may have been replaced.
const checkEvery = time.Minute

// Source gives the certificate to show.
type Source struct {
	now  func() time.Time
	load func(time.Time) (*tls.Certificate, error)
	ca   string

	mu      sync.Mutex
	current *tls.Certificate
	checked time.Time
}

// Open loads the certificate, making what has to be made.
func Open(cfg Config) (*Source, error) {
	s := &Source{now: cfg.Now}
	if s.now == nil {
		s.now = time.Now
	}
	switch {
	case cfg.CertFile != "" && cfg.KeyFile != "":
		s.load = (&files{cert: cfg.CertFile, key: cfg.KeyFile}).load
	case cfg.CertFile != "" || cfg.KeyFile != "":
		return nil, errors.New("cert: a certificate file and a key file are needed, or neither")
	case cfg.Dir == "":
		return nil, errors.New("cert: no directory for the certificate")
	default:
		own := newOwn(cfg.Dir, cfg.Names)
		s.load, s.ca = own.load, own.caFile()
	}
	var err error
	s.checked = s.now()
	s.current, err = s.load(s.checked)
	return s, err
}

// CAFile is where clients find the authority to trust, or "" if the operator
// supplies the certificate.
func (s *Source) CAFile() string { return s.ca }

// TLS is the configuration of a server that shows the certificate.
func (s *Source) TLS() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		NextProtos:     []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return s.get(), nil },
	}
}

// get returns the certificate, renewed if need be. What cannot be renewed is
// shown as it is: clients are better judges of an old one than of none.
func (s *Source) get() *tls.Certificate {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.now(); now.Sub(s.checked) >= checkEvery {
		s.checked = now
		if c, err := s.load(now); err == nil {
			s.current = c
		}
	}
	return s.current
}

// PEM is the certificate that clients are shown now, without its key.
func (s *Source) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.get().Certificate[0]})
}

// Signer is the key of the certificate that clients are shown now, and the
// certificate: what it signs, they can verify.
func (s *Source) Signer() (crypto.Signer, *x509.Certificate) {
	c := s.get()
	key, _ := c.PrivateKey.(crypto.Signer) // TLS takes no other keys for itself
	return key, c.Leaf
}

// Authority is the certificate of our own authority as PEM, or nil.
func (s *Source) Authority() []byte {
	if s.ca == "" {
		return nil
	}
	text, err := os.ReadFile(s.ca)
	if err != nil {
		return nil
	}
	return text
}
