package gateway_test

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/url"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway"
)

// TestPeopleComeInByCertificate: whose certificate an operator has registered
// needs no password, also by way of a proxy; others are nobody.
//
// covers: D0-037 D1-008 U4-005 U4-223
func TestPeopleComeInByCertificate(t *testing.T) {
	t.Parallel()
	g := startGrid(t)
	jane := certify(t, person("Jane"), g.authority)
	g.edit(t, "alice", authapi.Edit{Do: authapi.AddCertificate, Value: "/O=Grid/CN=Jane"})
	first := certify(t, proxy(t, jane), jane)
	second := certify(t, proxy(t, first), first)
	for what, h := range map[string]*holder{"certificate": jane, "proxy": first, "proxy of the proxy": second} {
		c := g.over(t, h)
		if me := c.says(); me.Client.AuthenticationMethod != "X509" || me.Client.DN != "CN=Jane,O=Grid" || me.Client.Role.Selected != "user" {
			t.Errorf("%s: %+v", what, me)
		}
		c.ok(nil, "GET", "/jobs", "")
		c.ok(nil, "POST", unicoreJobs, `{"Executable":"true"}`)
		token := c.siteToken(unicoreBase + "/token")
		g.over(t, nil).ok(nil, "GET", unicoreJobs, "", token)
		if a := c.send("GET", "/api/v1/me", ""); a.StatusCode != 401 { // that door takes none
			t.Errorf("%s: %d", what, a.StatusCode)
		}
		if a := c.send("GET", unicoreJobs, "", "Authorization: Basic eDp5"); a.StatusCode != 401 { // what is said counts
			t.Errorf("%s beside a wrong password: %d", what, a.StatusCode)
		}
	}
	limited := proxy(t, jane)
	limited.ExtraExtensions[0].Value = []byte{0x30, 0x0f, 0x30, 0x0d, 0x06, 0x0b, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x9b, 0x50, 0x01, 0x01, 0x01, 0x09}
	c := g.over(t, certify(t, limited, jane))
	c.ok(nil, "GET", "/jobs", "")
	for _, headers := range [][]string{nil, {c.siteToken(unicoreBase + "/token")}} { // a token washes nothing off
		if a := c.send("POST", unicoreJobs, `{"Executable":"true"}`, headers...); a.StatusCode != 403 {
			t.Errorf("a limited proxy submits: %d %s", a.StatusCode, a.body)
		}
	}
	for what, h := range map[string]*holder{
		"nobody":              nil,
		"somebody unknown":    certify(t, person("Joe"), g.authority),
		"Jane's own":          certify(t, person("Jane"), nil),
		"made by Jane":        certify(t, person("Jane"), jane),
		"a proxy of somebody": certify(t, proxy(t, jane), certify(t, person("Jane"), nil)),
	} {
		for _, path := range []string{unicoreJobs, "/jobs"} {
			if a := g.over(t, h).send("GET", path, ""); a.StatusCode != 401 {
				t.Errorf("%s at %s: %d %s", what, path, a.StatusCode, a.body)
			}
		}
	}
	c = g.over(t, jane)
	c.ok(nil, "GET", unicoreJobs, "")
	g.edit(t, "alice", authapi.Edit{Do: authapi.RemoveCertificate, Value: "/O=Grid/CN=Jane"})
	c.becomes(401, unicoreJobs)
	c.becomes(401, "/jobs")
}

// jwks is the public half of a certificate's key.
func jwks(t *testing.T, h *holder) json.RawMessage {
	t.Helper()
	k := h.PublicKey.(*ecdsa.PublicKey)
	point, err := k.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	text := func(n []byte) string { return base64.RawURLEncoding.EncodeToString(n) }
	return json.RawMessage(`{"keys":[{"kty":"EC","crv":"P-256","x":"` + text(point[1:33]) + `","y":"` + text(point[33:]) + `"}]}`)
}

// form sends what a client sends to the token endpoint.
func (c *client) form(path string, params ...string) answer {
	c.t.Helper()
	v := url.Values{}
	for i := 0; i < len(params); i += 2 {
		v.Set(params[i], params[i+1])
	}
	return c.send("POST", path, v.Encode(), "Content-Type: application/x-www-form-urlencoded")
}

// tokens are those of a good answer.
func (a answer) tokens(t *testing.T) (out authapi.Tokens) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), &out); err != nil || a.StatusCode != 200 || out.AccessToken == "" {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	return out
}

// TestClientsComeInByCertificate: applications that authenticate with mutual
// TLS get tokens that are good with their certificate alone (RFC 8705).
//
// covers: D0-037
func TestClientsComeInByCertificate(t *testing.T) {
	t.Parallel()
	g := startGrid(t)
	admin := authapi.NewAdminRPC(g.nats.Conn(t))
	robot, other := certify(t, person("Robot"), g.authority), certify(t, person("Other"), g.authority)
	self, again := certify(t, person("Self"), nil), (*holder)(nil)
	{ // the same key in a new certificate, as such clients renew theirs
		der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(99), NotBefore: self.NotBefore, NotAfter: self.NotAfter},
			self.Certificate, self.key.Public(), self.key)
		if err != nil {
			t.Fatal(err)
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		again = &holder{c, self.key, [][]byte{der}}
	}
	register := func(r authapi.Registration) string {
		r.Grants, r.RunAs, r.Scopes = []string{"client_credentials"}, "demouser", []string{"api"}
		out, err := admin.PutRegistration(operator(t), r)
		if err != nil {
			t.Fatal(err)
		}
		return out.ID
	}
	byAuthority := register(authapi.Registration{Name: "robot", Method: "tls_client_auth", TLSSubject: "/O=Grid/CN=Robot", Bound: true})
	bySelf := register(authapi.Registration{Name: "self", Method: "self_signed_tls_client_auth", Keys: jwks(t, self), Bound: true})
	loose := register(authapi.Registration{Name: "loose", Method: "tls_client_auth", TLSSubject: "/O=Grid/CN=Robot"})
	ask := func(h *holder, client string) answer {
		return g.over(t, h).form("/auth/token", "grant_type", "client_credentials", "client_id", client, "scope", "api")
	}
	for what, c := range map[string]struct {
		with   *holder
		client string
	}{
		"without":                 {nil, byAuthority},
		"another's":               {other, byAuthority},
		"its name, own authority": {certify(t, person("Robot"), nil), byAuthority},
		"self-signed, without":    {nil, bySelf},
		"self-signed, another":    {certify(t, person("Self"), nil), bySelf},
		"self-signed, authority":  {robot, bySelf},
	} {
		if a := ask(c.with, c.client); a.StatusCode/100 != 4 || !strings.Contains(a.body, "invalid_client") {
			t.Errorf("%s: %d %s", what, a.StatusCode, a.body)
		}
	}
	for what, c := range map[string]struct {
		with   *holder
		client string
	}{"by its authority": {robot, byAuthority}, "self-signed": {self, bySelf}, "self-signed anew": {again, bySelf}} {
		bearer := "Authorization: Bearer " + ask(c.with, c.client).tokens(t).AccessToken
		for _, path := range []string{"/api/v1/me", unicoreJobs, "/jobs"} {
			mine := g.over(t, c.with)
			mine.ok(nil, "GET", path, "", bearer)
			for who, h := range map[string]*holder{"nobody": nil, "another": other} {
				if a := g.over(t, h).send("GET", path, "", bearer); a.StatusCode != 401 {
					t.Errorf("%s, shown by %s at %s: %d %s", what, who, path, a.StatusCode, a.body)
				}
			}
			plain := *mine
			plain.base = strings.Replace(mine.base, "https:", "http:", 1)
			if a := plain.send("GET", path, "", bearer); a.StatusCode != 401 {
				t.Errorf("%s, without TLS at %s: %d", what, path, a.StatusCode)
			}
		}
		// What is got with a bound token is bound, too: a session and a site token.
		mine := g.over(t, c.with)
		session := sessionHeader + ": " + mine.send("GET", unicoreJobs, "", bearer).Header.Get(sessionHeader)
		site := mine.siteToken(unicoreBase+"/token", bearer)
		for _, h := range []string{session, site} {
			mine.ok(nil, "GET", unicoreJobs, "", h)
			if a := g.over(t, other).send("GET", unicoreJobs, "", h); a.StatusCode != 401 && a.StatusCode != 432 {
				t.Errorf("%s: %.40s, shown by another: %d %s", what, h, a.StatusCode, a.body)
			}
		}
	}
	unbound := "Authorization: Bearer " + ask(robot, loose).tokens(t).AccessToken
	g.over(t, nil).ok(nil, "GET", "/api/v1/me", "", unbound)
}

// TestDIRACsCertificateFlow is the token request of RESTDIRAC's users.
//
// covers: D1-008 D1-009 D1-010 D1-011 D1-012 D1-013 D1-014 D1-015 D1-016 D1-017
func TestDIRACsCertificateFlow(t *testing.T) {
	t.Parallel()
	g := startGrid(t)
	jane := certify(t, person("Jane"), g.authority)
	g.edit(t, "alice", authapi.Edit{Do: authapi.AddCertificate, Value: "/O=Grid/CN=Jane"})
	with, without := g.over(t, jane), g.over(t, nil)
	var groups struct{ Groups []string }
	with.ok(&groups, "GET", "/oauth2/groups", "")
	var setups struct{ Setups []string }
	with.ok(&setups, "GET", "/oauth2/setups", "")
	if len(groups.Groups) == 0 || len(setups.Setups) == 0 {
		t.Fatalf("%+v %+v", groups, setups)
	}
	for _, path := range []string{"/oauth2/groups", "/oauth2/setups"} {
		if a := without.send("GET", path, ""); a.StatusCode != 401 {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
	group, setup := groups.Groups[0], setups.Setups[0]
	const path = "/oauth2/token?grant_type=client_credentials"
	good := path + "&group=" + group + "&setup=" + setup
	for query, want := range map[string]int{
		path + "&setup=" + setup:                       400,
		path + "&group=" + group:                       400,
		path + "&group=wheel&setup=" + setup:           401,
		path + "&group=" + group + "&setup=Nonesuch":   401,
		path + "&group=" + group + "&group=" + "wheel": 400,
	} {
		if a := with.send("GET", query, ""); a.StatusCode != want {
			t.Errorf("%s: %d %s, want %d", query, a.StatusCode, a.body, want)
		}
	}
	if a := without.send("GET", good, ""); a.StatusCode != 401 {
		t.Errorf("without a certificate: %d %s", a.StatusCode, a.body)
	}
	got := with.send("GET", good, "").tokens(t)
	if got.Token != got.AccessToken || got.ExpiresIn <= 0 || got.ExpiresIn > 86400 || got.RefreshToken != "" {
		t.Errorf("%+v", []any{got.ExpiresIn, got.TokenType, got.RefreshToken != ""})
	}
	without.ok(nil, "GET", "/jobs", "", "Authorization: Bearer "+got.Token)
	bound := "Authorization: Bearer " + with.send("GET", good+"&scope=bound", "").tokens(t).Token
	with.ok(nil, "GET", "/jobs", "", bound)
	if a := without.send("GET", "/jobs", "", bound); a.StatusCode != 401 {
		t.Errorf("a bound token without its certificate: %d %s", a.StatusCode, a.body)
	}
	if a := g.over(t, certify(t, proxy(t, jane), jane)).send("GET", "/jobs", "", bound); a.StatusCode != 401 {
		t.Errorf("a bound token with another certificate of hers: %d %s", a.StatusCode, a.body)
	}
}

// TestOperatorsDecideOnCertificates: they need not be asked for, and balancers
// may have asked already.
func TestOperatorsDecideOnCertificates(t *testing.T) {
	t.Parallel()
	g := startGrid(t)
	jane := certify(t, person("Jane"), g.authority)
	g.edit(t, "alice", authapi.Edit{Do: authapi.AddCertificate, Value: "/O=Grid/CN=Jane"})
	header := "Client-Cert: :" + base64.StdEncoding.EncodeToString(jane.Raw) + ":"
	if a := g.over(t, nil).send("GET", unicoreJobs, "", header); a.StatusCode != 401 {
		t.Errorf("a header that nobody has configured: %d", a.StatusCode)
	}
	cas := g.dirOfAuthorities
	off := g
	off.gateway = g.another(t, gateway.Config{ClientCADir: cas, ClientCertificates: "off"})
	if a := off.over(t, jane).send("GET", unicoreJobs, ""); a.StatusCode != 401 {
		t.Errorf("a certificate that nobody asks for: %d", a.StatusCode)
	}
	for balancer, want := range map[string]int{"127.0.0.0/8": 200, "192.0.2.1": 401} {
		behind := g.as("", "")
		behind.base = "http://" + g.another(t, gateway.Config{ClientCADir: cas, TrustClientHeader: "Client-Cert", Balancers: []string{balancer}}).Addrs()[0]
		if a := behind.send("GET", unicoreJobs, "", header); a.StatusCode != want {
			t.Errorf("balancers at %s: %d %s, want %d", balancer, a.StatusCode, a.body, want)
		}
		if a := behind.send("GET", unicoreJobs, ""); a.StatusCode != 401 {
			t.Errorf("balancers at %s, no header: %d", balancer, a.StatusCode)
		}
	}
}
