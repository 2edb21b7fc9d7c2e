package outbound

import (
	"context"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func client(t *testing.T, c Config) *http.Client {
	t.Helper()
	hc, err := NewClient(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(hc.CloseIdleConnections)
	return hc
}

func serve(t *testing.T, f http.HandlerFunc) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(f)
	t.Cleanup(srv.Close)
	return srv
}

func get(t *testing.T, c *http.Client, url string, header ...string) (*http.Response, string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := c.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res, string(b), err
}

func hello(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }

func TestPrivateAddressesAreRefusedUnlessAllowed(t *testing.T) {
	t.Parallel()
	srv := serve(t, hello)
	at := srv.Listener.Addr().String()
	_, port, _ := net.SplitHostPort(at)
	_, _, err := get(t, client(t, Config{}), srv.URL+"/?key=secret")
	if r := Refused(err); r == nil || r.Kind != "loopback" || r.Host != "127.0.0.1" || !strings.Contains(r.Error(), "HEDDLE_OUTBOUND_ALLOW") {
		t.Errorf("by default: %v", err)
	}
	if text := Reason(err).Error(); strings.Contains(text, "secret") {
		t.Errorf("tells the query: %s", text)
	}
	named := "http://localhost:" + port
	for _, c := range []struct {
		allow, url string
		well       bool
	}{
		{"127.0.0.0/8", srv.URL, true}, {"127.0.0.1", srv.URL, true}, {at, srv.URL, true}, {"::ffff:127.0.0.1", srv.URL, true},
		{"127.0.0.1", "http://[::ffff:127.0.0.1]:" + port, true},
		{"localhost", named, true}, {"LOCALHOST.:" + port, named, true}, {"127.0.0.0/8", named, true},
		{"localhost", srv.URL, false}, {"127.0.0.1:1", srv.URL, false}, {"10.0.0.0/8", srv.URL, false}, {"localhost:1", named, false},
	} {
		_, body, err := get(t, client(t, Config{Allow: []string{c.allow}}), c.url)
		if well := err == nil && body == "hello"; well != c.well || !well && Refused(err) == nil {
			t.Errorf("%s with %q allowed: %v", c.url, c.allow, err)
		}
	}
}

func TestWhatIsNoPlaceIsNoConfiguration(t *testing.T) {
	t.Parallel()
	for _, allow := range []string{"", "http://x", "10.0.0.0/33", "a b", "*", "host:http", "host:0", "300.1.1.1", "1.2.3", "user@host", "[::1"} {
		if err := (Config{Allow: []string{allow}}).Validate(); err == nil || !strings.Contains(err.Error(), "outbound-allow") {
			t.Errorf("%q: %v", allow, err)
		}
	}
	if err := (Config{Allow: []string{"10.0.0.0/8", "::1", "[::1]:80", "fd00::/8", "data.site", "data.site:8080"}}).Validate(); err != nil {
		t.Error(err)
	}
	for _, c := range []Config{{CAFile: "/does/not/exist"}, {CAFile: "address_test.go"}, {IdleTimeout: -1}} {
		if c.Validate() == nil {
			t.Errorf("%+v is valid", c)
		}
	}
}

// names is a name server that knows one address for every name.
func names(t *testing.T, addr [4]byte) *net.Resolver {
	t.Helper()
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { udp.Close() })
	go func() {
		for b := make([]byte, 512); ; {
			n, from, err := udp.ReadFrom(b)
			if err != nil {
				return
			}
			_, _ = udp.WriteTo(answer(b[:n], addr), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", udp.LocalAddr().String())
	}}
}

// answer answers a question for A records, and no other.
func answer(question []byte, addr [4]byte) []byte {
	end := 12
	for question[end] != 0 {
		end += int(question[end]) + 1
	}
	a := append([]byte(nil), question[:end+5]...)
	a[2], a[3] = 0x81, 0x80
	a[11] = 0 // no additional records
	if question[end+2] == 1 {
		a[7] = 1
		a = append(a, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, addr[0], addr[1], addr[2], addr[3])
	}
	return a
}

// TestNameThatLeadsInside: what counts is the address that a name server gives
// for this very connection.
func TestNameThatLeadsInside(t *testing.T) {
	t.Parallel()
	srv := serve(t, hello)
	_, port, _ := net.SplitHostPort(srv.Listener.Addr().String())
	target := "http://innocent.example.:" + port + "/"
	_, _, err := get(t, client(t, Config{Resolver: names(t, [4]byte{127, 0, 0, 1})}), target)
	if r := Refused(err); r == nil || r.Kind != "loopback" || r.Host != "innocent.example." {
		t.Errorf("got %v", err)
	}
	_, _, err = get(t, client(t, Config{Resolver: names(t, [4]byte{169, 254, 169, 254})}), target)
	if r := Refused(err); r == nil || r.Kind != "link-local" || strings.Contains(r.Error(), "169.254") {
		t.Errorf("got %v", err)
	}
	_, body, err := get(t, client(t, Config{Resolver: names(t, [4]byte{127, 0, 0, 1}), Allow: []string{"innocent.example"}}), target)
	if err != nil || body != "hello" {
		t.Errorf("the name is allowed: %v", err)
	}
}

func TestRedirectIsJudgedAnew(t *testing.T) {
	t.Parallel()
	inside := serve(t, hello)
	outside := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, inside.URL, http.StatusFound) })
	_, _, err := get(t, client(t, Config{Allow: []string{outside.Listener.Addr().String()}}), outside.URL)
	if r := Refused(err); r == nil {
		t.Errorf("got %v", err)
	}
}

func TestRedirectsAreBounded(t *testing.T) {
	t.Parallel()
	for _, to := range []string{"/", "ftp://127.0.0.1/", "file:///etc/passwd"} {
		srv := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) })
		if _, _, err := get(t, client(t, Config{Allow: []string{"127.0.0.1"}}), srv.URL); err == nil {
			t.Errorf("followed to %s", to)
		}
	}
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) })
	res, _, err := get(t, client(t, Config{Allow: []string{"127.0.0.1"}, MaxRedirects: -1}), srv.URL)
	if err != nil || res.StatusCode != http.StatusFound {
		t.Errorf("none to be followed: %v", err)
	}
}

func TestCredentialsStayWithTheirServer(t *testing.T) {
	t.Parallel()
	var seen []string
	var next string
	note := func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.URL.Path+" "+r.Header.Get("Authorization")+" "+r.Header.Get("Cookie")+r.Header.Get("Referer"))
		switch r.URL.Path {
		case "/here":
			http.Redirect(w, r, "/there?key=secret", http.StatusFound)
		case "/there":
			http.Redirect(w, r, next+"/other", http.StatusTemporaryRedirect)
		case "/other":
			http.Redirect(w, r, "http://"+r.Header.Get("X-Home")+"/back", http.StatusFound)
		}
	}
	first, second := serve(t, note), serve(t, note)
	next = second.URL
	home := first.Listener.Addr().String()
	_, _, err := get(t, client(t, Config{Allow: []string{"127.0.0.1"}}), first.URL+"/here",
		"Authorization", "Bearer secret", "Cookie", "secret", "X-Home", home)
	want := "/here Bearer secret secret|/there Bearer secret secret|/other  |/back  "
	if got := strings.Join(seen, "|"); err != nil || got != want {
		t.Errorf("seen %q, %v", got, err)
	}
}

func TestServersThatCountAsTheSame(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"http://h/", "http://h:80/x", true}, {"http://h/", "https://h/", true}, {"https://h:443", "https://h/", true},
		{"https://h/", "http://h/", false}, {"http://h:8080/", "https://h/", false}, {"http://h/", "http://h:81/", false},
		{"https://h/", "https://sub.h/", false}, {"https://sub.h/", "https://h/", false}, {"https://h/", "https://h:444/", false},
	} {
		a, _ := url.Parse(c.a)
		b, _ := url.Parse(c.b)
		if same(a, b) != c.same {
			t.Errorf("%s and %s", c.a, c.b)
		}
	}
}

// TestPutIsNeverTurnedIntoAGet: a client that did would take the answer to the
// GET for success.
func TestPutIsNeverTurnedIntoAGet(t *testing.T) {
	t.Parallel()
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			http.Redirect(w, r, "/", http.StatusSeeOther)
		}
	})
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPut, srv.URL, strings.NewReader("x"))
	res, err := client(t, Config{Allow: []string{"127.0.0.1"}}).Do(req)
	if err != nil || res.StatusCode != http.StatusSeeOther {
		t.Fatalf("%v, %v", res, err)
	}
	res.Body.Close()
}

func TestStallsEnd(t *testing.T) {
	t.Parallel()
	c := client(t, Config{Allow: []string{"127.0.0.1"}, IdleTimeout: 50 * time.Millisecond, HeaderTimeout: 50 * time.Millisecond})
	half := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "half")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	if _, body, err := get(t, c, half.URL); !errors.Is(err, ErrStalled) || body != "half" {
		t.Errorf("an answer that stops: %q, %v", body, err)
	}
	silent := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	var slow net.Error
	if _, _, err := get(t, c, silent.URL); !errors.As(err, &slow) || !slow.Timeout() {
		t.Errorf("no answer: %v", err)
	}
	done := make(chan struct{})
	deaf := serve(t, func(http.ResponseWriter, *http.Request) { <-done })
	t.Cleanup(func() { close(done) })
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPut, deaf.URL, endless{})
	if _, err := c.Do(req); !errors.Is(err, ErrStalled) {
		t.Errorf("a body that is not taken: %v", err)
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

// TestSlowReaderIsNoStall: the clock stands still while nobody reads.
func TestSlowReaderIsNoStall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ctx context.Context
		p := &patient{idle: time.Minute, next: trip(func(r *http.Request) (*http.Response, error) {
			ctx = r.Context()
			return &http.Response{Body: io.NopCloser(strings.NewReader("all of it"))}, nil
		})}
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://h/", nil)
		res, err := p.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if b, err := io.ReadAll(res.Body); err != nil || string(b) != "all of it" || ctx.Err() != nil {
			t.Errorf("%q, %v", b, err)
		}
		time.Sleep(time.Hour)
		res.Body.Close()
		if cause := context.Cause(ctx); errors.Is(cause, ErrStalled) {
			t.Error("the clock ran on")
		}
	})
}

type trip func(*http.Request) (*http.Response, error)

func (f trip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestCertificatesAreChecked(t *testing.T) {
	t.Parallel()
	srv := httptest.NewUnstartedServer(http.HandlerFunc(hello))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	if _, _, err := get(t, client(t, Config{Allow: []string{"127.0.0.1"}}), srv.URL); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("an unknown authority: %v", err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})
	if err := os.WriteFile(file, ca, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, body, err := get(t, client(t, Config{Allow: []string{"127.0.0.1"}, CAFile: file}), srv.URL); err != nil || body != "hello" {
		t.Errorf("one that is configured: %v", err)
	}
}

func TestProxiesOfTheEnvironmentAreNotUsed(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	tr := client(t, Config{}).Transport.(*patient).next.(*http.Transport)
	if tr.Proxy != nil {
		t.Error("a proxy is asked for")
	}
}

func TestShownHoldsNoSecret(t *testing.T) {
	t.Parallel()
	u, _ := url.Parse("https://user:pw@host:8443/a%2Fb/c?key=secret#f")
	if got := Shown(u); got != "https://host:8443/a%2Fb/c" {
		t.Errorf("got %s", got)
	}
}

// TestWaitingForAConnectionIsNoStall: a body is not begun before there is one.
func TestWaitingForAConnectionIsNoStall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &patient{idle: time.Minute, next: trip(func(r *http.Request) (*http.Response, error) {
			time.Sleep(time.Hour)
			if err := r.Context().Err(); err != nil {
				return nil, err
			}
			_, err := io.Copy(io.Discard, r.Body)
			return &http.Response{Body: http.NoBody}, err
		})}
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://h/", strings.NewReader("x"))
		res, err := p.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
	})
}
