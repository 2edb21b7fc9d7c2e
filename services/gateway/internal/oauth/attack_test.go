package oauth_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/page"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/browser/browsertest"
	"github.com/heddle-dev/heddle/services/gateway/internal/oauth"
	"github.com/heddle-dev/heddle/services/gateway/internal/session"
)

// Nobody decides for a person from another page: every form carries what only
// its own browser can make, for this form and this request.
func TestForgedAnswers(t *testing.T) {
	t.Parallel()
	w := build(t)
	victim, attacker := w.agent(), w.agent()
	consent := victim.Get(victim.signIn(victim.Get(ask).Location(), "demouser").Location())
	theirs := attacker.Get(attacker.signIn(attacker.Get(ask).Location(), "alice").Location())
	account, device := victim.Get("/auth/account"), victim.Get("/auth/device?user_code=BCDF-GHJK")
	tokens := map[string]string{
		"none": "", "nonsense": "x", "another person's": theirs.Fields().Get("csrf"),
		"another form's": account.Fields().Get("csrf"), "a device's": device.Fields().Get("csrf"),
	}
	for name, token := range tokens {
		victim.Send("POST", "/auth/consent", values("r", "req1", "csrf", token, "grant", "Grant")).Want(t, 403, "did not come from this page")
		if token != tokens["a device's"] {
			victim.Send("POST", "/auth/device/decide", values("user_code", "BCDF-GHJK", "csrf", token, "grant", "Grant")).Want(t, 403)
		}
		if token != tokens["another form's"] {
			victim.Send("POST", "/auth/account", values("csrf", token, "do", "sign-out")).Want(t, 403)
		}
		if len(w.protocol.decided) > 0 || len(w.things.out) > 0 {
			t.Fatalf("%s: it was taken", name)
		}
	}
	w.protocol.pending["req2"] = w.protocol.pending["req1"]
	victim.Send("POST", "/auth/consent", values("r", "req2", "csrf", consent.Fields().Get("csrf"), "grant", "Grant")).Want(t, 403)
	victim.Send("POST", "/auth/consent", values("r", "req1", "csrf", consent.Fields().Get("csrf"), "grant", "Grant", "csrf", "x")).Want(t, 403)
	w.agent().Send("POST", "/auth/consent?r=req1", values("r", "req1", "grant", "Grant")).Want(t, 303, "/auth/login?r=req1")
	w.program().Send("POST", "/auth/consent?r=req1", values("r", "req1", "grant", "Grant")).Want(t, 401, "unauthorized")
	victim.Get("/auth/consent?r=req1&grant=Grant&csrf="+consent.Fields().Get("csrf")).Want(t, 200)
	if len(w.protocol.decided) > 0 {
		t.Fatal("a GET decided")
	}
	victim.Submit(consent, "grant", "Grant").Want(t, 303)
}

// A login form is sent by the browser that asked for it: nobody is signed in
// as somebody else without noticing.
func TestForgedLogin(t *testing.T) {
	t.Parallel()
	w := build(t)
	attacker, victim := w.agent(), w.agent()
	asks := attacker.Get("/auth/login")
	victim.Submit(asks, "username", "alice", "password", "alice").Want(t, 403, "keeps no cookies")
	victim.Get("/auth/account").Want(t, 303, "/auth/login")
	victim.Get("/auth/login")
	victim.Submit(asks, "username", "alice", "password", "alice").Want(t, 403)
	if len(w.people.logins) != 0 {
		t.Errorf("passwords were tried: %v", w.people.logins)
	}
	w.protocol.pending["req1"] = authapi.Pending{ID: "req1"}
	other := attacker.Get("/auth/login?to=device")
	attacker.Submit(other, "to", "", "r", "req1", "username", "alice", "password", "alice").Want(t, 403)
}

// A login leads back to pages of programs that have joined, and nowhere else,
// whatever an address looks like.
func TestALoginLeadsBackToProgramsOnly(t *testing.T) {
	t.Parallel()
	w := build(t, func(d *oauth.Deps) {
		d.Pages = func(path string) bool { return strings.HasPrefix(path, "/greeter") }
	})
	for next, want := range map[string]string{
		"/greeter": "/greeter", "/greeter/a%20b?x=1&y=%26": "/greeter/a%20b?x=1&y=%26",
		"/other": "/auth/account", "//greeter": "/auth/account", "https://evil.example/greeter": "/auth/account", "greeter": "/auth/account",
		"/greeter/../auth/logout": "/auth/account", "/greeter/%2e%2E/auth/logout": "/auth/account", `/greeter/..\auth/logout`: "/auth/account",
		"/greeter\r\nSet-Cookie: a=b": "/auth/account", "/greeter\t/x": "/auth/account", "/greeter/ä": "/auth/account", "/greeter#x": "/auth/account",
		`/\evil.example/greeter`: "/auth/account", "/greeter/" + strings.Repeat("a", 2000): "/auth/account", "": "/auth/account",
	} {
		a := w.agent()
		to := a.signIn(oauth.LoginFor(next), "demouser").Location()
		if to != want {
			t.Errorf("%q leads to %q", next, to)
		}
		if again := a.Get(oauth.LoginFor(next)).Want(t, 303).Location(); again != want { // who is signed in is led on at once
			t.Errorf("%q leads to %q the second time", next, again)
		}
	}
	a := w.agent()
	asks := a.Get(oauth.LoginFor("/greeter/x"))
	a.Submit(asks, "next", "/greeter/other", "username", "alice", "password", "alice").Want(t, 403)
}

// By way of another provider, too.
func TestALoginElsewhereLeadsBack(t *testing.T) {
	t.Parallel()
	w := build(t, func(d *oauth.Deps) { d.Pages = func(string) bool { return true } })
	a := w.agent()
	a.Get(oauth.LoginFor("/greeter/x?y=1")).Want(t, 200, "/auth/login/uni?next=%2Fgreeter%2Fx%3Fy%3D1")
	a.Get("/auth/login/uni?next=%2Fgreeter%2Fx%3Fy%3D1").Want(t, 303)
	if to := a.Get("/auth/redirect?state=s1&code=c").Want(t, 303).Location(); to != "/greeter/x?y=1" {
		t.Error(to)
	}
}

// Every login begins a new session, whatever the browser came with.
func TestSessionFixation(t *testing.T) {
	t.Parallel()
	w := build(t)
	here, _ := url.Parse(w.server.URL)
	value := func(a *agent) string {
		for _, c := range a.HTTP.Jar.Cookies(here) {
			if c.Name == "heddle" {
				return c.Value
			}
		}
		return ""
	}
	mine := w.agent()
	mine.signIn("/auth/login", "alice")
	planted := value(mine)
	victim := w.agent()
	victim.HTTP.Jar.SetCookies(here, []*http.Cookie{{Name: "heddle", Value: planted, Path: "/"}})
	victim.Get("/auth/login?r=none").Want(t, 400)
	w.protocol.pending["req1"] = authapi.Pending{ID: "req1"}
	asks := victim.Get("/auth/login?r=req1")
	victim.Submit(asks, "username", "demouser", "password", "demouser").Want(t, 303)
	if now := value(victim); now == planted || now == "" {
		t.Errorf("the session is the planted one: %q", now)
	}
	mine.Get("/auth/account").Want(t, 303, "/auth/login")
	victim.Get("/auth/account").Want(t, 200, "demouser")
	made := w.agent()
	made.HTTP.Jar.SetCookies(here, []*http.Cookie{{Name: "heddle", Value: "made-up-by-me", Path: "/"}})
	made.Get("/auth/account").Want(t, 303)
}

// A program's session is no person's: its id in a cookie opens no page.
func TestProgramsSessionIsNoCookie(t *testing.T) {
	t.Parallel()
	w := build(t)
	here, _ := url.Parse(w.server.URL)
	for _, p := range []who.Principal{
		{ID: "u1", Name: "demouser", Method: who.MethodToken},
		{ID: "u1", Name: "demouser", Method: who.MethodPassword},
		{ID: "u1", Name: "demouser", Method: who.MethodPassword, Credential: "session/browser", Client: "c1"},
		{ID: "u1", Name: "demouser", Method: who.MethodPassword, Credential: "session/browser", Scopes: []string{"api"}},
	} {
		ticket, err := w.sessions.Begin(t.Context(), authapi.Resolved{Principal: p, Facts: who.Facts{User: p.ID}})
		if err != nil {
			t.Fatal(err)
		}
		a := w.agent()
		a.HTTP.Jar.SetCookies(here, []*http.Cookie{{Name: "heddle", Value: ticket.ID, Path: "/"}})
		a.Get("/auth/account").Want(t, 303, "/auth/login")
	}
	a := w.agent()
	a.signIn("/auth/login", "demouser")
	a.Get("/auth/account", "Cookie: heddle=x").Want(t, 303) // two of one name: whose is it?
}

// Cookies are for this server alone, and over TLS nobody else can set them.
func TestCookies(t *testing.T) {
	t.Parallel()
	w := build(t)
	a := w.agent()
	p := a.Get("/auth/login")
	if got := p.Header.Get("Set-Cookie"); !strings.HasPrefix(got, "heddle-visitor=") || !strings.HasSuffix(got, "; Path=/; HttpOnly; SameSite=Lax") {
		t.Error(got)
	}
	secure := w.agent()
	secure.HTTP.Jar = nil
	q := secure.Get("/auth/login", "X-Tls: 1")
	got := q.Header.Get("Set-Cookie")
	if !strings.HasPrefix(got, "__Host-heddle-visitor=") || !strings.Contains(got, "; Secure") || strings.Contains(got, "Domain") {
		t.Error(got)
	}
	visitor, _, _ := strings.Cut(got, ";")
	r := secure.Send("POST", "/auth/login", values("csrf", q.Fields().Get("csrf"), "username", "demouser", "password", "demouser"),
		"X-Tls: 1", "Cookie: "+visitor).Want(t, 303)
	all := strings.Join(r.Header.Values("Set-Cookie"), "\n")
	if !strings.Contains(all, "__Host-heddle=") || !strings.Contains(all, "__Host-heddle-visitor=; Path=/; Max-Age=0") {
		t.Error(all)
	}
	name, _, _ := strings.Cut(r.Header.Values("Set-Cookie")[0], ";")
	_, id, _ := strings.Cut(name, "=")
	if len(id) != len(session.NewID()) {
		t.Errorf("an id of %d characters", len(id))
	}
	secure.Get("/auth/account", "Cookie: heddle="+id, "X-Tls: 1").Want(t, 303)
	secure.Get("/auth/account", "Cookie: __Host-heddle="+id, "X-Tls: 1").Want(t, 200)
}

// A login leads to one of its places, and to no address that somebody wrote.
func TestNoOpenRedirect(t *testing.T) {
	t.Parallel()
	w := build(t)
	w.protocol.pending["//evil.example"] = authapi.Pending{ID: "//evil.example"}
	for _, q := range []string{
		"to=https://evil.example", "to=//evil.example", "next=https://evil.example", "r=//evil.example", "return_to=/%0d%0aX:y",
		"to=device&user_code=//evil.example", "to=device&user_code=%0d%0aSet-Cookie:%20x=y", "redirect_uri=https://evil.example",
	} {
		a := w.agent()
		p := a.signIn("/auth/login?"+q, "demouser").Want(t, 303)
		if !strings.HasPrefix(p.Location(), "/auth/") || strings.ContainsAny(p.Location(), "\r\n") || len(p.Header.Values("X")) > 0 {
			t.Errorf("%s leads to %q", q, p.Location())
		}
	}
	a := w.agent()
	a.Get("/auth/login/uni?r=//evil.example")
	if p := a.Get("/auth/redirect?state=s1").Want(t, 303); !strings.HasPrefix(p.Location(), "/auth/consent?r=%2F%2Fevil.example") {
		t.Error(p.Location())
	}
	host := w.agent().Get(ask, "X-Prefix: /heddle").Want(t, 303)
	if host.Location() != "/heddle/auth/login?r=req1" {
		t.Error(host.Location())
	}
}

// Pages run nothing, load nothing, are framed by nobody, and lead only to
// where the client's answer goes.
func TestPolicies(t *testing.T) {
	t.Parallel()
	w := build(t)
	a := w.agent()
	check := func(p browsertest.Page, action string) {
		t.Helper()
		want := page.Policy{}.String() + action
		if got := p.Header.Get("Content-Security-Policy"); got != want {
			t.Errorf("%s: %s", p.Request.URL, got)
		}
		for name, value := range map[string]string{
			"X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
		} {
			if p.Header.Get(name) != value {
				t.Errorf("%s: %s is %q", p.Request.URL, name, p.Header.Get(name))
			}
		}
		if strings.Contains(p.Body, "<script") || strings.Contains(p.Body, "style=") {
			t.Errorf("%s: %s", p.Request.URL, p.Body)
		}
	}
	check(a.Get(a.Get(ask).Location()), " "+target)
	consent := a.Get(a.signIn("/auth/login?r=req1", "demouser").Location())
	check(consent, " "+target)
	check(a.Get("/auth/account"), "")
	check(a.Get("/auth/device"), "")
	check(a.Get("/auth/device?user_code=BCDF-GHJK"), "")
	check(a.Get("/auth/consent?r=gone"), "")
	check(a.Get("/auth/logout"), "")
	for redirect, source := range map[string]string{
		"http://127.0.0.1:8400":                " http://127.0.0.1:8400",
		"http://[::1]:8400":                    " http:",
		"org.example.app:":                     " org.example.app:",
		"https://x.example; script-src *":      " https://x.example",
		"https://x.example\r\nSet-Cookie: a=b": " https://x.example",
		"'unsafe-inline'":                      "",
		"":                                     "",
	} {
		p := w.protocol.pending["req1"]
		p.FormTarget = redirect
		w.protocol.pending["req1"] = p
		check(a.Get("/auth/consent?r=req1"), source)
	}
}

// Parameters arrive as they were sent; what cannot be read is refused in the
// protocol's form.
//
// covers: D1-019
func TestParameters(t *testing.T) {
	t.Parallel()
	w := build(t)
	c := w.program()
	c.Send("POST", "/auth/token", values("grant_type", "x", "grant_type", "y")).Want(t, 200)
	if got := w.protocol.exchanged[0].Params["grant_type"]; len(got) != 2 {
		t.Errorf("of a repeated parameter %v was passed on", got)
	}
	c.Send("POST", "/auth/token?client_secret=s&grant_type=g", values("a", "b")).Want(t, 200)
	if p := w.protocol.exchanged[1].Params; p.Has("client_secret") || p.Has("grant_type") || p.Get("a") != "b" {
		t.Errorf("from the address: %v", p)
	}
	c.Send("POST", "/oauth2/token?grant_type=g", values("grant_type", "h")).Want(t, 200)
	if got := w.protocol.exchanged[2].Params["grant_type"]; len(got) != 2 {
		t.Errorf("one in the address and one in the body are %v", got)
	}
	many := values()
	for range 101 {
		many.Add("a", "b")
	}
	c.Send("POST", "/auth/token", many).Want(t, 400, "invalid_request", "100 parameters")
	c.Send("POST", "/auth/token", values("a", strings.Repeat("x", 65<<10))).Want(t, 413, "invalid_request")
	c.Get("/auth/authorize?a=%zz").Want(t, 400, "invalid_request")
	for _, kind := range []string{"application/json", "text/plain", "multipart/form-data; boundary=x", ""} {
		c.Send("POST", "/auth/token", values("grant_type", "x"), "Content-Type: "+kind).Want(t, 400, "invalid_request", "x-www-form-urlencoded")
	}
	c.Send("POST", "/auth/token", values("a", "b"), "Content-Type: application/x-www-form-urlencoded; charset=UTF-8").Want(t, 200)
	c.Send("POST", "/auth/token", nil).Want(t, 200) // and the protocol says what is missing
	if p := c.Get("/auth/token").Want(t, 405, `"error":"invalid_request"`, `"status":405`); !strings.Contains(p.Header.Get("Allow"), "POST") {
		t.Errorf("%v", p.Header)
	}
	c.Send("PUT", "/oauth2/token", nil).Want(t, 405)
	c.Get("/oauth2/nothing").Want(t, 404, `"error":"not_found"`, `"status":404`)
	c.Get("/auth/nothing/at/all").Want(t, 404, `"status":404`)
	for _, path := range []string{"/auth/token/", "/oauth2/token/", "/auth/revoke/"} {
		c.Send("POST", path, values("grant_type", "x")).Want(t, 200)
	}
}

// Clients prove themselves in one way, and learn of a mistake by the way they
// tried.
func TestClientsCredentials(t *testing.T) {
	t.Parallel()
	w := build(t)
	c := w.program()
	c.Send("POST", "/auth/token", values("grant_type", "x"), "Authorization: Basic YSUyMGI6Yzpk").Want(t, 200)
	if b := w.protocol.exchanged[0].Basic; b == nil || b.ID != "a%20b" || b.Secret != "c:d" {
		t.Error("Basic was not passed on as it is")
	}
	bad := c.Send("POST", "/auth/token", values("grant_type", "x"), "Authorization: Basic !").Want(t, 401, "invalid_client")
	if got := bad.Header.Get("WWW-Authenticate"); got != `Basic realm="heddle"` {
		t.Error(got)
	}
	c.Send("POST", "/auth/token", values(), "Authorization: Bearer x").Want(t, 400, "invalid_request")
	w.protocol.refuse["Exchange"] = authapi.Refuse(authapi.InvalidClient, "The client is not known, or not proven.")
	tried := c.Send("POST", "/auth/token", values(), "Authorization: Basic YTpi").Want(t, 401, `"error":"invalid_client"`)
	if got := tried.Header.Values("WWW-Authenticate"); len(got) != 1 || got[0] != `Basic realm="heddle"` {
		t.Error(got)
	}
	w.protocol.refuse["Exchange"] = authapi.Refuse(authapi.InvalidClient, "The client is not known, or not proven.")
	if p := c.Send("POST", "/auth/token", values()).Want(t, 400, "invalid_client"); p.Header.Get("WWW-Authenticate") != "" {
		t.Error(p.Header)
	}
	for _, path := range []string{"/auth/token", "/oauth2/token", "/auth/userinfo", "/auth/introspect"} {
		p := c.Send("POST", path, values())
		if p.Header.Get("Cache-Control") != "no-store" || p.Header.Get("Pragma") != "no-cache" || p.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %v", path, p.Header)
		}
	}
	// A browser's Accept header makes no page of a program's answer.
	c.Send("POST", "/auth/token", values(), "Accept: text/html").Want(t, 400, `{"error"`)
}

// The user's claims are for tokens of the right kind and scope, and cookies
// are none.
func TestUserInfo(t *testing.T) {
	t.Parallel()
	w := build(t)
	c := w.program()
	c.Get("/auth/userinfo", "Authorization: Bearer openid").Want(t, 200, `{"sub":"u1"}`)
	c.Send("POST", "/auth/userinfo", nil, "Authorization: Bearer openid").Want(t, 200)
	for header, challenge := range map[string]string{
		"X: y":                      `Bearer realm="heddle"`,
		"Authorization: Bearer bad": `Bearer realm="heddle", error="invalid_token"`,
	} {
		p := c.Get("/auth/userinfo", header).Want(t, 401)
		if got := p.Header.Values("WWW-Authenticate"); len(got) != 1 || got[0] != challenge {
			t.Errorf("%s: %v", header, got)
		}
	}
	p := c.Get("/auth/userinfo", "Authorization: Bearer api").Want(t, 403, "insufficient_scope")
	if got := p.Header.Get("WWW-Authenticate"); !strings.Contains(got, `error="insufficient_scope", scope="openid"`) {
		t.Error(got)
	}
	a := w.agent()
	a.signIn("/auth/login", "demouser")
	a.Get("/auth/userinfo").Want(t, 401)
	c.Get("/auth/userinfo?access_token=openid").Want(t, 401)
	// and a token opens no page.
	c.Get("/auth/account", "Authorization: Bearer openid").Want(t, 401)
	c.Get("/auth/consent?r=req1", "Authorization: Bearer openid").Want(t, 401)
}
