package gateway_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/auth"
	"github.com/heddle-dev/heddle/services/files"
	"github.com/heddle-dev/heddle/services/gateway"
	"github.com/heddle-dev/heddle/services/jobs"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

const issuer = "https://heddle.test"

// service is what the parts of Heddle have in common.
type service interface {
	Run(context.Context) error
	Ready() <-chan struct{}
}

// begin runs a service until the test ends or stop is called.
func begin(t *testing.T, s service) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("%T ended with %v", s, err)
		}
	})
	t.Cleanup(stop)
	return stop
}

func ready(t *testing.T, services ...service) {
	t.Helper()
	for _, s := range services {
		select {
		case <-s.Ready():
		case <-time.After(20 * time.Second):
			t.Fatalf("%T is not ready after 20 s", s)
		}
	}
}

// heddle is all of Heddle on a real broker.
type heddle struct {
	*client
	nats *natstest.Server
	dir  string
	stop func() // of the gateway
}

func start(t *testing.T) *heddle {
	t.Helper()
	h := &heddle{nats: natstest.Start(t), dir: t.TempDir()}
	conn := func() *nats.Conn { return h.nats.Conn(t) }
	log := logx.Discard()
	a := auth.New(auth.Config{Issuer: issuer, DataDir: h.dir, Demo: true}, auth.Deps{NATS: conn(), Log: log})
	f := files.New(files.Config{DataDir: h.dir}, files.Deps{NATS: conn(), Log: log})
	j := jobs.New(jobs.Config{DataDir: h.dir}, jobs.Deps{NATS: conn(), Log: log})
	r := jobs.NewRunner(jobs.RunnerConfig{Site: "DEMO-SITE", Data: h.dir, Slots: 4}, jobs.RunnerDeps{NATS: conn(), Log: log})
	for _, s := range []service{a, f, j, r} {
		begin(t, s)
	}
	h.gateway(t)
	ready(t, a, f, j, r)
	return h
}

// gateway starts a gateway; one that ran before is stopped first.
func (h *heddle) gateway(t *testing.T) {
	t.Helper()
	if h.stop != nil {
		h.stop()
	}
	g := newGateway(t, filepath.Join(h.dir, "gateway"), h.nats.Conn(t))
	h.stop = begin(t, g)
	ready(t, g)
	h.client = newClient(t, g, "demouser", "test123")
}

func newGateway(t *testing.T, dir string, nc *nats.Conn) *gateway.Service {
	t.Helper()
	g, err := gateway.New(gateway.Config{Listen: []string{"127.0.0.1:0"}, Issuer: issuer, DataDir: dir, Drain: 2 * time.Second},
		gateway.Deps{NATS: nc, Log: logx.Discard()})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// client is one user of the gateway.
type client struct {
	t              *testing.T
	http           *http.Client
	base           string // http://127.0.0.1:port
	name, password string
	routes         []rest.RouteInfo
	gateway        *gateway.Service
}

func newClient(t *testing.T, g *gateway.Service, name, password string) *client {
	t.Helper()
	pem, err := os.ReadFile(g.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	t.Cleanup(tr.CloseIdleConnections)
	return &client{t, &http.Client{Transport: tr, Timeout: time.Minute}, "http://" + g.Addrs()[0], name, password, g.Routes(), g}
}

// as is another user.
func (c *client) as(name, password string) *client {
	other := *c
	other.name, other.password = name, password
	return &other
}

// answer is an answer that was read.
type answer struct {
	*http.Response
	body string
}

// send makes a request; headers are "Name: value". An empty value removes
// what is sent otherwise.
func (c *client) send(method, path, body string, headers ...string) answer {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if c.name != "" {
		r.SetBasicAuth(c.name, c.password)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	return c.do(r)
}

func (c *client) do(r *http.Request) answer {
	c.t.Helper()
	resp, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	if _, err := io.Copy(&b, resp.Body); err != nil {
		c.t.Fatal(err)
	}
	return answer{resp, b.String()}
}

// ok sends and wants a 2xx, whose JSON it reads into out.
func (c *client) ok(out any, method, path, body string, headers ...string) answer {
	c.t.Helper()
	a := c.send(method, path, body, headers...)
	if a.StatusCode/100 != 2 {
		c.t.Fatalf("%s %s: %d %s", method, path, a.StatusCode, a.body)
	}
	if out != nil {
		if err := json.Unmarshal([]byte(a.body), out); err != nil {
			c.t.Fatalf("%s %s: %v in %s", method, path, err, a.body)
		}
	}
	return a
}

func (c *client) submit(spec string, headers ...string) jobsapi.Job {
	c.t.Helper()
	var j jobsapi.Job
	c.ok(&j, "POST", "/api/v1/jobs", spec, headers...)
	return j
}

// ended waits for the job's end.
func (c *client) ended(id string) jobsapi.Job {
	c.t.Helper()
	var j jobsapi.Job
	c.ok(&j, "GET", "/api/v1/jobs/"+id+"?wait=30s&until=end", "")
	if j.Ended.IsZero() {
		c.t.Fatalf("after 30 s the job is %s", j.State)
	}
	return j
}
