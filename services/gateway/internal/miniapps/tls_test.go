package miniapps_test

import (
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
)

// encrypted is a program that is reached over TLS; show changes the key with
// which it shows itself.
func encrypted(t testing.TB, p *program) (show func(tls.Certificate)) {
	t.Helper()
	var shown atomic.Pointer[tls.Certificate]
	s := httptest.NewUnstartedServer(p.Server.Config.Handler)
	s.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { return miniapp.Listening(*shown.Load()), nil }}
	id, pin := identity(t)
	shown.Store(&id)
	s.StartTLS()
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	p.reg.URL, p.reg.Pin = s.URL, pin
	return func(c tls.Certificate) {
		shown.Store(&c)
		s.CloseClientConnections()
	}
}

func identity(t testing.TB) (tls.Certificate, string) {
	t.Helper()
	c, pin, err := miniapp.NewIdentity("test")
	if err != nil {
		t.Fatal(err)
	}
	return c, pin
}

// Between machines nobody reads along, and nobody takes a program's place.
func TestAProgramIsKnownByItsKey(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	r, nc := start(t, ns), ns.Conn(t)
	var asked atomic.Int32
	p := listen(t, "admin", "/x", func(w http.ResponseWriter, q *http.Request) {
		asked.Add(1)
		_, _ = io.WriteString(w, tls.VersionName(q.TLS.Version)+", "+q.Proto)
	})
	show := encrypted(t, p)
	join(t, nc, p, r)
	defer live(t, nc, p)()
	if a := r.request(t, "", "GET", "/x/public", nil); a.StatusCode != 200 || a.body != "TLS 1.3, HTTP/1.1" {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	other, _ := identity(t)
	show(other)
	for _, body := range []string{"", "secret"} {
		a := r.request(t, "demouser", map[string]string{"": "GET", "secret": "POST"}[body], "/x/mine"+map[string]string{"": "/1"}[body], strings.NewReader(body))
		if a.StatusCode != 502 || !strings.Contains(a.body, "app.identity") {
			t.Errorf("in another's hands: %d %s", a.StatusCode, a.body)
		}
	}
	if asked.Load() != 1 {
		t.Error("whoever is there was asked")
	}
	if text := r.log.String(); !strings.Contains(text, "what answers in the place of a program is not it") || !strings.Contains(text, p.reg.URL) {
		t.Errorf("the log says %s", text)
	}
}

// One of two whose place was taken leaves the requests to the other.
func TestAnImpostorIsPassedOver(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	r, nc := start(t, ns), ns.Conn(t)
	one, two := listen(t, "admin", "/x", http.NotFound), listen(t, "admin", "/x", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "two")
	})
	show := encrypted(t, one)
	encrypted(t, two)
	for _, p := range []*program{one, two} {
		join(t, nc, p, r)
		defer live(t, nc, p)()
	}
	other, _ := identity(t)
	show(other)
	for range 6 {
		if a := r.request(t, "demouser", "POST", "/x/mine", strings.NewReader("x")); a.body != "two" {
			t.Errorf("%d %s", a.StatusCode, a.body)
		}
	}
}

func TestPinsThatAreNotTrueAreRefused(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	start(t, ns)
	nc := ns.Conn(t)
	p := listen(t, "admin", "/x", http.NotFound)
	show := encrypted(t, p)
	other, pin := identity(t)
	wrong := p.reg
	wrong.Pin = pin
	if _, err := send(t, nc, wrong); code(err) != "app.identity" {
		t.Errorf("another key's pin: %v", err)
	}
	if _, err := send(t, nc, p.reg); err != nil {
		t.Error(err)
	}
	show(other)
	wrong.Instance = miniapp.NewInstance()
	if _, err := send(t, nc, wrong); err != nil {
		t.Errorf("its own key's pin: %v", err)
	}
	wrong.Pin = strings.ToUpper(pin) + "="
	if _, err := send(t, nc, wrong); code(err) != "app.invalid" {
		t.Errorf("what is no pin: %v", err)
	}
}
