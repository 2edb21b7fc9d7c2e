package gateway_test

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/browser/browsertest"
)

// callback is where the command line listens for its answer.
const callback = "http://127.0.0.1:47110/callback"

// network leads every name to the gateway, as the name server of a real
// installation does for the issuer.
func (c *client) network() *http.Transport {
	to := strings.TrimPrefix(c.base, "http://")
	tr := &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", to)
		},
	}
	c.t.Cleanup(tr.CloseIdleConnections)
	return tr
}

// party is an application that signs users in.
type party struct {
	oauth2.Config
	ctx      context.Context
	provider *oidc.Provider
	net      *http.Transport
}

func (c *client) party(scopes ...string) *party {
	c.t.Helper()
	tr := c.network()
	ctx := oidc.ClientContext(c.t.Context(), &http.Client{Transport: tr})
	provider, err := oidc.NewProvider(ctx, issuer)
	if err != nil {
		c.t.Fatal(err)
	}
	return &party{oauth2.Config{ClientID: authapi.CommandLine, Endpoint: provider.Endpoint(), RedirectURL: callback, Scopes: scopes}, ctx, provider, tr}
}

// agent is a browser in this network.
func (p *party) agent(t *testing.T) *browsertest.Agent { return browsertest.New(t, issuer, p.net) }

// signIn goes through the login page to where it leads.
func signIn(t *testing.T, a *browsertest.Agent, at, name, password string) browsertest.Page {
	t.Helper()
	asks := a.Get(at).Want(t, 200, `name="password"`)
	return a.Submit(asks, "username", name, "password", password).Want(t, 303)
}

// code walks a browser through login and consent.
func (p *party) code(t *testing.T, a *browsertest.Agent, ask string) url.Values {
	t.Helper()
	to := a.Get(ask).Want(t, 303, "/auth/login").Location()
	consent := a.Get(signIn(t, a, to, "demouser", "test123").Location()).Want(t, 200, "The heddle command line", "demouser")
	back, err := url.Parse(a.Submit(consent, "grant", "Grant").Want(t, 303, callback).Location())
	if err != nil {
		t.Fatal(err)
	}
	return back.Query()
}

// People sign in, and applications act for them, with the libraries that
// everybody uses and nothing but the issuer's name to begin with.
func TestSignIn(t *testing.T) {
	t.Parallel()
	h := start(t)
	for name, story := range map[string]func(*testing.T, *client){
		"an application signs a user in": applicationSignsIn,
		"a code is good once":            codeIsGoodOnce,
		"a device is let in":             deviceIsLetIn,
		"DIRAC's client":                 diracsClient,
		"where answers go":               whereAnswersGo,
		"kinds of tokens":                kindsOfTokens,
		"signing out":                    signingOut,
		"disconnecting":                  disconnecting,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := *h.client
			c.t = t
			story(t, &c)
		})
	}
}

// covers: D1-007 D1-023 D1-024 D1-026 D1-028 D1-029 D1-034 D1-035 D1-036
func applicationSignsIn(t *testing.T, c *client) {
	p := c.party(oidc.ScopeOpenID, "profile", "groups", oidc.ScopeOfflineAccess, "api")
	verifier := oauth2.GenerateVerifier()
	answer := p.code(t, p.agent(t), p.AuthCodeURL("a &state", oauth2.S256ChallengeOption(verifier), oidc.Nonce("n1")))
	if answer.Get("state") != "a &state" || answer.Get("iss") != issuer {
		t.Fatalf("%v", answer)
	}
	tokens, err := p.Exchange(p.ctx, answer.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	id, err := p.provider.Verifier(&oidc.Config{ClientID: p.ClientID}).Verify(p.ctx, raw)
	if err != nil || id.Nonce != "n1" || id.VerifyAccessToken(tokens.AccessToken) != nil {
		t.Fatalf("%+v, %v", id, err)
	}
	info, err := p.provider.UserInfo(p.ctx, oauth2.StaticTokenSource(tokens))
	var claims struct {
		Name   string   `json:"preferred_username"`
		Groups []string `json:"groups"`
	}
	if err != nil || info.Claims(&claims) != nil || claims.Name != "demouser" || len(claims.Groups) == 0 || info.Subject != id.Subject {
		t.Errorf("%+v %+v, %v", info, claims, err)
	}
	c.tokenWorks(tokens.AccessToken, 200)
	again := &oauth2.Token{RefreshToken: tokens.RefreshToken}
	next, err := p.TokenSource(p.ctx, again).Token()
	if err != nil || next.RefreshToken == tokens.RefreshToken {
		t.Fatalf("%v", err)
	}
	c.tokenWorks(next.AccessToken, 200)
	if _, err := p.TokenSource(p.ctx, again).Token(); err == nil {
		t.Error("an old refresh token is good")
	}
	c.tokenEnds(next.AccessToken)
}

// covers: D1-030
func codeIsGoodOnce(t *testing.T, c *client) {
	p := c.party("openid")
	verifier := oauth2.GenerateVerifier()
	a := p.agent(t)
	code := p.code(t, a, p.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier))).Get("code")
	tokens, err := p.Exchange(p.ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	c.tokenWorks(tokens.AccessToken, 200)
	c.tokenWorks(code, 401)
	if _, err := p.Exchange(p.ctx, code, oauth2.VerifierOption(verifier)); err == nil || !strings.Contains(err.Error(), "invalid_grant") {
		t.Errorf("the code a second time: %v", err)
	}
	c.tokenEnds(tokens.AccessToken)
	// A stolen code needs the verifier, which never left the application.
	to := a.Get(p.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier))).Want(t, 303, "/auth/consent").Location()
	back := a.Submit(a.Get(to).Want(t, 200), "grant", "Grant").Want(t, 303, callback).Location()
	u, _ := url.Parse(back)
	if _, err := p.Exchange(p.ctx, u.Query().Get("code")); err == nil {
		t.Error("a code without its verifier is good")
	}
	if _, err := p.Exchange(p.ctx, u.Query().Get("code"), oauth2.VerifierOption(verifier)); err == nil {
		t.Error("a code that somebody tried is still good")
	}
}

func deviceIsLetIn(t *testing.T, c *client) {
	p := c.party("openid", oidc.ScopeOfflineAccess, "api")
	began, err := p.DeviceAuth(p.ctx)
	if err != nil || began.VerificationURI != issuer+"/auth/device" || began.Interval != 5 {
		t.Fatalf("%+v, %v", began, err)
	}
	a := p.agent(t)
	to := a.Get(began.VerificationURIComplete).Want(t, 303, "/auth/login?to=device").Location()
	confirm := a.Get(signIn(t, a, to, "demouser", "test123").Location()).Want(t, 200, began.UserCode, "The heddle command line", "demouser")
	a.Get("/auth/device?user_code=BBBB-BBBB").Want(t, 400, "No device waits")
	a.Submit(confirm, "grant", "Grant").Want(t, 200, "Connected")
	a.Submit(confirm, "grant", "Deny").Want(t, 400, "No device waits")
	began.Interval = 1 // the first question may come at once
	tokens, err := p.DeviceAccessToken(p.ctx, began)
	if err != nil || tokens.RefreshToken == "" {
		t.Fatalf("%v", err)
	}
	if me := c.as("", "").send("GET", "/api/v1/me", "", "Authorization: Bearer "+tokens.AccessToken); !strings.Contains(me.body, `"demouser"`) {
		t.Errorf("%d %s", me.StatusCode, me.body)
	}
	denied, err := p.DeviceAuth(p.ctx)
	if err != nil {
		t.Fatal(err)
	}
	a.Submit(a.Get(denied.VerificationURIComplete).Want(t, 200), "grant", "Deny").Want(t, 200, "was not let in")
	denied.Interval = 1
	if _, err := p.DeviceAccessToken(p.ctx, denied); err == nil || !strings.Contains(err.Error(), "access_denied") {
		t.Errorf("a denied device: %v", err)
	}
}

// diracsClient is a conversation as DIRAC's manual has it: everything in the
// address, no PKCE where the client can do without, GET for tokens.
//
// covers: D1-008 D1-027 D1-031 D1-032 D1-033 D1-039
func diracsClient(t *testing.T, c *client) {
	p := c.party()
	curl := browsertest.Program(t, issuer, p.net)
	for path, status := range map[string]int{
		"/oauth2/token": 400, "/oauth2/token?grant_type=nonsense": 400,
		"/oauth2/token?grant_type=client_credentials":                                 400,
		"/oauth2/token?grant_type=client_credentials&group=users":                     400,
		"/oauth2/token?grant_type=client_credentials&group=users&setup=Production":    401,
		"/oauth2/token?grant_type=authorization_code&client_id=heddle-cli":            400,
		"/oauth2/token?grant_type=authorization_code&client_id=heddle-cli&code=x":     400,
		"/oauth2/token?grant_type=authorization_code&code=x":                          400,
		"/oauth2/token?grant_type=client_credentials&group=users&group=users&setup=x": 400,
		"/oauth2/groups": 401, "/oauth2/setups": 401, "/oauth2/auth": 400, "/oauth2/auth?response_type=code": 400,
		"/oauth2/auth?response_type=code&client_id=nobody": 400, "/oauth2/auth?response_type=id&client_id=demo-client": 400,
		"/oauth2/auth?response_type=token&client_id=demo-client": 501, "/oauth2/auth?response_type=password&client_id=demo-client": 501,
		"/oauth2/auth?response_type=code&client_id=demo-client&setup=nowhere": 400,
	} {
		if got := curl.Get(path); got.StatusCode != status || !strings.Contains(got.Body, `"error":"`) {
			t.Errorf("%s: %d %s", path, got.StatusCode, got.Body)
		}
	}
	verifier := oauth2.GenerateVerifier()
	a := p.agent(t)
	asks := a.Get("/oauth2/auth?response_type=token&response_type=code&client_id=demo-client&state=st%20ate&code_challenge_method=S256&code_challenge="+
		oauth2.S256ChallengeFromVerifier(verifier)).Want(t, 303, "/auth/login")
	consent := a.Get(signIn(t, a, asks.Location(), "demouser", "test123").Location()).Want(t, 200, "Demo client", `name="accessTime"`, "Production")
	back, err := url.Parse(a.Submit(consent, "grant", "Grant", "accessTime", "2").Want(t, 303, "http://127.0.0.1:9999/callback?").Location())
	if err != nil || back.Query().Get("state") != "st ate" {
		t.Fatalf("%v, %v", back, err)
	}
	got := curl.Get("/oauth2/token/?grant_type=authorization_code&client_id=demo-client&code="+back.Query().Get("code")+"&code_verifier="+verifier).
		Want(t, 200, `"token_type":"bearer"`, `"refresh_token":"hdr_`)
	token := between(got.Body, `"access_token":"`, `"`)
	c.as("", "").ok(nil, "GET", "/jobs?access_token="+token, "")
	c.as("", "").ok(nil, "GET", "/jobs", "", "Authorization: "+token+" Bearer")
	curl.Get("/oauth2/setups?access_token="+token).Want(t, 200, `{"setups":["Production"]}`)
}

func between(text, before, after string) string {
	_, text, _ = strings.Cut(text, before)
	text, _, _ = strings.Cut(text, after)
	return text
}

// whereAnswersGo: only to what is registered, byte by byte; a port of this
// machine may differ. Before that is known nobody is sent anywhere.
func whereAnswersGo(t *testing.T, c *client) {
	p := c.party("openid")
	a := p.agent(t)
	ask := func(client, redirect, more string) browsertest.Page {
		q := url.Values{"response_type": {"code"}, "client_id": {client}, "redirect_uri": {redirect}, "state": {"x\r\nSet-Cookie: a=b"},
			"code_challenge_method": {"S256"}, "code_challenge": {oauth2.S256ChallengeFromVerifier(oauth2.GenerateVerifier())}}
		return a.Get("/auth/authorize?" + q.Encode() + more)
	}
	const cli, demo = authapi.CommandLine, "demo-client"
	for _, r := range []struct{ client, redirect string }{
		{cli, "http://127.0.0.1/callback"}, {cli, "http://127.0.0.1:1/callback"}, {cli, "http://[::1]:65535/callback"},
		{demo, "http://127.0.0.1:9999/callback"},
	} {
		ask(r.client, r.redirect, "").Want(t, 303, "/auth/login?r=")
	}
	for _, r := range []struct{ client, redirect string }{
		{cli, "https://evil.example/callback"}, {cli, "http://localhost:1/callback"}, {cli, "http://127.0.0.1:1/callback/"},
		{cli, "http://127.0.0.1:1/callback?x=y"}, {cli, "http://127.0.0.1:1/callback#f"}, {cli, "http://127.0.0.1:1@evil.example/callback"},
		{cli, "http://u@127.0.0.1:1/callback"}, {cli, "https://127.0.0.1:1/callback"}, {cli, "http://127.0.0.1:1/%63allback"},
		{cli, "//127.0.0.1/callback"}, {cli, "javascript:alert(1)"}, {cli, "http://127.0.0.1.evil.example/callback"},
		{demo, "http://127.0.0.1:9998/callback"}, {demo, "HTTP://127.0.0.1:9999/callback"}, {"nobody", "http://127.0.0.1:9999/callback"},
	} {
		if got := ask(r.client, r.redirect, ""); got.StatusCode != 400 || got.Location() != "" || !strings.Contains(got.Body, "<h1>") {
			t.Errorf("%s at %s: %d to %q", r.redirect, r.client, got.StatusCode, got.Location())
		}
	}
	ask(cli, callback, "&client_id=x").Want(t, 400, "repeated")
	ask(cli, callback, "&redirect_uri=x").Want(t, 400, "repeated")
	for more, code := range map[string]string{
		"&scope=nonsense": "invalid_scope", "&request=x": "request_not_supported", "&response_mode=form_post": "invalid_request",
		"&prompt=none": "login_required", "&prompt=none+login": "invalid_request",
	} {
		got := ask(cli, callback, more).Want(t, 303, callback+"?", "error="+code, "state=x%0D%0ASet-Cookie")
		if got.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s set a cookie: %v", more, got.Header)
		}
	}
}

// kindsOfTokens: each kind opens its own door and no other.
func kindsOfTokens(t *testing.T, c *client) {
	p := c.party("openid", oidc.ScopeOfflineAccess, "api")
	verifier := oauth2.GenerateVerifier()
	tokens, err := p.Exchange(p.ctx, p.code(t, p.agent(t), p.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier))).Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	id, _ := tokens.Extra("id_token").(string)
	curl := browsertest.Program(t, issuer, p.net)
	for _, token := range []string{id, tokens.RefreshToken, "", "x.y.z", tokens.AccessToken + "x"} {
		curl.Get("/auth/userinfo", "Authorization: Bearer "+token).Want(t, 401)
	}
	for _, method := range []string{"GET", "POST"} {
		curl.Send(method, "/auth/userinfo", nil, "Authorization: Bearer "+tokens.AccessToken).Want(t, 200, `"sub":`)
	}
	curl.Get("/auth/userinfo", "Authorization: Basic ZGVtb3VzZXI6dGVzdDEyMw==").Want(t, 401)
	refresh := func(token string) browsertest.Page {
		return curl.Send("POST", "/auth/token", url.Values{"grant_type": {"refresh_token"}, "client_id": {p.ClientID}, "refresh_token": {token}})
	}
	refresh(id).Want(t, 400, "invalid_grant")
	refresh(tokens.AccessToken).Want(t, 400, "invalid_grant")
	curl.Send("POST", "/auth/introspect", url.Values{"client_id": {p.ClientID}, "token": {tokens.AccessToken}}).Want(t, 400, "unauthorized_client")
	narrow := c.party("openid", "api:read")
	to := p.agent(t)
	reads, err := narrow.Exchange(p.ctx, narrow.code(t, to, narrow.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier))).Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	c.tokenWorks(reads.AccessToken, 200)
	if got := c.as("", "").send("POST", "/api/v1/jobs", `{"executable":"/bin/true"}`, "Authorization: Bearer "+reads.AccessToken); got.StatusCode != 403 {
		t.Errorf("a token for reading submits: %d %s", got.StatusCode, got.body)
	}
	curl.Send("POST", "/auth/revoke", url.Values{"client_id": {p.ClientID}, "token": {tokens.AccessToken}}).Want(t, 200)
	c.tokenEnds(tokens.AccessToken)
	curl.Send("POST", "/auth/revoke", url.Values{"client_id": {p.ClientID}, "token": {"nonsense"}}).Want(t, 200)
}

func signingOut(t *testing.T, c *client) {
	p := c.party("openid")
	a := p.agent(t)
	signIn(t, a, "/auth/login", "alice", "alice123")
	a.Get("/auth/account").Want(t, 200, "alice")
	a.Submit(a.Get("/auth/logout").Want(t, 200, "Sign out?")).Want(t, 200, "Signed out")
	a.Get("/auth/account").Want(t, 303, "/auth/login")
	signIn(t, a, "/auth/login", "alice", "alice123")
	elsewhere := p.agent(t)
	signIn(t, elsewhere, "/auth/login", "alice", "alice123")
	account := a.Get("/auth/account")
	a.Send("POST", "/auth/account", url.Values{"csrf": {account.Fields().Get("csrf")}, "do": {"sign-out"}}).Want(t, 200, "signed out everywhere")
	for deadline := time.Now().Add(10 * time.Second); elsewhere.Get("/auth/account").StatusCode != 303; {
		if time.Now().After(deadline) {
			t.Fatal("after 10 s the other browser is signed in")
		}
	}
	a.Get("/auth/logout?post_logout_redirect_uri=https://evil.example&client_id="+p.ClientID).Want(t, 400, "not registered")
	asks := a.Get("/auth/login")
	a.Submit(asks, "username", "alice", "password", "wrong").Want(t, 401, "not right")
	a.Submit(asks, "username", "nobody", "password", "wrong").Want(t, 401, "not right")
}

// disconnecting ends an application's tokens from the account page.
func disconnecting(t *testing.T, c *client) {
	p := c.party("openid", oidc.ScopeOfflineAccess, "api")
	verifier := oauth2.GenerateVerifier()
	a := p.agent(t)
	to := a.Get(p.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier))).Location()
	consent := a.Get(signIn(t, a, to, "admin", "hans").Location())
	back, _ := url.Parse(a.Submit(consent, "grant", "Grant").Want(t, 303, callback).Location())
	tokens, err := p.Exchange(p.ctx, back.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	account := a.Get("/auth/account").Want(t, 200, "The heddle command line", "offline_access")
	csrf := account.Fields().Get("csrf")
	for body := account.Body; ; {
		_, rest, more := strings.Cut(body, `value="disconnect"`)
		if !more {
			break
		}
		a.Send("POST", "/auth/account", url.Values{"csrf": {csrf}, "do": {"disconnect"}, "id": {between(rest, `name="id" value="`, `"`)}}).Want(t, 303)
		body = rest
	}
	c.tokenEnds(tokens.AccessToken)
	if _, err := p.TokenSource(p.ctx, &oauth2.Token{RefreshToken: tokens.RefreshToken}).Token(); err == nil {
		t.Error("a disconnected application gets tokens")
	}
}

// tokenWorks uses a token at the native door.
func (c *client) tokenWorks(token string, status int) {
	c.t.Helper()
	if a := c.as("", "").send("GET", "/api/v1/me", "", "Authorization: Bearer "+token); a.StatusCode != status {
		c.t.Errorf("with the token: %d %s", a.StatusCode, a.body)
	}
}

// tokenEnds waits until a token is refused.
func (c *client) tokenEnds(token string) {
	c.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); c.as("", "").send("GET", "/api/v1/me", "", "Authorization: Bearer "+token).StatusCode != 401; {
		if time.Now().After(deadline) {
			c.t.Fatal("after 10 s the token has not ended")
		}
	}
}
