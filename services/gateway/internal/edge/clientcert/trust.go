package clientcert

import (
	"crypto/x509"
	"errors"
	"time"
)

var errUntrusted = errors.New("clientcert: no configured authority vouches for it")

// trust is whom we believe, as it was last read.
type trust struct {
	roots   *x509.CertPool
	between []*x509.Certificate // authorities below the roots
	lists   lists
}

// identity is whom a chain speaks for.
type identity struct {
	dn      string
	names   []string
	limited bool
	expires time.Time
}

// identify judges a chain as it was presented, the leaf first.
func (t *trust) identify(chain []*x509.Certificate, now time.Time) (identity, error) {
	s, err := behind(chain, now)
	if err != nil {
		return identity{}, err
	}
	end := chain[s.end]
	if end.IsCA || !authenticates(end) { // an authority is nobody
		return identity{}, errUntrusted
	}
	if err := t.vouched(end, chain[s.end+1:], now); err != nil {
		return identity{}, err
	}
	dn, err := slashDN(end.RawSubject)
	return identity{dn: dn, names: names(end), limited: s.limited, expires: s.expires}, err
}

// vouched reports whether an authority of ours has made the certificate, by
// way of authorities none of which is revoked.
func (t *trust) vouched(end *x509.Certificate, presented []*x509.Certificate, now time.Time) error {
	between := x509.NewCertPool()
	for _, c := range t.between {
		between.AddCert(c)
	}
	for _, c := range presented {
		between.AddCert(c)
	}
	chains, err := end.Verify(x509.VerifyOptions{
		Roots: t.roots, Intermediates: between, CurrentTime: now,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	if err != nil {
		return err
	}
	for _, c := range chains {
		if !t.lists.barsAny(c, now) {
			return nil
		}
	}
	return errUntrusted
}

// names are the alternative names.
func names(c *x509.Certificate) (out []string) {
	for _, n := range c.DNSNames {
		out = append(out, "dns:"+n)
	}
	for _, u := range c.URIs {
		out = append(out, "uri:"+u.String())
	}
	for _, n := range c.EmailAddresses {
		out = append(out, "email:"+n)
	}
	for _, a := range c.IPAddresses {
		out = append(out, "ip:"+a.String())
	}
	return out
}
