package oauth_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend"
	"github.com/heddle-dev/heddle/services/gateway/internal/browser"
	"github.com/heddle-dev/heddle/services/gateway/internal/browser/browsertest"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
	"github.com/heddle-dev/heddle/services/gateway/internal/oauth"
	"github.com/heddle-dev/heddle/services/gateway/internal/session"
	"github.com/heddle-dev/heddle/services/gateway/internal/session/memory"
)

func clock() time.Time { return time.Date(2026, 11, 21, 15, 0, 0, 0, time.UTC) }

// world is the doors over a protocol that does as it is told.
type world struct {
	t        *testing.T
	protocol *protocol
	people   *people
	upstream *elsewhere
	things   *belongings
	register *register
	now      time.Time
	peer     authapi.Peer
	server   *httptest.Server
	sessions *session.Keeper
}

func build(t *testing.T, change ...func(*oauth.Deps)) *world {
	t.Helper()
	w := &world{
		t: t, protocol: &protocol{pending: map[string]authapi.Pending{}, refuse: map[string]error{}}, people: &people{},
		upstream: &elsewhere{}, things: &belongings{}, register: &register{}, now: clock(), peer: authapi.Peer{Address: "192.0.2.7"},
	}
	now := func() time.Time { return w.now }
	w.protocol.made = now
	w.sessions = session.NewKeeper(memory.New(now), stands{}, 0, now)
	deps := oauth.Deps{
		Backend: backend.Backend{
			OAuth: w.protocol, Credentials: w.people, Federation: w.upstream, Grants: w.things, APIKeys: w.things,
			Profiles: w.things, Admin: w.register, Auth: keys{},
		},
		Prover:   prover{},
		Browsers: browser.New(browser.Config{Sessions: w.sessions, Secure: func(r *http.Request) bool { return r.Header.Get("X-Tls") != "" }, Now: now}),
		URLs:     func(r *http.Request) string { return "http://" + r.Host + r.Header.Get("X-Prefix") },
		Issuer:   "https://heddle.example", Now: now,
	}
	for _, f := range change {
		f(&deps)
	}
	containers := append(oauth.Containers(deps), rest.Container{Name: "site", Routes: oauth.WellKnown(deps)})
	s, err := rest.NewServer(logx.Discard(), containers...)
	if err != nil {
		t.Fatal(err)
	}
	w.server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		ctx := edge.With(edge.WithPeer(r.Context(), w.peer), edge.Proven{})
		s.ServeHTTP(rw, r.WithContext(ctx))
	}))
	t.Cleanup(w.server.Close)
	return w
}

// certificate gives all connections one.
func (w *world) certificate(name string) {
	w.peer.Certificate = &authapi.Certificate{DN: name, Trusted: true, Expires: w.now.Add(time.Hour)}
}

// stands is where nothing is revoked.
type stands struct{}

func (stands) Check(who.Facts) error { return nil }

type keys struct{ authapi.Service }

func (keys) Keys(context.Context, authapi.Empty) (authapi.Keys, error) {
	return authapi.Keys(`{"keys":[]}`), nil
}

// agent is a browser that can sign in.
type agent struct{ *browsertest.Agent }

func (w *world) agent() *agent { return &agent{browsertest.New(w.t, w.server.URL, nil)} }

// program is a client without cookies that reads JSON.
func (w *world) program() *agent { return &agent{browsertest.Program(w.t, w.server.URL, nil)} }

// signIn goes through the login page.
func (a *agent) signIn(path, name string) browsertest.Page {
	a.T.Helper()
	p := a.Get(path)
	if p.StatusCode != 200 || !strings.Contains(p.Body, "Sign in") {
		a.T.Fatalf("no login page: %d %s %s", p.StatusCode, p.Location(), p.Body)
	}
	return a.Submit(p, "username", name, "password", name)
}
