package clientcert

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"sync"
	"time"
)

// list is one certificate revocation list.
type list struct {
	issuer     string // name as it is encoded
	from, next time.Time
	serials    map[string]bool
	crl        *x509.RevocationList

	// Which authorities have signed it: the check costs as much as the list is
	// long, and is made once for each.
	mu     sync.Mutex
	signed map[[sha256.Size]byte]bool
}

// parseLists reads the lists of a file, DER or PEM.
func parseLists(text []byte) ([]*list, error) {
	if !bytes.Contains(text, []byte("-----BEGIN")) {
		l, err := parseList(text)
		return []*list{l}, err
	}
	var out []*list
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "X509 CRL" {
			continue
		}
		l, err := parseList(block.Bytes)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	if len(out) == 0 {
		return nil, errors.New("there is no revocation list in it")
	}
	return out, nil
}

func parseList(der []byte) (*list, error) {
	crl, err := x509.ParseRevocationList(der)
	if err != nil {
		return nil, err
	}
	l := &list{issuer: string(crl.RawIssuer), from: crl.ThisUpdate, next: crl.NextUpdate, crl: crl,
		serials: map[string]bool{}, signed: map[[sha256.Size]byte]bool{}}
	for _, e := range crl.RevokedCertificateEntries {
		l.serials[serial(e.SerialNumber)] = true
	}
	return l, nil
}

func serial(n *big.Int) string { return string(n.Bytes()) }

// by reports whether an authority has signed the list.
func (l *list) by(authority *x509.Certificate) bool {
	key := sha256.Sum256(authority.Raw)
	l.mu.Lock()
	defer l.mu.Unlock()
	ok, known := l.signed[key]
	if !known {
		ok = l.crl.CheckSignatureFrom(authority) == nil
		l.signed[key] = ok
	}
	return ok
}

// inForce reports whether the list tells how things are now.
func (l *list) inForce(now time.Time) bool {
	return !now.Before(l.from) && (l.next.IsZero() || now.Before(l.next))
}

// lists are all lists, by issuer.
type lists map[string][]*list

// bars reports whether a certificate of an authority is revoked, or nobody can
// tell: an authority that publishes lists, all of which are old, may have
// revoked it yesterday. One that publishes none is believed as it is.
func (ls lists) bars(c, authority *x509.Certificate, now time.Time) bool {
	published, current := false, false
	for _, l := range ls[string(c.RawIssuer)] {
		if !l.by(authority) {
			continue
		}
		if l.serials[serial(c.SerialNumber)] {
			return true
		}
		published, current = true, current || l.inForce(now)
	}
	return published && !current
}

// barsAny is bars for each certificate of a chain but its root.
func (ls lists) barsAny(chain []*x509.Certificate, now time.Time) bool {
	for i := range len(chain) - 1 {
		if ls.bars(chain[i], chain[i+1], now) {
			return true
		}
	}
	return false
}
