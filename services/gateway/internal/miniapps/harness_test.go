package miniapps_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend/backendtest"
	"github.com/heddle-dev/heddle/services/gateway/internal/browser"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
	"github.com/heddle-dev/heddle/services/gateway/internal/miniapps"
	"github.com/heddle-dev/heddle/services/gateway/internal/session"
	"github.com/heddle-dev/heddle/services/gateway/internal/session/memory"
	"github.com/heddle-dev/heddle/services/gateway/internal/site"
)

// profiles says who may register what: demouser and alice may both be at
// /demo, and each has a place of their own.
type profiles struct{ authapi.Profiles }

func (profiles) Me(ctx context.Context, _ authapi.Empty) (authapi.Account, error) {
	return authapi.Account{PermissionsTotal: map[string][]string{
		"demouser": {"app://join/demo", "app://join/demouser", "app://join/api/v1/mine", "app://join/alice/below", "app://join/stop", "api://.*"},
		"alice":    {"app://join/demo", "app://join/alice"},
	}[who.From(ctx).Name]}, nil
}

// replica is one gateway.
type replica struct {
	*miniapps.Service
	url      string
	log      logs
	browsers *browser.Browsers
}

func start(t testing.TB, ns *natstest.Server) *replica {
	t.Helper()
	return startOn(t, ns.Conn(t))
}

func startOn(t testing.TB, nc *nats.Conn) *replica {
	t.Helper()
	r := &replica{browsers: browser.New(browser.Config{
		Sessions: session.NewKeeper(memory.New(time.Now), standing{}, time.Hour, time.Now),
		Secure:   func(*http.Request) bool { return false }, Now: time.Now,
	})}
	var err error
	r.Service, err = miniapps.New(miniapps.Config{
		Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")}, Hide: []string{"X-Balancer-Cert"},
		URL: func() string { return r.url },
	}, miniapps.Deps{
		NATS: nc, Prover: backendtest.Prover(), Profiles: profiles{}, Browsers: r.browsers,
		URLs:   func(r *http.Request) string { return "http://" + r.Host },
		Renew:  func(http.Header, *http.Request, edge.Proven) {},
		SignIn: func(next string) string { return "/auth/login?next=" + next }, Errors: site.WriteError, Log: logx.New(&r.log, "text", slog.LevelInfo), Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	r.Reserve([]string{"/api/v1/jobs", "/docs", "/SITE/rest/core"})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	srv := httptest.NewServer(r.Around(http.NotFoundHandler()))
	r.url = srv.URL
	t.Cleanup(func() {
		srv.CloseClientConnections()
		srv.Close()
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	select {
	case <-r.Ready():
	case <-time.After(10 * time.Second):
		t.Fatal("the leases are not known")
	}
	return r
}

// logs is what a replica has logged.
type logs struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logs) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

type standing struct{}

func (standing) Check(who.Facts) error { return nil }

var _ edge.Prover = backendtest.Prover()

// program is a mini application without anything that keeps it alive.
type program struct {
	*httptest.Server
	reg miniapp.Registration
}

// listen starts a program that nobody knows yet. It answers with handler, and
// challenges with its key.
func listen(t testing.TB, user, root string, handler http.HandlerFunc) *program {
	t.Helper()
	p := &program{reg: miniapp.Registration{
		Token: miniapp.Secret("token-of-" + user), Instance: miniapp.NewInstance(), Key: miniapp.NewKey(), Program: "test",
		Apps: []miniapp.App{{Name: "test", Root: root, Title: "Test of " + user, Cards: []miniapp.Card{{Title: "Test"}}, Routes: []miniapp.Route{
			{Pattern: "GET /public", Access: "public", Title: "x"}, {Pattern: "GET /mine/{rest...}", Access: "authenticated", Title: "x"},
			{Pattern: "POST /mine", Access: "authenticated", Title: "x"}, {Pattern: "GET /admin", Access: "role:operator", Title: "x"},
		}}},
	}}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == miniapp.ChallengePath {
			miniapp.Answer(w, r, p.reg.Key)
			return
		}
		handler(w, r)
	}))
	p.reg.URL = p.URL
	t.Cleanup(func() { p.CloseClientConnections(); p.Close() })
	return p
}

// join registers a program once, and waits until the replicas know it.
func join(t testing.TB, nc *nats.Conn, p *program, replicas ...*replica) {
	t.Helper()
	if _, err := send(t, nc, p.reg); err != nil {
		t.Fatal(err)
	}
	for _, r := range replicas {
		eventually(t, "known to the replica", func() bool { return r.instances(p.reg.Apps[0].Root) > 0 })
	}
}

// live renews a program's lease until the test ends or stop is called.
func live(t testing.TB, nc *nats.Conn, p *program) (stop func()) {
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		tick := time.NewTicker(500 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				_, _ = natsrpc.Call[miniapp.Registration, miniapp.Lease](natsrpc.NewClient(nc), miniapp.Subject)(ctx, p.reg)
			case <-ctx.Done():
				return
			}
		}
	}()
	return stop
}

func send(t testing.TB, nc *nats.Conn, reg miniapp.Registration) (miniapp.Lease, error) {
	t.Helper()
	ctx := who.With(t.Context(), who.Principal{ID: "u3", Name: "admin", Roles: []string{who.RoleOperator, who.RoleService}}) // whom nobody believes
	return natsrpc.Call[miniapp.Registration, miniapp.Lease](natsrpc.NewClient(nc), miniapp.Subject)(ctx, reg)
}

// instances is how many programs serve a root.
func (r *replica) instances(root string) int {
	for _, a := range r.List() {
		if a.Root == root {
			return a.Instances
		}
	}
	return 0
}

func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	deadline := time.After(15 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("not within 15 s: %s", what)
		}
	}
}

// answer is an answer that was read.
type answer struct {
	*http.Response
	body string
}

// request sends a request as a user; "" is nobody. Headers are "Name: value".
func (r *replica) request(t testing.TB, user, method, path string, body io.Reader, headers ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, r.url+path, body)
	if err != nil {
		t.Fatal(err)
	}
	if user != "" {
		req.SetBasicAuth(user, user)
	}
	for _, h := range headers {
		k, v, _ := strings.Cut(h, ": ")
		req.Header.Add(k, v)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return answer{resp, string(b)}
}
