package oauth_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
)

func TestCodeFlow(t *testing.T) {
	t.Parallel()
	w := start(t)
	tokens := w.tokens(redeem(w.code(authapi.FormOIDC, ask("nonce", "n", "scope", "openid email offline_access"))))
	c := claims(t, tokens.AccessToken)
	p := c.Principal
	if p.ID != "u1" || p.Client != "web" || p.Group != "users" || !slices.Equal(p.Groups, []string{"users"}) || p.Operator() ||
		p.Setup != "Prod" || c.VO != "lhcb" || p.Credential != "grant/"+c.Facts.Grant || p.InPerson() {
		t.Errorf("%+v", c)
	}
	if c.Facts.Position != 100 || c.Facts.User != "u1" || c.Facts.Client != "web" || tokens.ExpiresIn != 3600 || tokens.TokenType != "Bearer" {
		t.Errorf("%+v, %d", c.Facts, tokens.ExpiresIn)
	}
	var id oauth.IDClaims
	if err := unseal("id", tokens.IDToken, &id); err != nil || id.Nonce != "n" || id.Subject != "u1" || id.Client != "web" ||
		id.User["email"] != "alice@example.org" || id.User["preferred_username"] != nil {
		t.Errorf("%+v, %v", id, err)
	}
}

func TestWhatScopesGive(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		asked             []string
		user              string
		operator, refresh bool
		id                bool
		scope             string
	}{
		"nothing":       {[]string{"scope", ""}, "u1", false, false, false, "api"},
		"openid":        {[]string{"scope", "openid"}, "u1", false, false, true, "openid api"},
		"offline":       {[]string{"scope", "offline_access api:read"}, "u1", false, true, false, "offline_access api:read"},
		"operator":      {[]string{"client_id", "operators", "scope", "operator"}, "u1", true, false, false, "api operator"},
		"not asked for": {[]string{"client_id", "operators", "scope", "api"}, "u1", false, false, false, "api"},
		"is none":       {[]string{"client_id", "operators", "scope", "operator"}, "u2", false, false, false, "api"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			v := ask(c.asked...)
			p, err := w.authorize(authapi.FormOIDC, v)
			if err != nil || p.Refused != "" {
				t.Fatal(p.Refused, err)
			}
			to, err := w.Decide(as(t.Context(), c.user), w.decision(p.ID))
			if err != nil {
				t.Fatal(err)
			}
			tokens := w.tokens(redeem(answer(t, to.URL).Get("code"), "client_id", v.Get("client_id")))
			if got := claims(t, tokens.AccessToken).Principal; got.Operator() != c.operator || tokens.Scope != c.scope ||
				(tokens.RefreshToken != "") != c.refresh || (tokens.IDToken != "") != c.id {
				t.Errorf("%+v, scope %q", got, tokens.Scope)
			}
		})
	}
}

func TestDIRACForm(t *testing.T) {
	t.Parallel()
	w := start(t)
	p, err := w.authorize(authapi.FormDIRAC, ask("scope", "g:admins", "setup", "Prod"))
	if err != nil || p.Lifetime != 24*time.Hour {
		t.Fatal(p.Lifetime, err)
	}
	d := w.decision(p.ID)
	d.Lifetime = 100 * time.Hour
	to, err := w.Decide(as(t.Context(), "u1"), d)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := w.Exchange(t.Context(), authapi.ExchangeRequest{Form: authapi.FormDIRAC, Params: redeem(answer(t, to.URL).Get("code"))})
	if err != nil || tokens.ExpiresIn != 86400 || tokens.TokenType != "bearer" || tokens.RefreshToken == "" {
		t.Errorf("%d %s, %v", tokens.ExpiresIn, tokens.TokenType, err)
	}
	c := claims(t, tokens.AccessToken).Principal
	if c.Group != "admins" || c.Setup != "Prod" || !slices.Equal(c.Properties, []string{"JobAdministrator"}) {
		t.Errorf("%+v", c)
	}
}

func TestClientCredentials(t *testing.T) {
	t.Parallel()
	cert := authapi.Peer{Certificate: &authapi.Certificate{SHA256: "thumb", Expires: at.Add(time.Minute)}}
	for name, c := range map[string]struct {
		pairs  []string
		peer   authapi.Peer
		change func(*world)
		code   string
		ends   int64
	}{
		"good":               {ends: 3600},
		"public":             {pairs: []string{"client_id", "native", "client_secret", ""}, code: "unauthorized_client"},
		"runs as nobody":     {pairs: []string{"client_id", "two"}, code: "unauthorized_client"},
		"wrong secret":       {pairs: []string{"client_secret", "x"}, code: "invalid_client"},
		"unknown":            {pairs: []string{"client_id", "x"}, code: "invalid_client"},
		"operator":           {pairs: []string{"scope", "operator"}, code: "invalid_scope"},
		"a group of others":  {pairs: []string{"group", "admins"}, code: "invalid_grant"},
		"no setup":           {pairs: []string{"setup", "x"}, code: "invalid_request"},
		"bound":              {pairs: []string{"client_id", "bound"}, peer: cert, ends: 60},
		"bound to nothing":   {pairs: []string{"client_id", "bound"}, code: "invalid_request"},
		"bound by scope":     {pairs: []string{"scope", "api bound"}, peer: cert, ends: 60},
		"disabled":           {change: func(w *world) { w.users["u2"].disabled = true }, code: "invalid_grant"},
		"not for this grant": {change: func(w *world) { c := w.clients["web"]; c.Grants = nil; w.clients["web"] = c }, code: "unauthorized_client"},
		"unknown grant type": {pairs: []string{"grant_type", "password"}, code: "unsupported_grant_type"},
		"no grant type":      {pairs: []string{"grant_type", ""}, code: "invalid_request"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			if c.change != nil {
				c.change(w)
			}
			v := vals(url.Values{"grant_type": {"client_credentials"}, "client_id": {"web"}, "client_secret": {"secret"}}, c.pairs...)
			tokens, err := w.Exchange(t.Context(), authapi.ExchangeRequest{Form: authapi.FormOIDC, Params: v, Peer: c.peer})
			if authapi.ErrorCode(err) != c.code || tokens.ExpiresIn != c.ends || tokens.RefreshToken != "" || tokens.IDToken != "" {
				t.Fatalf("%v, want %q", err, c.code)
			}
			if c.code == "" {
				got := claims(t, tokens.AccessToken)
				if got.Principal.ID != "u2" || got.Facts.Position != 100 || got.Facts.Grant != "" || (got.Facts.CertSHA256 != "") != (c.ends == 60) {
					t.Errorf("%+v", got)
				}
			}
		})
	}
}

// DIRAC's login by certificate, with the checks in the order that its clients
// know.
func TestCertificateLogin(t *testing.T) {
	t.Parallel()
	trusted := authapi.Certificate{DN: "/O=x/CN=bob", SHA256: "t", Trusted: true, Expires: at.Add(time.Hour)}
	changed := func(change func(*authapi.Certificate)) *authapi.Certificate { c := trusted; change(&c); return &c }
	for name, c := range map[string]struct {
		group, setup, scope string
		cert                *authapi.Certificate
		status              int
	}{
		"good":             {"users", "Prod", "", &trusted, 0},
		"nothing":          {"", "", "", nil, 400},
		"no setup":         {"users", "", "", nil, 400},
		"no certificate":   {"nobody", "Nowhere", "", nil, 401},
		"self-signed":      {"users", "Prod", "", changed(func(c *authapi.Certificate) { c.Trusted = false }), 401},
		"expired":          {"users", "Prod", "", changed(func(c *authapi.Certificate) { c.Expires = at }), 401},
		"unknown DN":       {"users", "Prod", "", changed(func(c *authapi.Certificate) { c.DN += "x" }), 401},
		"not a member":     {"admins", "Prod", "", &trusted, 401},
		"unknown setup":    {"users", "Nowhere", "", &trusted, 401},
		"operator's scope": {"users", "Prod", "operator", &trusted, 400},
	} {
		w := start(t)
		v := vals(url.Values{"grant_type": {"client_credentials"}}, "group", c.group, "setup", c.setup, "scope", c.scope)
		tokens, err := w.Exchange(t.Context(), authapi.ExchangeRequest{Form: authapi.FormDIRAC, Params: v, Peer: authapi.Peer{Certificate: c.cert}})
		status := 0
		if err != nil {
			status = fault.From(err).Status
		}
		if status != c.status || err == nil && (tokens.Token == "" || tokens.Token != tokens.AccessToken || tokens.ExpiresIn != 86400 || tokens.RefreshToken != "") {
			t.Errorf("%s: %d, %v", name, status, err)
		}
		if err == nil {
			if got := claims(t, tokens.Token); got.Principal.DN != trusted.DN || got.Facts.CertSHA256 != "" || got.Principal.Client != "" {
				t.Errorf("%s: %+v", name, got)
			}
		}
	}
}

func (w *world) introspect(client, token string) string {
	w.t.Helper()
	got, err := w.Introspect(w.t.Context(), authapi.ExchangeRequest{Params: url.Values{"client_id": {client}, "client_secret": {"secret"}, "token": {token}}})
	if err != nil {
		w.t.Fatal(err)
	}
	return string(got)
}

func TestIntrospectionAndRevocation(t *testing.T) {
	t.Parallel()
	w := start(t)
	tokens := w.tokens(redeem(w.code(authapi.FormOIDC, ask())))
	inactive := `{"active":false}`
	for _, c := range []struct {
		client, token string
		active        bool
	}{
		{"web", tokens.AccessToken, true}, {"resource", tokens.AccessToken, true}, {"two", tokens.AccessToken, false},
		{"web", tokens.RefreshToken, false}, {"resource", tokens.IDToken, false}, {"web", "x", false},
	} {
		if got := w.introspect(c.client, c.token); (got != inactive) != c.active {
			t.Errorf("%s asks of %.20s: %s", c.client, c.token, got)
		}
	}
	if got := w.introspect("web", tokens.AccessToken); !strings.Contains(got, `"client_id":"web"`) || !strings.Contains(got, `"sub":"u1"`) {
		t.Error(got)
	}
	if _, err := w.Introspect(t.Context(), authapi.ExchangeRequest{Params: url.Values{"client_id": {"other"}, "token": {"x"}}}); authapi.ErrorCode(err) != authapi.UnauthorizedClient {
		t.Error(err)
	}
	revoke := func(client, token string) {
		t.Helper()
		if _, err := w.Server.Revoke(t.Context(), authapi.ExchangeRequest{Params: url.Values{"client_id": {client}, "client_secret": {"secret"}, "token": {token}}}); err != nil {
			t.Error(err)
		}
	}
	revoke("two", tokens.AccessToken) // not its own
	revoke("two", tokens.RefreshToken)
	revoke("web", "no token at all")
	if !w.lives(tokens.AccessToken) {
		t.Fatal("another client ended it")
	}
	second := w.tokens(refreshing(tokens.RefreshToken))
	revoke("web", tokens.AccessToken)
	if w.lives(tokens.AccessToken) || !w.lives(second.AccessToken) {
		t.Error("one access token was not what ended")
	}
	revoke("web", second.RefreshToken)
	revoke("web", second.RefreshToken) // again is fine
	if w.lives(second.AccessToken) {
		t.Error("the family lives on")
	}
	w.refused(authapi.InvalidGrant, refreshing(second.RefreshToken))
}

func TestUserInfo(t *testing.T) {
	t.Parallel()
	w := start(t)
	ask := func(p who.Principal) (string, error) {
		got, err := w.UserInfo(who.With(t.Context(), p), authapi.Empty{})
		return string(got), err
	}
	if got, err := ask(who.Principal{ID: "u2", Scopes: []string{"openid", "email"}}); got != `{"email":"bob@example.org","sub":"u2"}` {
		t.Error(got, err)
	}
	if _, err := ask(who.Principal{ID: "u2", Scopes: []string{"api", "email"}}); authapi.ErrorCode(err) != authapi.InsufficientScope {
		t.Error(err)
	}
	if _, err := ask(who.Principal{}); !fault.Is(err, fault.Unauthenticated) {
		t.Error(err)
	}
}

func TestLogout(t *testing.T) {
	t.Parallel()
	hint := seal("id", oauth.IDClaims{Subject: "u1", Client: "web"})
	bye := "https://app.example/bye"
	for name, c := range map[string]struct {
		asked     authapi.LogoutRequest
		user, url string
		refused   bool
	}{
		"nothing":              {},
		"a hint":               {asked: authapi.LogoutRequest{IDTokenHint: hint}, user: "u1"},
		"and an address":       {asked: authapi.LogoutRequest{IDTokenHint: hint, RedirectURI: bye, State: "a&b"}, user: "u1", url: bye + "?state=a%26b"},
		"by client":            {asked: authapi.LogoutRequest{ClientID: "web", RedirectURI: bye}, url: bye},
		"forged hint":          {asked: authapi.LogoutRequest{IDTokenHint: "x"}},
		"an access token":      {asked: authapi.LogoutRequest{IDTokenHint: seal("access", oauth.AccessClaims{})}},
		"another's hint":       {asked: authapi.LogoutRequest{IDTokenHint: hint, ClientID: "two"}, refused: true},
		"open redirect":        {asked: authapi.LogoutRequest{IDTokenHint: hint, RedirectURI: bye + "/../evil"}, refused: true},
		"the code's redirect":  {asked: authapi.LogoutRequest{IDTokenHint: hint, RedirectURI: callback}, refused: true},
		"address of nobody":    {asked: authapi.LogoutRequest{RedirectURI: bye}, refused: true},
		"address, forged hint": {asked: authapi.LogoutRequest{IDTokenHint: "x", RedirectURI: bye}, refused: true},
	} {
		got, err := start(t).Logout(t.Context(), c.asked)
		if (err != nil) != c.refused || err == nil && (got.User != c.user || got.URL != c.url) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// TestPagesNameOnlyWhatCanBeGiven: who is no operator is not asked to let
// somebody act as one.
func TestPagesNameOnlyWhatCanBeGiven(t *testing.T) {
	t.Parallel()
	w := start(t)
	p, err := w.authorize(authapi.FormOIDC, ask("client_id", "operators", "scope", "api operator"))
	if err != nil {
		t.Fatal(err)
	}
	for _, operator := range []bool{true, false} {
		caller := who.Principal{ID: "u1", Method: who.MethodSession}
		if operator {
			caller.Roles = []string{who.RoleOperator}
		}
		got, err := w.Pending(who.With(t.Context(), caller), authapi.PendingRequest{ID: p.ID})
		named := slices.ContainsFunc(got.Scopes, func(s authapi.ScopeText) bool { return s.Scope == "operator" })
		if err != nil || named != operator {
			t.Errorf("operator: %v, scopes %v, %v", operator, got.Scopes, err)
		}
	}
}

// TestSteadyClientKeepsItsRefreshToken: a client that proves itself may be
// registered so. What ends a grant ends it there, too.
func TestSteadyClientKeepsItsRefreshToken(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, id := range []string{"web", "two"} {
		c := w.clients[id]
		c.Steady = true
		w.clients[id] = c
	}
	first := w.tokens(redeem(w.code(authapi.FormOIDC, ask())))
	for range 3 {
		next := w.tokens(refreshing(first.RefreshToken))
		if next.RefreshToken != first.RefreshToken || next.AccessToken == first.AccessToken || !w.lives(next.AccessToken) {
			t.Fatalf("%+v", next)
		}
	}
	w.refused(authapi.InvalidGrant, refreshing(first.RefreshToken, "client_id", "two"))
	w.refused(authapi.InvalidClient, refreshing(first.RefreshToken, "client_secret", "wrong"))
	if _, err := w.Server.Revoke(t.Context(), authapi.ExchangeRequest{Params: url.Values{
		"client_id": {"web"}, "client_secret": {"secret"}, "token": {first.RefreshToken}}}); err != nil {
		t.Fatal(err)
	}
	w.refused(authapi.InvalidGrant, refreshing(first.RefreshToken))
}
