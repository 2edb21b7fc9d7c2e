package gateway_test

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/resttest"
	"github.com/heddle-dev/heddle/pkg/telemetry"
	"github.com/heddle-dev/heddle/services/gateway"
)

// Every route of every container has a text and examples, which run; the
// demo's containers are there, too.
//
// covers: C2-084 C2-091
func TestDocumentation(t *testing.T) {
	t.Parallel()
	h := start(t)
	shutdown, metrics, err := telemetry.Setup(t.Context(), telemetry.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = shutdown(context.Background()) })
	g, err := gateway.New(gateway.Config{Listen: []string{"127.0.0.1:0"}, Issuer: issuer, Demo: true, DataDir: filepath.Join(h.dir, "shown"), Drain: 2 * time.Second},
		gateway.Deps{NATS: h.nats.Conn(t), Log: logx.Discard(), Metrics: metrics})
	if err != nil {
		t.Fatal(err)
	}
	begin(t, g)
	ready(t, g)
	w := newDocumented(t, newClient(t, g, "", ""))
	resttest.RunAll(t, w, w.signIn, w.routes)
	published(t, w)
	helped(t, w)
}

// documented is a gateway as its examples are told: over its own listener.
type documented struct {
	*client
	http.Handler
}

func newDocumented(t *testing.T, c *client) *documented {
	t.Helper()
	at, err := url.Parse(c.base)
	if err != nil {
		t.Fatal(err)
	}
	there := httputil.NewSingleHostReverseProxy(at)
	there.Transport = c.http.Transport
	there.ErrorLog = log.New(io.Discard, "", 0) // a stream that was read far enough is left
	return &documented{c, there}
}

func (d *documented) Route(r *http.Request) (rest.RouteInfo, bool) { return d.gateway.Route(r) }

// signIn makes a request that of who may make it, if nobody else is named; an
// empty header is nobody's.
func (d *documented) signIn(r *http.Request) {
	if given, ok := r.Header["Authorization"]; ok {
		if given[0] == "" {
			r.Header.Del("Authorization")
		}
		return
	}
	route, _ := d.Route(r)
	if slices.Contains(strangers, route.Container) && route.Access != "role:operator" {
		return
	}
	if strings.Contains(route.Container, ".") || route.Access == "role:operator" { // core4's, where everything needs a permission
		r.SetBasicAuth("admin", "hans")
		return
	}
	r.SetBasicAuth("demouser", "test123")
}

// strangers are the doors whose examples begin as nobody, and say who they are
// themselves, as browsers and applications do.
var strangers = []string{"oauth", "dirac-auth", "site", "docs", "ecflow"}

// Dial opens a websocket.
func (d *documented) Dial(r *http.Request) (resttest.Conn, *http.Response, error) {
	header := r.Header.Clone()
	for _, own := range []string{"Connection", "Upgrade"} { // the dialer's to set
		header.Del(own)
	}
	ws, resp, err := websocket.Dial(r.Context(), "ws"+strings.TrimPrefix(d.base, "http")+r.URL.RequestURI(), &websocket.DialOptions{HTTPHeader: header})
	if err != nil {
		return nil, resp, err
	}
	return frames{ws}, resp, nil
}

type frames struct{ ws *websocket.Conn }

func (f frames) Close() { _ = f.ws.CloseNow() }

func (f frames) Write(text string) error {
	return f.ws.Write(context.Background(), websocket.MessageText, []byte(text))
}

func (f frames) Read() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), resttest.Patience)
	defer cancel()
	_, text, err := f.ws.Read(ctx)
	return string(text), err
}
