package gateway_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway"
)

const unicoreBase = "/DEMO-SITE/rest/core"

// siteToken gets one, as the client comes in.
func (c *client) siteToken(path string, headers ...string) string {
	c.t.Helper()
	a := c.send("GET", path, "", headers...)
	if a.StatusCode != 200 || a.Header.Get("Content-Type") != "text/plain" || strings.Count(a.body, ".") != 2 || !strings.HasPrefix(a.body, "eyJ") {
		c.t.Fatalf("%s: %d %v %q", path, a.StatusCode, a.Header, a.body)
	}
	return "Authorization: Bearer " + a.body
}

// says is what the site says of the client.
func (c *client) says(headers ...string) (me struct {
	Client struct {
		DN, AuthenticationMethod string
		Role                     struct{ Selected string }
		Xlogin                   struct {
			UID, Group    string
			AvailableUIDs []string
		}
	}
}) {
	c.t.Helper()
	c.ok(&me, "GET", unicoreBase, "", headers...)
	return me
}

// TestServerSignsTokens: a token of the server opens what the password opens,
// at every gateway, for as long as the password does.
//
// covers: U4-220 U4-221 U4-222 U4-223 U4-224 U4-225 U4-226 U4-227 U4-228 U4-229 U4-230
func TestServerSignsTokens(t *testing.T) {
	t.Parallel()
	h := start(t)
	nobody := h.as("", "")
	own := h.siteToken(unicoreBase + "/token?lifetime=3600&limited=true&renewable=true")
	plain := h.siteToken("/DEMO-SITE/rest/workflows/token")
	verified(t, nobody, strings.TrimPrefix(own, "Authorization: Bearer "))
	for _, token := range []string{own, plain} {
		if me := nobody.says(token); me.Client.DN != "CN=demouser,O=Heddle" || me.Client.AuthenticationMethod != "ETD" || me.Client.Role.Selected != "user" {
			t.Errorf("%+v", me)
		}
		nobody.ok(nil, "POST", unicoreJobs, `{"Executable":"true"}`, token)
		for _, path := range []string{"/api/v1/me", "/jobs"} { // the tokens are UNICORE's alone
			if a := nobody.send("GET", path, "", token); a.StatusCode != 401 {
				t.Errorf("%s: %d", path, a.StatusCode)
			}
		}
		forged := token[:len(token)-2] + "xx"
		if a := nobody.send("GET", unicoreBase, "", forged); a.StatusCode != 401 {
			t.Errorf("a forged token: %d %s", a.StatusCode, a.body)
		}
	}
	next := nobody.siteToken(unicoreBase+"/token?renewable=true", own)
	nobody.ok(nil, "GET", unicoreJobs, "", next)
	if a := nobody.send("GET", unicoreBase+"/token", "", plain); a.StatusCode != 403 {
		t.Errorf("a token by one that is not renewable: %d %s", a.StatusCode, a.body)
	}

	// Another gateway of the site, and one by another name.
	twin := newClient(t, h.another(t, gateway.Config{}), "", "")
	stranger := h.as("", "")
	stranger.base = "http://" + h.another(t, strangeName(t)).Addrs()[0]
	for what, c := range map[string]struct {
		client *client
		token  string
		status int
	}{
		"twin":              {twin, plain, 200},
		"twin, limited":     {twin, own, 200},
		"stranger":          {stranger, plain, 200},
		"stranger, limited": {stranger, own, 401},
	} {
		if a := c.client.send("GET", unicoreBase, "", c.token); a.StatusCode != c.status {
			t.Errorf("%s: %d %s, want %d", what, a.StatusCode, a.body, c.status)
		}
	}
	accounts := authapi.NewClient(h.nats.Conn(t))
	if _, err := accounts.SetPassword(operator(t), authapi.PasswordRequest{Name: "demouser", Password: "other123"}); err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{own, next, plain} {
		nobody.becomes(401, unicoreBase, token)
	}
}

// tokenSays checks a token with nothing but the server's certificate, and gives
// what it says.
func tokenSays(t *testing.T, c *client, token string) (cert *x509.Certificate, claims authapi.SiteClaims) {
	t.Helper()
	block, _ := pem.Decode([]byte(c.send("GET", unicoreBase+"/certificate", "", "Accept: text/plain").body))
	if block == nil {
		t.Fatal("no certificate")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(token, ".")
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if !ecdsa.Verify(cert.PublicKey.(*ecdsa.PublicKey), sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		t.Error("the certificate's key has not signed the token")
	}
	raw, err := base64.RawStdEncoding.DecodeString(parts[1]) // as PyUNICORE's command line does
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &claims); err != nil {
		t.Fatal(err)
	}
	return cert, claims
}

func verified(t *testing.T, c *client, token string) {
	t.Helper()
	cert, claims := tokenSays(t, c, token)
	if claims.Expires-claims.Issued != 3600 || claims.Delegated != "true" || claims.Renewable != "true" ||
		claims.Issuer != cert.Subject.String() || claims.Audience != claims.Issuer {
		t.Errorf("%+v", claims)
	}
}

// strangeName is a gateway with the operator's certificate.
func strangeName(t *testing.T) gateway.Config {
	t.Helper()
	c := certify(t, &x509.Certificate{Subject: pkix.Name{CommonName: "other.example.org"}, DNSNames: []string{"localhost"}}, nil)
	key, err := x509.MarshalPKCS8PrivateKey(c.key)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cfg := gateway.Config{TLSCert: filepath.Join(dir, "cert.pem"), TLSKey: filepath.Join(dir, "key.pem")}
	for file, block := range map[string]*pem.Block{cfg.TLSCert: {Type: "CERTIFICATE", Bytes: c.Raw}, cfg.TLSKey: {Type: "PRIVATE KEY", Bytes: key}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cfg
}

// TestUserSignsTokens: a registered key is as good as a password, and the
// logins that an operator gave are there to choose.
//
// covers: U4-006 U4-009 U4-010 U4-012 U4-013 U4-014 U4-015 U4-059
func TestUserSignsTokens(t *testing.T) {
	t.Parallel()
	h := start(t)
	nobody := h.as("", "")
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	jwk := `{"kty":"OKP","crv":"Ed25519","x":"` + base64.RawURLEncoding.EncodeToString(public) + `"}`
	h.edit(t, "alice", authapi.Edit{Do: authapi.AddKey, Value: jwk, Detail: "laptop"},
		authapi.Edit{Do: authapi.AddLogin, Value: "alice1"}, authapi.Edit{Do: authapi.AddLogin, Value: "proj7"})
	signed := func(name string) string {
		now := time.Now().Unix()
		claims, _ := json.Marshal(map[string]any{"sub": name, "iss": name, "etd": "false", "iat": now, "exp": now + 300})
		text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"EdDSA","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString(claims)
		return "Authorization: Bearer " + text + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(private, []byte(text)))
	}
	token := signed("alice")
	me := nobody.says(token)
	if me.Client.AuthenticationMethod != "SSHKEY" || me.Client.DN != "CN=alice,O=Heddle" || me.Client.Xlogin.UID != "alice" || len(me.Client.Xlogin.AvailableUIDs) != 3 {
		t.Errorf("%+v", me)
	}
	if a := nobody.send("GET", unicoreBase, "", signed("demouser")); a.StatusCode != 401 {
		t.Errorf("as somebody else: %d %s", a.StatusCode, a.body)
	}
	const preference = "X-UNICORE-User-Preferences: "
	alice := h.as("alice", "alice123")
	for what, headers := range map[string][]string{"key": {token}, "access token": {alice.bearer()}, "server's token": {alice.siteToken(unicoreBase + "/token")}} {
		if me := nobody.says(append(headers, preference+"uid:proj7")...); me.Client.Xlogin.UID != "proj7" {
			t.Errorf("%s: %+v", what, me)
		}
		if a := nobody.send("GET", unicoreBase, "", append(headers, preference+"uid:root")...); a.StatusCode != 403 {
			t.Errorf("%s: %d %s", what, a.StatusCode, a.body)
		}
	}
	fixed := alice.siteToken(unicoreBase+"/token", preference+"uid:proj7")
	if me := nobody.says(fixed); me.Client.Xlogin.UID != "proj7" {
		t.Errorf("%+v", me)
	}
	if a := nobody.send("GET", unicoreBase, "", fixed, preference+"uid:alice1"); a.StatusCode != 403 {
		t.Errorf("what is fixed in a token was overridden: %d %s", a.StatusCode, a.body)
	}
	session := sessionHeader + ": " + nobody.send("GET", unicoreJobs, "", fixed).Header.Get(sessionHeader)
	h.edit(t, "alice", authapi.Edit{Do: authapi.RemoveLogin, Value: "proj7"})
	nobody.becomes(401, unicoreJobs, fixed)
	nobody.becomes(432, unicoreJobs, session)
}
