package clientcert

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge/cert"
)

// asking is a server's certificate, and the question for the client's.
type asking struct {
	*cert.Source
	clients *Source
}

func (a asking) TLS() *tls.Config { return a.clients.Ask(a.Source.TLS()) }

// serve runs a server that says what it sees: protocol, whether the TLS
// session was resumed, and the certificate.
func (g *grid) serve(t *testing.T) (addr string, roots *x509.CertPool) {
	t.Helper()
	own, err := cert.Open(cert.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	srv, err := edge.New(edge.Config{
		Listen: []string{"127.0.0.1:0"}, TLS: asking{own, g.source}, Certificate: g.source.Take, Log: logx.Discard(),
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			dn := "none"
			if c := edge.Peer(r).Certificate; c != nil {
				dn = fmt.Sprintf("%q", c.DN)
			}
			fmt.Fprint(w, r.Proto, " ", r.TLS != nil && r.TLS.DidResume, " ", dn)
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- srv.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done })
	roots = x509.NewCertPool()
	roots.AppendCertsFromPEM(own.Authority())
	return srv.Addrs()[0].String(), roots
}

func connect(t *testing.T, roots *x509.CertPool, http2 bool, chain ...*party) *http.Client {
	t.Helper()
	cfg := &tls.Config{RootCAs: roots, ClientSessionCache: tls.NewLRUClientSessionCache(1)}
	if len(chain) > 0 {
		c := tls.Certificate{PrivateKey: chain[0].key}
		for _, p := range chain {
			c.Certificate = append(c.Certificate, p.Raw)
		}
		cfg.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &c, nil }
	}
	tr := &http.Transport{TLSClientConfig: cfg, ForceAttemptHTTP2: http2}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: 20 * time.Second}
}

func get(t *testing.T, c *http.Client, url string) string {
	t.Helper()
	resp, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestCertificateOfAConnection: over every protocol, on used connections and
// in resumed TLS sessions, the certificate is the one of the handshake.
func TestCertificateOfAConnection(t *testing.T) {
	t.Parallel()
	g := newGrid(t)
	addr, roots := g.serve(t)
	p := proxyOf(t, g.alice, language(oidLimited, -1))
	for name, c := range map[string]struct {
		chain []*party
		want  string
	}{
		"nobody":      {nil, "none"},
		"Alice":       {[]*party{g.alice}, `"` + aliceDN + `"`},
		"her proxy":   {[]*party{p, g.alice}, `"` + aliceDN + `"`},
		"self-signed": {[]*party{sign(t, person("Alice"), nil, nil)}, `""`},
	} {
		for protocol, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2.0": true} {
			client := connect(t, roots, http2, c.chain...)
			for _, resumed := range []bool{false, false, true, true} {
				if resumed {
					client.CloseIdleConnections()
				}
				if got, want := get(t, client, "https://"+addr), fmt.Sprint(protocol, " ", resumed, " ", c.want); got != want {
					t.Errorf("%s: %s, want %s", name, got, want)
				}
			}
		}
		if got := get(t, connect(t, roots, false, c.chain...), "http://"+addr); got != "HTTP/1.1 false none" {
			t.Errorf("%s, plain: %s", name, got)
		}
	}
}

// TestOpenConnectionIsJudgedAgain: a connection that lives for days does not
// keep a certificate alive.
func TestOpenConnectionIsJudgedAgain(t *testing.T) {
	t.Parallel()
	g := newGrid(t)
	clock := make(chan time.Time, 1)
	clock <- noon
	g.source.cfg.Now = func() time.Time { now := <-clock; clock <- now; return now }
	addr, roots := g.serve(t)
	client := connect(t, roots, true, g.alice)
	if got := get(t, client, "https://"+addr); !strings.Contains(got, aliceDN) {
		t.Fatal(got)
	}
	put(t, g.dir, "root.crl", listOf(t, g.root, noon.Add(time.Hour), g.alice))
	<-clock
	clock <- noon.Add(lookEvery)
	if got := get(t, client, "https://"+addr); got != `HTTP/2.0 false ""` {
		t.Errorf("on the same connection: %s", got)
	}
}

// TestQuestionNamesTheAuthorities: browsers ask their users only where one of
// their certificates fits.
func TestQuestionNamesTheAuthorities(t *testing.T) {
	t.Parallel()
	g := newGrid(t)
	addr, roots := g.serve(t)
	asked := func() (names int) {
		c, err := tls.Dial("tcp", addr, &tls.Config{RootCAs: roots, GetClientCertificate: func(q *tls.CertificateRequestInfo) (*tls.Certificate, error) {
			names = len(q.AcceptableCAs)
			return &tls.Certificate{}, nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		_ = c.Close()
		return names
	}
	if n := asked(); n != 1 {
		t.Errorf("%d authorities", n)
	}
}
