package edge_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge/cert"
)

// site is a running server.
type site struct {
	addr  string
	roots *x509.CertPool
	stop  context.CancelFunc
	done  chan error
}

func run(t *testing.T, limits edge.Limits, h http.HandlerFunc) *site {
	t.Helper()
	source, err := cert.Open(cert.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	srv, err := edge.New(edge.Config{
		Listen: []string{"127.0.0.1:0", "127.0.0.1:0"}, Origins: []string{"https://hpc.example.org"}, Handler: h, TLS: source, Limits: limits, Log: logx.Discard(),
		Refuse: func(w http.ResponseWriter, r *http.Request, f *fault.Error) {
			w.Header().Set("Content-Type", "text/x-fault")
			w.WriteHeader(f.Status)
			fmt.Fprintf(w, "%s %s", r.URL.Path, f.Code)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	pem, err := os.ReadFile(source.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	s := &site{addr: srv.Addrs()[0].String(), roots: x509.NewCertPool(), done: make(chan error, 1)}
	s.roots.AppendCertsFromPEM(pem)
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	go func() { s.done <- srv.Run(ctx) }()
	t.Cleanup(stop)
	return s
}

// client speaks HTTP/2 over TLS if it may.
func (s *site) client(t *testing.T, http2 bool) *http.Client {
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.roots}, ForceAttemptHTTP2: http2}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: 20 * time.Second}
}

func (s *site) dial(t *testing.T) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	return c
}

func get(t *testing.T, c *http.Client, url string) (status int, body string) {
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
	return resp.StatusCode, string(b)
}

func TestOnePortSpeaksHTTPAndHTTPS(t *testing.T) {
	t.Parallel()
	s := run(t, edge.Limits{}, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s tls=%v", r.Proto, r.TLS != nil)
	})
	for _, c := range []struct {
		url   string
		http2 bool
		want  string
	}{
		{"http://" + s.addr, false, "HTTP/1.1 tls=false"},
		{"https://" + s.addr, false, "HTTP/1.1 tls=true"},
		{"https://" + s.addr, true, "HTTP/2.0 tls=true"},
	} {
		client := s.client(t, c.http2)
		for range 2 { // also on a connection that was used
			if _, got := get(t, client, c.url); got != c.want {
				t.Errorf("%s: %q, want %q", c.url, got, c.want)
			}
		}
	}
}

func TestShutdownFinishesWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	begun, finish := make(chan bool), make(chan bool)
	s := run(t, edge.Limits{}, func(w http.ResponseWriter, _ *http.Request) {
		close(begun)
		<-finish
		_, _ = io.WriteString(w, "finished")
	})
	answer := make(chan string, 1)
	client := s.client(t, false)
	go func() {
		resp, err := client.Get("http://" + s.addr)
		if err != nil {
			answer <- err.Error()
			return
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		answer <- string(b)
	}()
	<-begun
	s.stop()
	for { // the port closes while the request is under way
		c, err := net.Dial("tcp", s.addr)
		if err != nil {
			break
		}
		_ = c.Close()
	}
	close(finish)
	if got := <-answer; got != "finished" {
		t.Errorf("the request under way got %q", got)
	}
	if err := <-s.done; err != nil {
		t.Error(err)
	}
}

func TestShutdownDoesNotWaitForEver(t *testing.T) {
	t.Parallel()
	begun := make(chan bool)
	s := run(t, edge.Limits{Drain: 50 * time.Millisecond}, func(_ http.ResponseWriter, r *http.Request) {
		close(begun)
		<-r.Context().Done()
	})
	c := s.dial(t)
	fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	<-begun
	s.stop()
	if err := <-s.done; err != nil {
		t.Error(err)
	}
}

func TestTakenAddressIsAnError(t *testing.T) {
	t.Parallel()
	s := run(t, edge.Limits{}, func(http.ResponseWriter, *http.Request) {})
	source, err := cert.Open(cert.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := edge.New(edge.Config{Listen: []string{"127.0.0.1:0", s.addr}, TLS: source, Log: logx.Discard()}); err == nil {
		t.Error("listening on a taken address")
	}
	if _, err := edge.New(edge.Config{TLS: source, Log: logx.Discard()}); err == nil {
		t.Error("listening nowhere")
	}
}

func TestOtherSitesPagesChangeNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		method, header, value string
		status                int
	}{
		"a program":             {"POST", "X-None", "", 200},
		"our own page":          {"POST", "Sec-Fetch-Site", "same-origin", 200},
		"our page, old browser": {"POST", "Origin", "http://heddle.test", 200},
		"through our proxy":     {"POST", "Origin", "https://hpc.example.org", 200},
		"another site":          {"POST", "Sec-Fetch-Site", "cross-site", 403},
		"another, old browser":  {"DELETE", "Origin", "https://evil.example.org", 403},
		"another that reads":    {"GET", "Sec-Fetch-Site", "cross-site", 200},
		"a bearer's program":    {"POST", "Authorization", "Bearer x", 200},
		"a bearer of nothing":   {"POST", "Authorization", "Bearer ", 403},
		"a browser's password":  {"POST", "Authorization", "Basic x", 403},
		"where it may":          {"PUT", "Sec-Fetch-Site", "cross-site", 200},
	} {
		r := httptest.NewRequest(c.method, "http://heddle.test/", nil)
		if c.header == "Authorization" {
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		}
		r.Header.Set(c.header, c.value)
		cfg := edge.Config{
			Origins: []string{"https://hpc.example.org"}, CrossOrigin: func(r *http.Request) bool { return r.Method == "PUT" },
		}
		if got := served(t, cfg, r, func(*http.Request) {}); got != c.status {
			t.Errorf("%s: %d, want %d", name, got, c.status)
		}
	}
}
