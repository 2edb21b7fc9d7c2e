package clientcert

import (
	"crypto/tls"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/logx"
)

func TestBalancersHeader(t *testing.T) {
	t.Parallel()
	g := newGrid(t)
	p := proxyOf(t, g.alice)
	balancer := "192.0.2.7:1234"
	b64 := func(c *party) string { return base64.StdEncoding.EncodeToString(c.Raw) }
	escaped := url.PathEscape(string(pemOf(g.alice)))
	key := url.PathEscape(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")})))
	for name, c := range map[string]struct {
		from     string
		leaf     []string
		behind   []string
		own      []*party // of the connection
		dn       string
		nothing  bool
		disabled bool
	}{
		"RFC 9440":               {from: balancer, leaf: []string{":" + b64(g.alice) + ":"}, dn: aliceDN},
		"base64":                 {from: balancer, leaf: []string{b64(g.alice)}, dn: aliceDN},
		"PEM":                    {from: balancer, leaf: []string{escaped}, dn: aliceDN},
		"PEM, two":               {from: balancer, leaf: []string{url.PathEscape(string(pemOf(p, g.alice)))}, dn: aliceDN},
		"with a chain":           {from: balancer, leaf: []string{":" + b64(p) + ":"}, behind: []string{":" + b64(g.alice) + ":, :" + b64(g.root) + ":"}, dn: aliceDN},
		"chain in two lines":     {from: balancer, leaf: []string{b64(p)}, behind: []string{b64(g.alice), b64(g.root)}, dn: aliceDN},
		"IPv6":                   {from: "[2001:db8::1%eth0]:1", leaf: []string{b64(g.alice)}, dn: aliceDN},
		"IPv4 in IPv6":           {from: "[::ffff:192.0.2.7]:1", leaf: []string{b64(g.alice)}, dn: aliceDN},
		"untrusted":              {from: balancer, leaf: []string{b64(sign(t, person("Eve"), nil, nil))}},
		"not a balancer":         {from: "192.0.2.8:1234", leaf: []string{b64(g.alice)}, nothing: true},
		"not a balancer, own":    {from: "192.0.2.8:1234", leaf: []string{b64(g.alice)}, own: []*party{sign(t, person("Eve"), g.root, nil)}, dn: "/O=Grid/CN=Eve"},
		"balancer's own":         {from: balancer, own: []*party{g.alice}, nothing: true},
		"balancer's own, bad":    {from: balancer, leaf: []string{"x"}, own: []*party{g.alice}, nothing: true},
		"strange address":        {from: "@", leaf: []string{b64(g.alice)}, nothing: true},
		"no header":              {from: balancer, nothing: true},
		"two of them":            {from: balancer, leaf: []string{b64(g.alice), b64(g.alice)}, nothing: true},
		"empty":                  {from: balancer, leaf: []string{""}, nothing: true},
		"half a form":            {from: balancer, leaf: []string{":" + b64(g.alice)}, nothing: true},
		"chain alone":            {from: balancer, behind: []string{b64(g.alice)}, nothing: true},
		"broken chain":           {from: balancer, leaf: []string{b64(p)}, behind: []string{b64(g.alice) + ",x"}, nothing: true},
		"long chain":             {from: balancer, leaf: []string{b64(p)}, behind: []string{strings.TrimSuffix(strings.Repeat(b64(g.alice)+",", maxPresented), ",")}, nothing: true},
		"a key":                  {from: balancer, leaf: []string{key}, nothing: true},
		"a certificate and more": {from: balancer, leaf: []string{escaped + "x"}, nothing: true},
		"not base64":             {from: balancer, leaf: []string{"!"}, nothing: true},
		"bad percent signs":      {from: balancer, leaf: []string{"-----BEGIN%"}, nothing: true},
		"not configured":         {from: balancer, leaf: []string{b64(g.alice)}, nothing: true, disabled: true},
	} {
		cfg := Config{Dir: g.dir, Now: func() time.Time { return noon }, Log: logx.Discard(), Header: "Client-Cert",
			Balancers: []netip.Prefix{netip.MustParsePrefix("192.0.2.7/32"), netip.MustParsePrefix("2001:db8::/32")}}
		if c.disabled {
			cfg.Header = ""
		}
		s, err := Open(cfg)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.from
		r.Header = http.Header{"Client-Cert": c.leaf, "Client-Cert-Chain": c.behind}
		if c.own != nil {
			r.TLS = &tls.ConnectionState{PeerCertificates: chainOf(c.own...)}
		}
		got := s.Take(r)
		if (got == nil) != c.nothing || got != nil && (got.DN != c.dn || got.Trusted != (c.dn != "")) {
			t.Errorf("%s: %+v", name, got)
		}
		if len(r.Header) > 0 && !c.disabled {
			t.Errorf("%s: the doors see %v", name, r.Header)
		}
	}
}

// FuzzHeader: of whatever text there is a certificate, or none.
func FuzzHeader(f *testing.F) {
	ca := authority(f, "Root", nil)
	b64 := base64.StdEncoding.EncodeToString(ca.Raw)
	for _, v := range []string{b64, ":" + b64 + ":", url.PathEscape(string(pemOf(ca, ca))), ":", "::", "-----BEGIN", "%"} {
		f.Add(v, v)
	}
	f.Fuzz(func(t *testing.T, leaf, behind string) {
		chain := parseHeaders(leaf, []string{behind})
		if len(chain) > maxPresented {
			t.Errorf("%d certificates", len(chain))
		}
		for _, c := range chain {
			if c == nil || len(c.Raw) == 0 {
				t.Error("a certificate that is none")
			}
		}
	})
}
