package clientcert

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// chainSuffix makes the name of the header with the certificates behind the
// leaf (RFC 9440, section 2.3).
const chainSuffix = "-Chain"

// header removes the header from a request, and says what it tells if it is a
// balancer's. Nothing that is not well-formed is a certificate; several leaves
// are none.
func (s *Source) header(r *http.Request) (chain []*x509.Certificate, balancer bool) {
	if s.cfg.Header == "" {
		return nil, false
	}
	leaf, behind := r.Header.Values(s.cfg.Header), r.Header.Values(s.cfg.Header+chainSuffix)
	r.Header.Del(s.cfg.Header)
	r.Header.Del(s.cfg.Header + chainSuffix)
	if !s.fromBalancer(r) {
		return nil, false
	}
	if len(leaf) == 1 {
		chain = parseHeaders(leaf[0], behind)
	}
	return chain, true
}

func (s *Source) fromBalancer(r *http.Request) bool {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	for _, p := range s.cfg.Balancers {
		if p.Contains(from.Addr().Unmap().WithZone("")) {
			return true
		}
	}
	return false
}

func parseHeaders(leaf string, behind []string) []*x509.Certificate {
	chain := parseHeader(leaf)
	if len(chain) == 0 {
		return nil
	}
	for _, value := range behind {
		for item := range strings.SplitSeq(value, ",") {
			more := parseHeader(item)
			if len(more) == 0 || len(chain)+len(more) > maxPresented {
				return nil
			}
			chain = append(chain, more...)
		}
	}
	return chain
}

// parseHeader reads a certificate in one of the forms that balancers write:
// ":base64:" (RFC 9440), base64 alone, or PEM with percent signs.
func parseHeader(value string) []*x509.Certificate {
	value = strings.TrimSpace(value)
	if inner, ok := strings.CutPrefix(value, ":"); ok {
		if value, ok = strings.CutSuffix(inner, ":"); !ok {
			return nil
		}
	} else if strings.HasPrefix(value, "-----BEGIN") {
		return parsePEM(value)
	}
	der, err := base64.StdEncoding.Strict().DecodeString(value)
	if err != nil {
		return nil
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil
	}
	return []*x509.Certificate{c}
}

// parsePEM reads certificates, and refuses keys.
func parsePEM(value string) (out []*x509.Certificate) {
	text, err := url.PathUnescape(value)
	if err != nil {
		return nil
	}
	for rest := []byte(text); len(bytes.TrimSpace(rest)) > 0; {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil || block.Type != "CERTIFICATE" || len(out) == maxPresented {
			return nil
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil
		}
		out = append(out, c)
	}
	return out
}
