package federation_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/heddle-dev/heddle/services/auth/internal/federation"
	"github.com/heddle-dev/heddle/services/auth/internal/federation/federationtest"
)

// TestForgedIDTokens: each differs from a good one in one thing.
func TestForgedIDTokens(t *testing.T) {
	t.Parallel()
	set := func(name string, value any) func(*testing.T, house) {
		return func(_ *testing.T, h house) {
			h.Change(func(c map[string]any) {
				if c[name] = value; value == nil {
					delete(c, name)
				}
			})
		}
	}
	header := func(members map[string]any) func(*testing.T, house) {
		return func(_ *testing.T, h house) { h.Sign(func(c map[string]any) string { return h.JWT(c, members) }) }
	}
	at := newClock().at
	for name, bend := range map[string]func(*testing.T, house){
		"another issuer":             set("iss", "https://evil.test"),
		"no issuer":                  set("iss", nil),
		"issuer with a slash more":   func(_ *testing.T, h house) { h.Change(func(c map[string]any) { c["iss"] = h.Issuer() + "/" }) },
		"another audience":           set("aud", "another"),
		"no audience":                set("aud", nil),
		"audience of a wrong type":   set("aud", 7),
		"two audiences without azp":  set("aud", []string{federationtest.Client, "another"}),
		"another authorized party":   set("azp", "another"),
		"another nonce":              set("nonce", "n"),
		"no nonce":                   set("nonce", nil),
		"expired":                    set("exp", at.Unix()-1),
		"no expiry":                  set("exp", nil),
		"expiry of a wrong type":     set("exp", "tomorrow"),
		"from the future":            set("nbf", at.Add(time.Hour).Unix()),
		"no subject":                 set("sub", nil),
		"an empty subject":           set("sub", ""),
		"a number as a subject":      set("sub", 7),
		"a subject of two lines":     set("sub", "a\nb"),
		"a subject beyond measure":   set("sub", strings.Repeat("x", 256)),
		"another access token":       set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"),
		"larger than a token may be": set("groups", strings.Split(strings.Repeat("group ", 10_000), " ")),
		"an access token":            header(map[string]any{"typ": "at+jwt"}),
		"a logout token":             header(map[string]any{"typ": "logout+jwt"}),
		"a critical extension":       header(map[string]any{"crit": []string{"x"}, "x": 1}),
		"keys elsewhere":             header(map[string]any{"jku": "http://127.0.0.1:1/jwks"}),
		"an unknown key id":          header(map[string]any{"kid": "k2"}),
		"alg none": func(_ *testing.T, h house) {
			h.Sign(func(c map[string]any) string { return unsigned(c, "none") + "." })
		},
		"alg none with a signature": func(_ *testing.T, h house) {
			h.Sign(func(c map[string]any) string { return unsigned(c, "none") + ".AAAA" })
		},
		"HS256 with the public key": func(t *testing.T, h house) {
			der, err := x509.MarshalPKIXPublicKey(h.PublicKey())
			if err != nil {
				t.Fatal(err)
			}
			key := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
			h.Sign(func(c map[string]any) string { return federationtest.Signed(t, jose.HS256, key, keyID, nil, c) })
		},
		"HS256 with the client secret": func(t *testing.T, h house) {
			key := []byte(federationtest.Secret + strings.Repeat("\x00", 32))
			h.Sign(func(c map[string]any) string { return federationtest.Signed(t, jose.HS256, key, keyID, nil, c) })
		},
		"the key of another provider": func(t *testing.T, h house) {
			other := federationtest.Start(t, h.clock.now)
			h.Sign(func(c map[string]any) string { return other.JWT(c, nil) })
		},
		"a key that it brings along": func(t *testing.T, h house) {
			key := newKey(t)
			jwk := jose.JSONWebKey{Key: key.Public(), KeyID: "k1"}
			h.Sign(func(c map[string]any) string {
				return federationtest.Signed(t, jose.ES256, key, keyID, map[string]any{"jwk": jwk}, c)
			})
		},
		"an algorithm that it does not offer": func(_ *testing.T, h house) {
			h.Document(map[string]any{"id_token_signing_alg_values_supported": []string{"RS256"}})
		},
		"no ID token": func(_ *testing.T, h house) { h.Sign(func(map[string]any) string { return "" }) },
		"no token":    func(_ *testing.T, h house) { h.Sign(func(map[string]any) string { return "x.y.z" }) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := start(t)
			bend(t, h)
			id, err := h.signIn(t)
			wantCode(t, fmt.Sprintf("%+v", id), err, "federation.untrusted", 0)
		})
	}
}

var keyID = map[string]any{"kid": "k1"}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// unsigned is the first two parts of a token.
func unsigned(claims map[string]any, alg string) string {
	part := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return base64.RawURLEncoding.EncodeToString(b)
	}
	return part(map[string]any{"alg": alg, "kid": "k1", "typ": "JWT"}) + "." + part(claims)
}

// TestForgedAnswers: what comes with the browser.
func TestForgedAnswers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		bend func(*federation.Answer)
		code string
	}{
		"another issuer":      {func(a *federation.Answer) { a.Issuer = "https://evil.test" }, "federation.untrusted"},
		"no issuer":           {func(a *federation.Answer) { a.Issuer = "" }, "federation.untrusted"}, // the provider promised to say it
		"no code":             {func(a *federation.Answer) { a.Code = "" }, "federation.untrusted"},
		"another's code":      {func(a *federation.Answer) { a.Code = "stolen" }, "federation.refused"},
		"another's verifier":  {func(a *federation.Answer) { a.Verifier = strings.Repeat("v", 43) }, "federation.refused"},
		"another's nonce":     {func(a *federation.Answer) { a.Nonce = "n" }, "federation.untrusted"},
		"no nonce":            {func(a *federation.Answer) { a.Nonce = "" }, "federation.untrusted"},
		"the person refused":  {func(a *federation.Answer) { a.Error = "access_denied" }, "federation.refused"},
		"an error and a code": {func(a *federation.Answer) { a.Error = "<script>" }, "federation.refused"},
		"no such provider":    {func(a *federation.Answer) { a.Provider = "../x" }, "federation.no_provider"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id, err := start(t).signIn(t, c.bend)
			wantCode(t, fmt.Sprintf("%+v", id), err, c.code, 0)
			if err != nil && strings.Contains(err.Error(), "<script>") && !strings.Contains(err.Error(), `"<script>"`) {
				t.Errorf("the text is not marked as another's: %v", err)
			}
		})
	}
}

// TestMixUp: an honest provider's answer is not taken to another one, which
// would learn the code.
func TestMixUp(t *testing.T) {
	t.Parallel()
	c := newClock()
	honest, evil := federationtest.Start(t, c.now), federationtest.Start(t, c.now)
	h := house{honest, open(t, c, entry("uni", honest.Issuer())+entry("evil", evil.Issuer())), c}
	atHonest, err := h.Begin(t.Context(), "uni")
	if err != nil {
		t.Fatal(err)
	}
	atEvil, err := h.Begin(t.Context(), "evil")
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.Finish(t.Context(), brought(honest.Browse(atHonest.URL), "evil", atEvil))
	wantCode(t, "the honest one's answer at the other", err, "federation.untrusted", 0)
	if n := evil.Asked("/token"); n != 0 {
		t.Error("the other one was shown the code")
	}
}

// TestAnswersThatAreNone: what is no answer is nobody's identity, and it comes
// to an end in time.
func TestAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("somebody else was asked: %s %s", r.Method, r.URL.Path)
	}))
	t.Cleanup(elsewhere.Close)
	ways := map[string]http.HandlerFunc{
		"500":   func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusInternalServerError) },
		"empty": func(http.ResponseWriter, *http.Request) {},
		"html": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("<html>"))
		},
		"too much": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"x":"` + strings.Repeat("x", 1<<20) + `"}`)) // the reader has enough before the end
		},
		"too slow": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // until then the server does not see the client leave
			<-r.Context().Done()
		},
		"elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+"/x", http.StatusTemporaryRedirect)
		},
		"in circles": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusTemporaryRedirect)
		},
	}
	for name, way := range ways {
		for _, path := range []string{"/.well-known/openid-configuration", "/jwks", "/token"} {
			t.Run(name+" at "+path, func(t *testing.T) {
				t.Parallel()
				c := newClock()
				p := federationtest.Start(t, c.now)
				list, err := federation.Load(write(t, entry("uni", p.Issuer())))
				if err != nil {
					t.Fatal(err)
				}
				h := house{p, federation.New(list, federation.Options{Issuer: "http://heddle.test", Now: c.now, Patience: 200 * time.Millisecond}), c}
				if name != "too slow" { // only that one is about time
					h.Providers = open(t, c, entry("uni", p.Issuer()))
				}
				p.Instead(path, way)
				_, err = h.signIn(t)
				wantCode(t, "this", err, "federation.unreachable", http.StatusBadGateway)
			})
		}
	}
}

// TestTokenEndpointRefuses: the provider's no is not its absence, and what it
// quotes is not repeated.
func TestTokenEndpointRefuses(t *testing.T) {
	t.Parallel()
	h := start(t)
	h.Instead("/token", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"error":"invalid_grant","error_description":"the code %s"}`, r.PostFormValue("code"))
	})
	_, err := h.signIn(t)
	wantCode(t, "refused", err, "federation.refused", 0)
	if strings.Contains(err.Error(), "code-1") {
		t.Errorf("the code is in %v", err)
	}
}

// TestDiscoveryLeadsNowhereElse: a document cannot make anything go where
// others listen.
func TestDiscoveryLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	for name, changes := range map[string]map[string]any{
		"another issuer":             {"issuer": "https://evil.test"},
		"plain authorization":        {"authorization_endpoint": "http://evil.test/a"},
		"plain token endpoint":       {"token_endpoint": "http://evil.test/t"},
		"plain keys":                 {"jwks_uri": "http://evil.test/k"},
		"plain userinfo":             {"userinfo_endpoint": "http://evil.test/u"},
		"no token endpoint":          {"token_endpoint": nil},
		"no keys":                    {"jwks_uri": ""},
		"a script":                   {"authorization_endpoint": "javascript:alert(1)"},
		"a file":                     {"jwks_uri": "file:///etc/passwd"},
		"only symmetric algorithms":  {"id_token_signing_alg_values_supported": []string{"HS256", "none"}},
		"no algorithms":              {"id_token_signing_alg_values_supported": []string{}},
		"an address of a wrong type": {"jwks_uri": 7},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := start(t)
			h.Document(changes)
			_, err := h.Begin(t.Context(), "uni")
			wantCode(t, "this", err, "federation.unreachable", http.StatusBadGateway)
		})
	}
}

// TestWhoWaitsMayLeave: one slow answer holds nobody longer than they wait.
func TestWhoWaitsMayLeave(t *testing.T) {
	t.Parallel()
	h := start(t)
	asked, release := make(chan struct{}), make(chan struct{})
	h.Instead("/.well-known/openid-configuration", func(http.ResponseWriter, *http.Request) { close(asked); <-release })
	done := make(chan error, 1)
	go func() {
		_, err := h.Begin(context.WithoutCancel(t.Context()), "uni")
		done <- err
	}()
	<-asked
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Begin(ctx, "uni"); err == nil {
		t.Error("who has left got an answer")
	}
	close(release)
	if err := <-done; err == nil {
		t.Error("an empty document is none")
	}
}
