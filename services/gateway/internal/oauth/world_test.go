package oauth_test

import (
	"context"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend"
	"github.com/heddle-dev/heddle/services/gateway/internal/browser"
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

// agent is a browser without a screen: it keeps cookies, sends forms as they
// are, and follows nothing by itself.
type agent struct {
	w      *world
	http   *http.Client
	header http.Header
}

func (w *world) agent() *agent {
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &agent{w, c, http.Header{"Accept": {"text/html,*/*;q=0.8"}}}
}

// program is a client without cookies that reads JSON.
func (w *world) program() *agent {
	a := w.agent()
	a.http.Jar, a.header = nil, http.Header{"Accept": {"application/json"}}
	return a
}

type page struct {
	*http.Response
	body string
}

func (p page) location() string { return p.Header.Get("Location") }

func (a *agent) send(method, path string, form url.Values, headers ...string) page {
	a.w.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(a.w.t.Context(), method, a.w.server.URL+path, body)
	if err != nil {
		a.w.t.Fatal(err)
	}
	r.Header = a.header.Clone()
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	resp, err := a.http.Do(r)
	if err != nil {
		a.w.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		a.w.t.Fatal(err)
	}
	return page{resp, string(text)}
}

func (a *agent) get(path string, headers ...string) page {
	a.w.t.Helper()
	return a.send("GET", path, nil, headers...)
}

// fields are what a page's (last) form would send, before somebody types.
func (p page) fields() url.Values {
	v := url.Values{}
	for _, m := range regexp.MustCompile(`<input[^>]*>`).FindAllString(p.body, -1) {
		name, value := attribute(m, "name"), attribute(m, "value")
		v.Set(name, value)
	}
	return v
}

func attribute(tag, name string) string {
	m := regexp.MustCompile(` ` + name + `="([^"]*)"`).FindStringSubmatch(tag)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}

func (p page) action() string {
	return attribute(regexp.MustCompile(`<form[^>]*>`).FindString(p.body), "action")
}

// submit sends a page's form with some fields changed.
func (a *agent) submit(p page, pairs ...string) page {
	a.w.t.Helper()
	v := p.fields()
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return a.send("POST", p.action(), v)
}

// signIn goes through the login page.
func (a *agent) signIn(path, name string) page {
	a.w.t.Helper()
	p := a.get(path)
	if p.StatusCode != 200 || !strings.Contains(p.body, "Sign in") {
		a.w.t.Fatalf("no login page: %d %s %s", p.StatusCode, p.location(), p.body)
	}
	return a.submit(p, "username", name, "password", name)
}

// want fails unless the answer is as it should be.
func (p page) want(t *testing.T, status int, parts ...string) page {
	t.Helper()
	all := p.location() + "\n" + p.body
	if p.StatusCode != status {
		t.Fatalf("%s %s: %d, not %d: %s", p.Request.Method, p.Request.URL, p.StatusCode, status, all)
	}
	for _, part := range parts {
		if !strings.Contains(all, part) {
			t.Errorf("%s %s: no %q in %s", p.Request.Method, p.Request.URL, part, all)
		}
	}
	return p
}
