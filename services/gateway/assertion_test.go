package gateway_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/browser/browsertest"
)

// signature is ES256 (RFC 7518, section 3.4), made by hand: the server's own
// library must not be the only judge of it.
func signature(t *testing.T, key *ecdsa.PrivateKey, header, claims map[string]any) string {
	t.Helper()
	part := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(b)
	}
	text := part(header) + "." + part(claims)
	sum := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
}

func publicES256(t *testing.T, key *ecdsa.PrivateKey) string {
	t.Helper()
	point, err := key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		t.Fatal(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	return fmt.Sprintf(`{"kty":"EC","crv":"P-256","kid":"k1","alg":"ES256","use":"sig","x":%q,"y":%q}`, b64(point[1:33]), b64(point[33:]))
}

// TestClientSignsForItself: a client proves itself by an assertion that it
// signs (RFC 7523), once.
func TestClientSignsForItself(t *testing.T) {
	t.Parallel()
	h := start(t)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var made authapi.RegistrationSecret
	h.as("admin", "hans").ok(&made, "POST", "/api/v1/admin/clients", `{"client_id":"signer","client_name":"Signer","token_endpoint_auth_method":"private_key_jwt",
		"grant_types":["client_credentials"],"run_as":"alice","jwks":{"keys":[`+publicES256(t, key)+`]}}`)
	if made.Secret != "" {
		t.Error("a client that signs was given a secret")
	}
	curl := browsertest.Program(t, issuer, h.network())
	send := func(assertion string, more ...string) browsertest.Page {
		form := url.Values{"grant_type": {"client_credentials"}, "client_assertion": {assertion},
			"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}
		for i := 0; i < len(more); i += 2 {
			form.Set(more[i], more[i+1])
		}
		return curl.Send("POST", "/auth/token", form)
	}
	assert := func(change func(header, claims map[string]any), by *ecdsa.PrivateKey) string {
		header := map[string]any{"alg": "ES256", "kid": "k1", "typ": "JWT"}
		claims := map[string]any{"iss": "signer", "sub": "signer", "aud": issuer + "/auth/token", "jti": rand.Text(),
			"iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix()}
		change(header, claims)
		return signature(t, by, header, claims)
	}
	good := assert(func(_, _ map[string]any) {}, key)
	token := between(send(good).Want(t, 200, `"token_type":"Bearer"`).Body, `"access_token":"`, `"`)
	if me := h.as("", "").send("GET", "/api/v1/me", "", "Authorization: Bearer "+token); !strings.Contains(me.body, `"alice"`) {
		t.Errorf("%d %s", me.StatusCode, me.body)
	}
	send(good).Want(t, 400, "invalid_client") // it was used
	for what, bad := range map[string]string{
		"another key":      assert(func(_, _ map[string]any) {}, stranger),
		"another audience": assert(func(_, c map[string]any) { c["aud"] = "https://elsewhere.example" }, key),
		"another subject":  assert(func(_, c map[string]any) { c["sub"] = "heddle-cli" }, key),
		"without an id":    assert(func(_, c map[string]any) { delete(c, "jti") }, key),
		"over":             assert(func(_, c map[string]any) { c["exp"] = time.Now().Add(-time.Minute).Unix() }, key),
		"for ever":         assert(func(_, c map[string]any) { c["exp"] = time.Now().Add(24 * time.Hour).Unix() }, key),
		"not yet":          assert(func(_, c map[string]any) { c["nbf"] = time.Now().Add(time.Minute).Unix() }, key),
		"alg none":         assert(func(h, _ map[string]any) { h["alg"] = "none" }, key),
		"alg HS256":        assert(func(h, _ map[string]any) { h["alg"] = "HS256" }, key),
		"an access token":  token,
	} {
		if got := send(bad, "client_id", "signer"); got.StatusCode != 400 || !strings.Contains(got.Body, "invalid_client") {
			t.Errorf("%s: %d %s", what, got.StatusCode, got.Body)
		}
	}
	send(assert(func(_, _ map[string]any) {}, key), "client_secret", "x").Want(t, 400, "invalid_request") // two ways at once
}
