package oauth_test

import (
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/oauth"
)

// covers: D1-013 D1-014 D1-017
func TestGroupsAndSetupsAreTheCallers(t *testing.T) {
	t.Parallel()
	w := build(t)
	c := w.program()
	for _, path := range []string{"/oauth2/groups", "/oauth2/setups", "/oauth2/groups/"} {
		p := c.Get(path).Want(t, 401, `"status":401`)
		if got := p.Header.Values("WWW-Authenticate"); len(got) != 1 || got[0] != `Bearer realm="dirac"` {
			t.Errorf("%s: %v", path, got)
		}
		c.Get(path, "Authorization: Bearer bad").Want(t, 401, "invalid_token")
	}
	c.Get("/oauth2/groups?access_token=api").Want(t, 200, `{"groups":["users","physics"]}`)
	c.Get("/oauth2/setups", "Authorization: Bearer api").Want(t, 200, `{"setups":["Production"]}`)
	for _, header := range []string{"api Bearer", "api bearer"} { // as DIRAC's manual has it
		c.Get("/oauth2/groups", "Authorization: "+header).Want(t, 200, `{"groups":["users","physics"]}`)
	}
	c.Get("/oauth2/groups", "Authorization: bad Bearer").Want(t, 401, "invalid_token")
	c.Get("/auth/userinfo", "Authorization: openid Bearer").Want(t, 401, "invalid_token") // nobody promised it there
	w.certificate(dn)
	c.Get("/oauth2/groups/").Want(t, 200, `{"groups":["users","physics"]}`)
	c.Get("/oauth2/setups").Want(t, 200, `{"setups":["Production"]}`)
	w.certificate("/CN=Nobody here")
	c.Get("/oauth2/groups").Want(t, 401)
	open := build(t, func(d *oauth.Deps) { d.PublicSetups = []string{"Production", "Certification"} })
	open.program().Get("/oauth2/setups").Want(t, 200, `{"setups":["Production","Certification"]}`)
}

// covers: D1-009 D1-010 D1-031 D1-032 D1-033
func TestTokensByGETAndPOST(t *testing.T) {
	t.Parallel()
	w := build(t)
	w.certificate(dn)
	c := w.program()
	for _, path := range []string{"/oauth2/token", "/oauth2/token/"} {
		c.Get(path+"?grant_type=client_credentials&group=users&setup=Production").Want(t, 200, `"access_token":"t"`)
		c.Send("POST", path, values("grant_type", "authorization_code", "code", "c", "client_id", "c1")).Want(t, 200)
	}
	for _, x := range w.protocol.exchanged {
		if x.Form != authapi.FormDIRAC || x.Peer.Certificate == nil || x.Peer.Certificate.DN != dn {
			t.Errorf("%+v", x.Params)
		}
	}
	w.protocol.refuse["Exchange"] = authapi.Refuse(authapi.InvalidClient, "A client certificate of a known authority is needed.").WithStatus(401)
	p := c.Get("/oauth2/token?grant_type=client_credentials&group=users&setup=Production").Want(t, 401, `"status":401`)
	if p.Header.Get("WWW-Authenticate") != `Bearer realm="dirac"` {
		t.Error(p.Header)
	}
	w.protocol.refuse["Authorize"] = authapi.Refuse(authapi.UnsupportedResponseType, "response_type token is not implemented.").WithStatus(501)
	c.Get("/oauth2/auth?response_type=token&client_id=c1").Want(t, 501, "unsupported_response_type")
	w.agent().Get("/oauth2/auth?response_type=token&client_id=c1").Want(t, 501, "<h1>")
}

// covers: D1-021 D1-022
func TestApplicationsAreRegistered(t *testing.T) {
	t.Parallel()
	w := build(t)
	c := w.program()
	op := "Authorization: Bearer operator"
	c.Send("POST", "/oauth2/clients", values("Name", "Portal", "Redirect", "https://app.example/cb")).Want(t, 401)
	c.Send("POST", "/oauth2/clients", values("Name", "Portal", "Redirect", "https://app.example/cb"), "Authorization: Bearer api").Want(t, 403, `"status":403`)
	for _, bad := range []string{"Name=x", "Redirect=https://a.example", "Name=&Redirect=https://a.example", "Name=x&Name=y&Redirect=https://a.example",
		"Name=" + strings.Repeat("n", 65) + "&Redirect=https://a.example", "Name=x&Redirect=https://a.example&Icon=" + strings.Repeat("i", 129)} {
		c.Send("POST", "/oauth2/clients?"+bad, nil, op).Want(t, 400, "invalid_request")
	}
	c.Send("POST", "/oauth2/clients", values("Name", "Portal", "Redirect", "https://app.example/cb", "Redirect", "http://127.0.0.1:1/cb", "URL", "https://app.example"), op).
		Want(t, 201, `"ClientID":"new1"`, `"Redirect":["https://app.example/cb","http://127.0.0.1:1/cb"]`)
	if got := w.register.list[0]; !got.Native || got.Method != "none" {
		t.Errorf("%+v", got)
	}
	c.Get("/oauth2/clients", op).Want(t, 200, `"Name":"Portal"`)
	c.Send("DELETE", "/oauth2/clients/Portal", nil, op).Want(t, 200, "1")
	c.Send("DELETE", "/oauth2/clients/Portal", nil, op).Want(t, 200, "0")
}

// covers: D0-009
func TestWellKnownDocuments(t *testing.T) {
	t.Parallel()
	w := build(t)
	c := w.program()
	first := ""
	for _, path := range []string{"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server",
		"/auth/.well-known/openid-configuration", "/auth/.well-known/oauth-authorization-server"} {
		p := c.Get(path).Want(t, 200, `"issuer":"https://heddle.example"`, `"token_endpoint":"https://heddle.example/auth/token"`,
			`"device_authorization_endpoint":"https://heddle.example/auth/device"`, `"code_challenge_methods_supported":["S256"]`,
			`"authorization_response_iss_parameter_supported":true`, `"request_parameter_supported":false`, `"configuration_server"`)
		if first == "" {
			first = p.Body
		}
		if p.Body != first || p.Header.Get("Cache-Control") != "public, max-age=300" || p.Header.Get("Pragma") != "" {
			t.Errorf("%s: %v", path, p.Header)
		}
	}
	if strings.Contains(first, "client_id") || strings.Contains(first, "null") {
		t.Error(first)
	}
	for _, path := range []string{"/auth/jwk", "/.well-known/jwks.json"} {
		c.Get(path).Want(t, 200, `{"keys":[]}`)
	}
}

func TestConsentsAsRefreshTokens(t *testing.T) {
	t.Parallel()
	w := build(t)
	c := w.program()
	token := "Authorization: Bearer api"
	c.Get("/auth/refresh-tokens").Want(t, 401)
	c.Get("/auth/refresh-tokens", token).Want(t, 200, `"jti":"g1"`, `"client_name":"Portal"`)
	c.Send("DELETE", "/auth/refresh-tokens/g1", nil, token).Want(t, 204)
	c.Send("DELETE", "/auth/refresh-tokens/none", nil, token).Want(t, 404, "not_found")
	c.Send("DELETE", "/auth/refresh-tokens/foreign", nil, token).Want(t, 403)
}
