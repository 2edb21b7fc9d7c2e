package gateway_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/browser/browsertest"
)

// An application with a secret acts as its own user, may look into tokens of
// its own, and loses everything with its registration.
func TestConfidentialClient(t *testing.T) {
	t.Parallel()
	h := start(t)
	admin := h.as("admin", "hans")
	var made authapi.RegistrationSecret
	admin.ok(&made, "POST", "/api/v1/admin/clients", `{"client_name":"Robot","token_endpoint_auth_method":"client_secret_basic",
		"grant_types":["client_credentials"],"run_as":"alice","scopes":["api"]}`)
	p := h.party()
	robot := clientcredentials.Config{ClientID: made.ID, ClientSecret: made.Secret, TokenURL: p.Endpoint.TokenURL, AuthStyle: oauth2.AuthStyleInHeader}
	tokens, err := robot.Token(p.ctx)
	if err != nil || tokens.RefreshToken != "" {
		t.Fatal(err)
	}
	if me := h.as("", "").send("GET", "/api/v1/me", "", "Authorization: Bearer "+tokens.AccessToken); !strings.Contains(me.body, `"alice"`) {
		t.Errorf("%d %s", me.StatusCode, me.body)
	}
	curl := browsertest.Program(t, issuer, p.net)
	ask := func(id, secret string) browsertest.Page {
		return curl.Send("POST", "/auth/introspect", url.Values{"client_id": {id}, "client_secret": {secret}, "token": {tokens.AccessToken}})
	}
	ask(made.ID, made.Secret).Want(t, 400, "invalid_client") // registered for Basic
	basic := func(secret string) browsertest.Page {
		return curl.Send("POST", "/auth/introspect", url.Values{"token": {tokens.AccessToken}}, "Authorization: "+clientAuth(made.ID, secret))
	}
	basic(made.Secret).Want(t, 200, `"active":true`, `"username":"alice"`)
	if got := basic("wrong").Want(t, 401, "invalid_client"); got.Header.Get("WWW-Authenticate") != `Basic realm="heddle"` {
		t.Error(got.Header)
	}
	admin.send("DELETE", "/api/v1/admin/clients/"+made.ID, "")
	h.tokenEnds(tokens.AccessToken)
	basic(made.Secret).Want(t, 401, "invalid_client")
}

func clientAuth(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id)+":"+url.QueryEscape(secret)))
}

// A grid user with a certificate and nothing else gets a token, and their
// browser sees the consent page at once.
//
// covers: D0-037 D1-008 D1-009 D1-010 D1-011 D1-012 D1-013 D1-014 D1-015 D1-016 D1-017
func TestDIRACByCertificate(t *testing.T) {
	t.Parallel()
	h := start(t)
	jane, nobody := h.certificate(t, "Jane Doe"), h.certificate(t, "Nobody")
	h.as("admin", "hans").ok(nil, "POST", "/api/v1/admin/users/alice/certificates", `{"dn":"/O=Institute/CN=Jane Doe"}`)
	const good = "/oauth2/token?grant_type=client_credentials&group=users&setup=Production"
	curl := func(c *tls.Certificate) *browsertest.Agent {
		tr := h.network()
		if c != nil {
			tr.TLSClientConfig.Certificates = []tls.Certificate{*c}
		}
		return browsertest.Program(t, issuer, tr)
	}
	got := curl(jane).Get(good).Want(t, 200, `"token":"`, `"expires_in":86400`, `"token_type":"Bearer"`)
	token := between(got.Body, `"token":"`, `"`)
	if between(got.Body, `"access_token":"`, `"`) != token || strings.Contains(got.Body, "refresh") {
		t.Error(got.Body)
	}
	if me := h.as("", "").send("GET", "/api/v1/me", "", "Authorization: Bearer "+token); !strings.Contains(me.body, `"alice"`) {
		t.Errorf("%d %s", me.StatusCode, me.body)
	}
	h.as("", "").ok(nil, "GET", "/jobs?access_token="+token, "")
	for path, status := range map[string]int{
		"/oauth2/token?grant_type=client_credentials&setup=Production":             400,
		"/oauth2/token?grant_type=client_credentials&group=users":                  400,
		"/oauth2/token?grant_type=client_credentials&group=other&setup=Production": 401,
		"/oauth2/token?grant_type=client_credentials&group=users&setup=other":      401,
	} {
		curl(jane).Get(path).Want(t, status, fmt.Sprintf(`"status":%d`, status))
	}
	for _, c := range []*tls.Certificate{nil, nobody} {
		curl(c).Get(good).Want(t, 401, `"error":`)
		curl(c).Get("/oauth2/groups").Want(t, 401)
		curl(c).Get("/oauth2/setups").Want(t, 401)
	}
	curl(jane).Get("/oauth2/groups").Want(t, 200, `"users"`)
	curl(jane).Get("/oauth2/setups").Want(t, 200, `{"setups":["Production"]}`)
	tr := h.network()
	tr.TLSClientConfig.Certificates = []tls.Certificate{*jane}
	a := browsertest.New(t, issuer, tr)
	to := a.Get("/oauth2/auth?response_type=code&client_id=demo-client&code_challenge_method=S256&code_challenge="+
		oauth2.S256ChallengeFromVerifier(oauth2.GenerateVerifier())).Want(t, 303, "/auth/consent?r=").Location()
	a.Get(to).Want(t, 200, "Allow access?", "/O=Institute/CN=Jane Doe", "alice")
}

// certificate makes one of the gateway's own authority.
func (h *heddle) certificate(t *testing.T, name string) *tls.Certificate {
	t.Helper()
	dir := filepath.Join(h.dir, "gateway", "tls")
	ca, err := tls.LoadX509KeyPair(filepath.Join(dir, "ca.pem"), filepath.Join(dir, "ca-key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	parent, err := x509.ParseCertificate(ca.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{Organization: []string{"Institute"}, CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, parent, key.Public(), ca.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
