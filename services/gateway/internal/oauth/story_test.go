package oauth_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/browser/browsertest"
)

const ask = "/auth/authorize?response_type=code&client_id=c1&state=s"

// A person signs in, sees who asks for what, and decides; then the client has
// its answer.
//
// covers: D1-002 D1-006 D1-025
func TestPersonSignsInAndAllows(t *testing.T) {
	t.Parallel()
	w := build(t)
	a := w.agent()
	to := a.Get(ask).Want(t, 303, "/auth/login?r=req1").Location()
	asks := a.Get(to).Want(t, 200, `name="username"`, `type="password"`, "&lt;b&gt;Portal&lt;/b&gt;", `/auth/login/uni?r=req1`)
	if strings.Contains(asks.Body, "<b>Portal") {
		t.Error("a client's name is markup")
	}
	to = a.Submit(asks, "username", "demouser", "password", "demouser").Want(t, 303, "/auth/consent?r=req1").Location()
	consent := a.Get(to).Want(t, 200, "&lt;b&gt;Portal", "Do everything that you may.", "demouser", "24 hours", `<select id="group"`, `value="Grant"`, `value="Deny"`)
	a.Submit(consent, "grant", "Grant", "group", "physics").Want(t, 303, target+"/cb?code=abc")
	d, by := w.protocol.decided[0], w.protocol.deciders[0]
	if !d.Grant || d.Group != "physics" || d.ID != "req1" || !d.AuthTime.Equal(clock()) || d.Lifetime != 0 {
		t.Errorf("%+v", d)
	}
	if by.Name != "demouser" || !by.InPerson() {
		t.Errorf("decided by %+v", by)
	}
	if r := w.protocol.asked[0]; r.Form != authapi.FormOIDC || r.Peer.Address != "192.0.2.7" || r.Params.Get("state") != "s" {
		t.Errorf("%+v", r)
	}
}

// covers: D1-018 D1-020
func TestDIRACsConsentHasHoursAndASetup(t *testing.T) {
	t.Parallel()
	w := build(t)
	a := w.agent()
	to := a.signIn(a.Get("/oauth2/auth?response_type=code&client_id=c1").Want(t, 303).Location(), "demouser").Location()
	consent := a.Get(to).Want(t, 200, `name="accessTime"`, `value="24"`, `name="setup"`, "Production")
	for _, hours := range []string{"0", "721", "-1", "1.5", "a day"} {
		a.Submit(consent, "grant", "Grant", "accessTime", hours).Want(t, 400, "from 1 to 720")
	}
	a.Submit(consent, "grant", "Grant", "group", "users", "accessTime", "36").Want(t, 303, "code=abc")
	if d := w.protocol.decided[0]; d.Lifetime != 36*time.Hour || d.Setup != "Production" {
		t.Errorf("%+v", d)
	}
	if w.protocol.asked[0].Form != authapi.FormDIRAC {
		t.Errorf("%+v", w.protocol.asked[0])
	}
}

func TestPersonDenies(t *testing.T) {
	t.Parallel()
	w := build(t)
	a := w.agent()
	consent := a.Get(a.signIn(a.Get(ask).Location(), "demouser").Location())
	a.Submit(consent, "grant", "perhaps").Want(t, 400, "Please allow or deny")
	a.Submit(consent, "grant", "Deny", "accessTime", "nonsense").Want(t, 303, "error=access_denied")
	if w.protocol.decided[0].Grant {
		t.Error("that is no grant")
	}
}

// What a client demands of a sign-in, and how a client that must not be seen
// is answered (OpenID Connect Core, section 3.1.2.1).
func TestPrompts(t *testing.T) {
	t.Parallel()
	w := build(t)
	a := w.agent()
	a.Get(ask+"&prompt=none").Want(t, 303, "error=login_required")
	a.signIn(a.Get(ask).Location(), "demouser")
	w.now = w.now.Add(5 * time.Second)
	a.Get(ask+"&prompt=none").Want(t, 303, "error=consent_required")
	a.Get(ask+"&prompt=none&consented=1").Want(t, 303, "code=abc")
	a.Get(ask+"&consented=1").Want(t, 303, "code=abc")
	a.Get(ask).Want(t, 303, "/auth/consent?r=req1")
	a.Get(ask+"&max_age=123456").Want(t, 303, "/auth/consent")
	a.Get(ask+"&max_age=1234").Want(t, 303, "/auth/login")
	a.Get(ask+"&max_age=1234&prompt=none").Want(t, 303, "error=login_required")
	a.Get(ask+"&refused=1").Want(t, 303, target+"/cb?error=invalid_scope")
}

// A request that wants a fresh login gets one, and then goes on.
func TestPromptLogin(t *testing.T) {
	t.Parallel()
	w := build(t)
	a := w.agent()
	a.signIn(a.Get(ask).Location(), "demouser")
	w.now = w.now.Add(time.Minute)
	again := a.Get(ask+"&prompt=login").Want(t, 303, "/auth/login?r=req1")
	asks := a.Get(again.Location()).Want(t, 200)
	if strings.Contains(asks.Body, "Go on as") {
		t.Error("there is a way around the login")
	}
	a.Get("/auth/consent?r=req1").Want(t, 303, "/auth/login?r=req1")
	w.now = w.now.Add(time.Second)
	to := a.Submit(asks, "username", "demouser", "password", "demouser").Want(t, 303).Location()
	a.Get(to).Want(t, 200, "Allow access?")
}

// covers: D0-037
func TestCertificateSignsInAtOnce(t *testing.T) {
	t.Parallel()
	w := build(t)
	w.certificate(dn)
	a := w.agent()
	to := a.Get("/oauth2/auth?response_type=code&client_id=c1").Want(t, 303, "/auth/consent?r=req1").Location()
	a.Get(to).Want(t, 200, dn, "demouser")
	w.certificate("/CN=Nobody here")
	b := w.agent()
	asks := b.Get(b.Get(ask).Want(t, 303, "/auth/login").Location()).Want(t, 200, `value="certificate"`, "/CN=Nobody here")
	b.Submit(asks, "with", "certificate").Want(t, 401, "not right")
	w.certificate(dn)
	b.Submit(asks, "with", "certificate").Want(t, 303, "/auth/consent")
	w.peer.Certificate.Trusted = false
	c := w.agent()
	c.Get(ask).Want(t, 303, "/auth/login")
}

func TestSignInElsewhere(t *testing.T) {
	t.Parallel()
	w := build(t)
	a, thief := w.agent(), w.agent()
	a.Get(a.Get(ask).Location())
	a.Get("/auth/login/uni?r=req1").Want(t, 303, "https://idp.example/authorize")
	thief.Get("/auth/redirect?state=s1&code=c").Want(t, 400, "not begun in this browser")
	thief.Get("/auth/login")
	thief.Get("/auth/redirect?state=s1&code=c").Want(t, 400)
	to := a.Get("/auth/redirect?state=s1&code=c").Want(t, 303, "/auth/consent?r=req1").Location()
	a.Get(to).Want(t, 200, "demouser")
	for status, kind := range map[int]*fault.Error{
		502: fault.New(fault.Unavailable, "federation.upstream", "University does not answer.").WithStatus(502),
		401: fault.New(fault.Unauthenticated, "federation.refused", "University did not let you in."),
		400: fault.New(fault.Invalid, "federation.state", "This sign-in is not known."),
	} {
		w.upstream.refuse = kind
		b := w.agent()
		b.Get("/auth/login/uni")
		b.Get("/auth/redirect?state=s1&error=x").Want(t, status, kind.Message, "<h1>")
	}
}

// A device is let in by whoever sees its code, knowing what it is.
func TestDevice(t *testing.T) {
	t.Parallel()
	w := build(t)
	a := w.agent()
	asks := a.Get("/auth/device?user_code=bcdfghjk").Want(t, 303, "/auth/login?to=device&user_code=bcdfghjk")
	to := a.signIn(asks.Location(), "demouser").Want(t, 303, "/auth/device?user_code=bcdfghjk").Location()
	confirm := a.Get(to).Want(t, 200, "BCDF-GHJK", "Heddle command line", "Do everything", "30 days", "your own device shows this code")
	a.Submit(confirm, "grant", "Grant").Want(t, 200, "Connected", "close this window")
	if d := w.protocol.decided[0]; d.ID != "BCDF-GHJK" || !d.Grant || d.Group != "users" {
		t.Errorf("%+v", d)
	}
	a.Submit(confirm, "grant", "Deny").Want(t, 200, "was not let in")
	a.Get("/auth/device").Want(t, 200, `name="user_code"`, `method="get"`)
	a.Get("/auth/device?user_code=WRONG").Want(t, 400, "No device waits", `value="WRONG"`)
	w.protocol.refuse["Device"] = fault.New(fault.Exhausted, "auth.too_many", "Too many.").WithRetry(90 * time.Second).WithStatus(429)
	if p := a.Get("/auth/device?user_code=X").Want(t, 429, "Wait 2 minutes"); p.Header.Get("Retry-After") != "90" {
		t.Errorf("%v", p.Header)
	}
	a.Send("POST", "/auth/device?client_id=cli&scope=api", values()).Want(t, 200, "device_code")
	if x := w.protocol.exchanged[0]; x.Params.Get("client_id") != "cli" || x.Params.Get("scope") != "api" {
		t.Errorf("%+v", x.Params)
	}
}

func TestLogout(t *testing.T) {
	t.Parallel()
	const back = "post_logout_redirect_uri=https%3A%2F%2Fapp.example%2Fbye&state=s"
	w := build(t)
	w.protocol.logout = authapi.LogoutAnswer{User: "u1", URL: target + "/bye?state=s"}
	in := func() *agent {
		a := w.agent()
		a.signIn("/auth/login", "demouser").Want(t, 303, "/auth/account")
		return a
	}
	a := in()
	a.Get("/auth/logout?id_token_hint=h&"+back).Want(t, 303, target+"/bye?state=s")
	a.Get("/auth/account").Want(t, 303, "/auth/login")

	a = in()
	asks := a.Get("/auth/logout?client_id=c1&"+back).Want(t, 200, "Sign out?")
	if !strings.Contains(asks.Header.Get("Content-Security-Policy"), "form-action 'self' https://app.example") {
		t.Error(asks.Header)
	}
	a.Get("/auth/account").Want(t, 200)
	a.Submit(asks).Want(t, 303, target+"/bye?state=s")
	a.Get("/auth/account").Want(t, 303, "/auth/login")

	w.protocol.logout.User = "somebody else"
	a = in()
	a.Get("/auth/logout?id_token_hint=h&"+back).Want(t, 200, "Sign out?")
	a.Submit(a.Get("/auth/logout")).Want(t, 200, "Signed out")

	stranger := w.agent() // as a browser that holds its cookie back
	stranger.Send("POST", "/auth/logout", values("id_token_hint", "h", "client_id", "c1")).Want(t, 303, "/auth/logout?client_id=c1&id_token_hint=h")
	stranger.Get("/auth/logout").Want(t, 200, "Signed out")
	w.protocol.refuse["Logout"] = authapi.Refuse(authapi.InvalidRequest, "post_logout_redirect_uri is not registered for this client.")
	stranger.Get("/auth/logout?"+back).Want(t, 400, "not registered")
}

func TestAccount(t *testing.T) {
	t.Parallel()
	w := build(t)
	a := w.agent()
	a.signIn(a.Get("/auth/account").Want(t, 303, "/auth/login").Location(), "demouser")
	p := a.Get("/auth/account").Want(t, 200, "Portal", "nightly", "Sign out everywhere")
	csrf := p.Fields().Get("csrf")
	do := func(what, id string) browsertest.Page {
		return a.Send("POST", "/auth/account", values("csrf", csrf, "do", what, "id", id))
	}
	a.Get(do("disconnect", "g1").Want(t, 303, "/auth/account?done=disconnect").Location()).Want(t, 200, "is disconnected")
	do("disconnect", "none").Want(t, 303)
	do("disconnect", "foreign").Want(t, 403)
	do("revoke-key", "k1").Want(t, 303)
	do("anything", "").Want(t, 400)
	if got := strings.Join(w.things.revoked, ","); got != "demouser g1,demouser k1" {
		t.Error(got)
	}
	w.things.away = fault.New(fault.Unavailable, "service.unavailable", "A part of Heddle does not answer.")
	a.Get("/auth/account").Want(t, 200, "cannot be shown just now")
	do("disconnect", "g1").Want(t, 503, "Try again")
	w.things.away = nil
	do("sign-out", "").Want(t, 200, "signed out everywhere")
	a.Get("/auth/account").Want(t, 303, "/auth/login")
}

// What a person can do something about is said where they are.
func TestTroubleIsSaidOnThePage(t *testing.T) {
	t.Parallel()
	w := build(t)
	a := w.agent()
	asks := a.Get(a.Get(ask).Location())
	send := func() browsertest.Page { return a.Submit(asks, "username", "demouser", "password", "demouser") }
	a.Submit(asks, "username", "demouser", "password", "wrong").Want(t, 401, "not right", `value="demouser"`)
	w.people.refuse = fault.New(fault.Exhausted, "auth.too_many", "Too many.").WithRetry(14*time.Minute + time.Second).WithStatus(429)
	if p := send().Want(t, 429, "Wait 15 minutes", `name="password"`); p.Header.Get("Retry-After") != "841" {
		t.Errorf("%v", p.Header)
	}
	w.people.refuse = fault.New(fault.Unavailable, "flow.store_down", "Away.").WithRetry(2 * time.Second)
	send().Want(t, 503, "Try again in a few seconds", `name="password"`)
	w.people.refuse = nil
	consent := a.Get(send().Location())
	w.protocol.refuse["Decide"] = w.people.refuse
	for _, c := range []struct {
		err    error
		status int
		text   string
	}{
		{fault.New(fault.Unavailable, "flow.store_down", "Away."), 503, "Try again"},
		{authapi.Refuse(authapi.AccessDenied, "The setup is not open to the group."), 403, "not open to the group"},
		{authapi.Refuse(authapi.LoginRequired, "Sign in again."), 303, "/auth/login?r=req1"},
		{fault.New(fault.Unauthenticated, "oauth.session_over", "Your session is over."), 303, "/auth/login?r=req1"},
		{authapi.Refuse(authapi.InvalidRequest, "This sign-in has expired; start again at the application."), 400, "start again at the application"},
	} {
		w.protocol.refuse["Decide"] = c.err
		a.Submit(consent, "grant", "Grant").Want(t, c.status, c.text)
	}
	a.Get("/auth/consent?r=gone").Want(t, 400, "has expired")
	a.Get("/auth/nothing", "Accept: text/html").Want(t, 404)
	w.protocol.refuse["Authorize"] = authapi.Refuse(authapi.InvalidRequest, "client_id is not known.")
	a.Get(ask).Want(t, 400, "<h1>", "client_id is not known.")
	if p := w.program().Get(ask).Want(t, 400, `"error":"invalid_request"`, `"status":400`); p.Location() != "" {
		t.Error("it leads somewhere")
	}
}

// A session that nobody can look up is nobody's, and says so.
func TestSessionsAway(t *testing.T) {
	t.Parallel()
	w := build(t)
	a := w.agent()
	a.signIn("/auth/login", "demouser")
	if got := a.Get("/auth/account").Want(t, 200).Header.Get("Cache-Control"); got != "no-store" {
		t.Error(got)
	}
	if w.people.logins[0] != "demouser" || (who.Principal{}).Anonymous() != true {
		t.Error(w.people.logins)
	}
	w.now = w.now.Add(9 * time.Hour)
	a.Get("/auth/account").Want(t, http.StatusSeeOther, "/auth/login")
}
