package gateway

import (
	"crypto/tls"
	"fmt"
	"net/netip"

	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge/clientcert"
)

// ask is the value of client-certificates that asks for them.
const ask = "ask"

// clientCertificates reads whose certificates are believed.
func (s *Service) clientCertificates() (*clientcert.Source, error) {
	balancers, err := networks(s.cfg.Balancers)
	if err != nil {
		return nil, err
	}
	source, err := clientcert.Open(clientcert.Config{
		Dir: s.cfg.ClientCADir, Own: s.cert.Authority(), Header: s.cfg.TrustClientHeader, Balancers: balancers,
		Now: s.deps.Now, Log: s.deps.Log,
	})
	if err != nil {
		return nil, fmt.Errorf("client-ca-dir: %w", err)
	}
	return source, nil
}

// asking is the server side of TLS, which asks clients for a certificate if
// the operator wants that.
func (s *Service) asking(clients *clientcert.Source) edge.TLS {
	if s.cfg.ClientCertificates != ask {
		return s.cert
	}
	return tlsFunc(func() *tls.Config { return clients.Ask(s.cert.TLS()) })
}

type tlsFunc func() *tls.Config

func (f tlsFunc) TLS() *tls.Config { return f() }

// networks reads addresses and networks.
func networks(texts []string) (out []netip.Prefix, err error) {
	for _, text := range texts {
		p, err := netip.ParsePrefix(text)
		if a, aerr := netip.ParseAddr(text); aerr == nil {
			p, err = a.Prefix(a.BitLen())
		}
		if err != nil {
			return nil, fmt.Errorf("balancers: %q is no address and no network", text)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}
