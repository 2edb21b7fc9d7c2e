package rest_test

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/listen/listentest"
	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
	"github.com/heddle-dev/heddle/pkg/who"
)

// asker answers who asks, on a protected and on a public route.
func asker() rest.Container {
	answer := func(w http.ResponseWriter, r *http.Request) error {
		_, err := io.WriteString(w, "you are "+who.From(r.Context()).Name)
		return err
	}
	return rest.Container{Name: "asker", Root: "/asker", Title: "Asker", Doc: "Says who you are.\n\nAnd more.", Routes: []rest.Route{
		rest.Raw("GET /me", who.Authenticated, rest.Doc{Title: "Who am I?"}, answer),
		rest.Raw("POST /me", who.Authenticated, rest.Doc{Title: "Who am I?"}, answer),
		rest.Raw("GET /admin", who.Role("operator"), rest.Doc{Title: "Operators only"}, answer),
		rest.Raw("GET /odd", who.Custom("odd", func(p who.Principal) error {
			if p.Name != "odd" {
				return fault.New(fault.Denied, "odd", "You are not odd.")
			}
			return nil
		}), rest.Doc{Title: "For the odd"}, answer),
		rest.Raw("GET /", who.Public, rest.Doc{Title: "Anybody"}, answer),
	}}
}

func ask(t *testing.T, method, url string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		k, v, _ := strings.Cut(h, ": ")
		r.Header.Add(k, v)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	return resp, string(body)
}

func base(s *served) string {
	return strings.TrimSuffix(strings.Fields(s.line)[3], "/")
}

func TestAloneWithoutAnIssuerNobodyIsKnown(t *testing.T) {
	t.Parallel()
	at := base(serve(t, "--port 0 --address "+listentest.Host(), asker()))
	for _, creds := range []string{"X-Nothing: x", "Authorization: Bearer x", "Authorization: Basic YTpi", "X-API-Key: hdl_x", "Heddle-Caller: e30.x"} {
		resp, body := ask(t, "GET", at+"/me", creds)
		if resp.StatusCode != 401 || !strings.Contains(body, "--join") || !strings.Contains(body, "--issuer") {
			t.Errorf("%s: %d %s", creds, resp.StatusCode, body)
		}
		if resp, body := ask(t, "GET", at+"/", creds); resp.StatusCode != 200 || body != "you are " {
			t.Errorf("%s, public: %d %s", creds, resp.StatusCode, body)
		}
	}
}

// issuer is an OpenID provider with one key.
func issuer(t *testing.T) (url string, token func(changes map[string]any) string) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": srv.URL, "jwks_uri": srv.URL + "/keys"})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: public, KeyID: "k1", Algorithm: "EdDSA", Use: "sig"}}})
	})
	return srv.URL, func(changes map[string]any) string {
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.EdDSA, Key: private}, (&jose.SignerOptions{}).WithType("at+jwt").WithHeader("kid", "k1"))
		if err != nil {
			t.Fatal(err)
		}
		now := time.Now().Unix()
		claims := map[string]any{"iss": srv.URL, "aud": "heddle", "sub": "u1", "preferred_username": "alice", "iat": now, "nbf": now, "exp": now + 600, "jti": "j"}
		for k, v := range changes {
			claims[k] = v
		}
		text, err := jwt.Signed(signer).Claims(claims).Serialize()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
}

func TestAloneWithAnIssuerItsTokensAreTaken(t *testing.T) {
	t.Parallel()
	url, token := issuer(t)
	at := base(serve(t, "--port 0 --issuer "+url+" --address "+listentest.Host(), asker()))
	bearer := func(changes map[string]any) string { return "Authorization: Bearer " + token(changes) }
	for name, c := range map[string]struct {
		method, path string
		headers      []string
		status       int
	}{
		"a token":                     {"GET", "/me", []string{bearer(nil)}, 200},
		"nothing":                     {"GET", "/me", nil, 401},
		"a password":                  {"GET", "/me", []string{"Authorization: Basic YTpi"}, 401},
		"two tokens":                  {"GET", "/me", []string{bearer(nil), bearer(nil)}, 401},
		"of another issuer":           {"GET", "/me", []string{bearer(map[string]any{"iss": "https://evil.example"})}, 401},
		"for somebody else":           {"GET", "/me", []string{bearer(map[string]any{"aud": "other"})}, 401},
		"out of time":                 {"GET", "/me", []string{bearer(map[string]any{"exp": 1})}, 401},
		"bound to a certificate":      {"GET", "/me", []string{bearer(map[string]any{"cnf": map[string]string{"x5t#S256": "x"}})}, 401},
		"to read, reading":            {"GET", "/me", []string{bearer(map[string]any{"scope": "api:read"})}, 200},
		"to read, writing":            {"POST", "/me", []string{bearer(map[string]any{"scope": "api:read"})}, 403},
		"for everything":              {"POST", "/me", []string{bearer(map[string]any{"scope": "api"})}, 200},
		"for nothing":                 {"GET", "/me", []string{bearer(map[string]any{"scope": ""})}, 403},
		"of no operator":              {"GET", "/admin", []string{bearer(nil)}, 403},
		"of an operator":              {"GET", "/admin", []string{bearer(map[string]any{"roles": []string{"operator"}})}, 200},
		"a bad one on a public route": {"GET", "/", []string{"Authorization: Bearer x"}, 401},
	} {
		resp, body := ask(t, c.method, at+c.path, c.headers...)
		if resp.StatusCode != c.status {
			t.Errorf("%s: %d %s", name, resp.StatusCode, body)
		}
		if c.status == 401 && strings.Contains(strings.Join(resp.Header.Values("WWW-Authenticate"), ","), "Basic") {
			t.Errorf("%s: passwords are asked for, which nobody takes", name)
		}
	}
}

// gatewayFake takes registrations and answers as it is told.
func gatewayFake(t *testing.T, answer func(miniapp.Registration) (miniapp.Lease, error)) (url string, got <-chan miniapp.Registration) {
	t.Helper()
	ns := natstest.Start(t)
	seen := make(chan miniapp.Registration, 1000)
	_, err := natsrpc.Serve(t.Context(), ns.Conn(t), natsrpc.Config{Name: "gateway"}, []natsrpc.Endpoint{
		natsrpc.Handle(miniapp.Subject, who.Public, func(_ context.Context, r miniapp.Registration) (miniapp.Lease, error) {
			seen <- r
			return answer(r)
		})})
	if err != nil {
		t.Fatal(err)
	}
	return ns.URL(), seen
}

func accept(miniapp.Registration) (miniapp.Lease, error) {
	return miniapp.Lease{For: time.Second, Renew: 150 * time.Millisecond, URL: "https://heddle.example"}, nil
}

func TestAJoinedProgramAnswersItsGatewayAlone(t *testing.T) {
	t.Parallel()
	nats, got := gatewayFake(t, accept)
	s := serve(t, "--join "+nats+" --token hdl_x --address "+listentest.Host(), asker())
	if s.line != "greeter is ready: https://heddle.example/asker/" {
		t.Errorf("it says %q", s.line)
	}
	reg := <-got
	if err := reg.Validate(); err != nil || reg.Token != "hdl_x" || reg.Program != "greeter" {
		t.Fatalf("%+v, %v", reg, err)
	}
	app := reg.Apps[0]
	if app.Root != "/asker" || app.Cards[0].Subtitle != "Says who you are." || app.Cards[0].Enter != "/asker/" || app.Cards[0].Protected || app.Cards[0].Help != "/asker/_info" || app.OpenAPI != "/_info/openapi.json" {
		t.Errorf("%+v", app)
	}
	var rules []string
	for _, r := range app.Routes {
		rules = append(rules, r.Access)
	}
	if got := strings.Join(rules, " "); got != "authenticated authenticated role:operator authenticated public public public" {
		t.Errorf("the rules are %s", got)
	}
	signer := miniapp.NewSigner()
	header := func(key miniapp.Secret, name, method, uri string) string {
		text, err := signer.Sign(key, miniapp.Caller{Principal: who.Principal{ID: "u1", Name: name}}, method, uri, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return miniapp.HeaderCaller + ": " + text
	}
	for name, c := range map[string]struct {
		path, header string
		status       int
		body         string
	}{
		"from the gateway":            {"/asker/me?x=1", header(reg.Key, "alice", "GET", "/asker/me?x=1"), 200, "you are alice"},
		"of nobody":                   {"/asker/me", "X: y", 401, "app.gateway_only"},
		"of nobody, public":           {"/asker/", "X: y", 401, "app.gateway_only"},
		"with a token":                {"/asker/me", "Authorization: Bearer hdl_x", 401, "app.gateway_only"},
		"signed by somebody else":     {"/asker/me", header(miniapp.NewKey(), "alice", "GET", "/asker/me"), 401, "app.gateway_only"},
		"signed for something else":   {"/asker/me", header(reg.Key, "alice", "GET", "/asker/"), 401, "app.gateway_only"},
		"a rule of the program's":     {"/asker/odd", header(reg.Key, "alice", "GET", "/asker/odd"), 403, "not odd"},
		"and who may":                 {"/asker/odd", header(reg.Key, "odd", "GET", "/asker/odd"), 200, "you are odd"},
		"a rule that both know":       {"/asker/admin", header(reg.Key, "alice", "GET", "/asker/admin"), 403, "role"},
		"public, but somebody asks":   {"/asker/", header(reg.Key, "alice", "GET", "/asker/"), 200, "you are alice"},
		"the help of who may less":    {"/asker/_info", header(reg.Key, "alice", "GET", "/asker/_info"), 200, "GET /<wbr>asker/<wbr>me"},
		"the help of who may more":    {"/asker/_info", header(reg.Key, "odd", "GET", "/asker/_info"), 200, "GET /<wbr>asker/<wbr>odd"},
		"something that is not there": {"/asker/x", header(reg.Key, "alice", "GET", "/asker/x"), 404, "no_path"},
	} {
		resp, body := ask(t, "GET", reg.URL+c.path, c.header)
		if resp.StatusCode != c.status || !strings.Contains(body, c.body) {
			t.Errorf("%s: %d %s", name, resp.StatusCode, body)
		}
	}
	again := <-got // it renews, with all that it said before
	if again.Key != reg.Key || again.Instance != reg.Instance || len(again.Apps) != 1 {
		t.Errorf("the renewal is %+v", again)
	}
	s.stop()
	for last := range got {
		if last.Leave {
			if last.Instance != reg.Instance || last.Token != "hdl_x" {
				t.Errorf("it leaves as %+v", last)
			}
			break
		}
	}
}

// Between machines a program is reached over TLS, and known by the key whose
// pin it has registered.
func TestAJoinedProgramShowsItsKey(t *testing.T) {
	t.Parallel()
	nats, got := gatewayFake(t, accept)
	host := listentest.Host()
	serve(t, "--join "+nats+" --token hdl_x --port 5004 --address "+host+" --announce https://"+host+":5004", asker())
	reg := <-got
	if err := reg.Validate(); err != nil || reg.URL != "https://"+host+":5004" {
		t.Fatalf("%+v, %v", reg, err)
	}
	for pin, want := range map[string]bool{reg.Pin: true, miniapp.Pin(&x509.Certificate{}): false} {
		c := &http.Client{Transport: &http.Transport{TLSClientConfig: miniapp.Pinned(pin), DisableKeepAlives: true}}
		if err := miniapp.Challenge(t.Context(), c, reg.URL, reg.Key); (err == nil) != want || !want && !errors.Is(err, miniapp.ErrPin) {
			t.Errorf("%v: %v", want, err)
		}
	}
}

func TestWhenAProgramIsReachedOverTLS(t *testing.T) {
	t.Parallel()
	for at, want := range map[[2]string]bool{
		{"127.0.0.1", ""}: false, {"::1", ""}: false, {"::ffff:127.0.0.1", ""}: false, {"10.0.0.7", ""}: true, {"0.0.0.0", ""}: true, {"fe80::1", ""}: true,
		{"0.0.0.0", "http://10.0.0.7:1"}: false, {"127.0.0.1", "https://10.0.0.7:1"}: true,
	} {
		if c := (rest.ServeConfig{Address: at[0], Announce: at[1]}); c.Encrypts() != want {
			t.Errorf("%v: %v", at, !want)
		}
	}
}

// A container that finds its routes by itself is registered as a whole.
func TestAModelWithRulesOfItsOwnJoinsToo(t *testing.T) {
	t.Parallel()
	nats, got := gatewayFake(t, accept)
	c := asker()
	c.Find = func(r *http.Request) int { return 0 }
	c.Routes[0] = rest.Raw("GET /me", who.Authenticated, rest.Doc{Title: "What may I?"}, func(w http.ResponseWriter, r *http.Request) error {
		_, err := io.WriteString(w, strings.Join(rest.Permissions(r.Context()), " "))
		return err
	})
	serve(t, "--join "+nats+" --token hdl_x --address "+listentest.Host(), c)
	reg := <-got
	if app := reg.Apps[0]; len(app.Routes) != 1 || app.Routes[0].Pattern != "/{rest...}" || app.Routes[0].Access != "public" || !app.Permissions {
		t.Errorf("%+v", app)
	}
	caller := miniapp.Caller{Principal: who.Principal{ID: "u1"}, Permissions: []string{"api://a", "app://b"}}
	text, err := miniapp.NewSigner().Sign(reg.Key, caller, "GET", "/asker/whatever", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if resp, body := ask(t, "GET", reg.URL+"/asker/whatever", miniapp.HeaderCaller+": "+text); body != "api://a app://b" {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}

func TestARefusalEndsTheProgram(t *testing.T) {
	t.Parallel()
	for _, kind := range []fault.Kind{fault.Denied, fault.Unauthenticated, fault.Conflict, fault.Invalid} {
		nats, _ := gatewayFake(t, func(miniapp.Registration) (miniapp.Lease, error) {
			return miniapp.Lease{}, fault.New(kind, "x", "because of %s", kind)
		})
		err := rest.ServeContext(t.Context(), rest.ServeOptions{Args: []string{"--token=x", "--join", nats}}, asker())
		if err == nil || !strings.Contains(err.Error(), "because of "+string(kind)) {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestALaterRefusalIsWaitedOut(t *testing.T) {
	t.Parallel()
	n := 0
	nats, got := gatewayFake(t, func(r miniapp.Registration) (miniapp.Lease, error) {
		if n++; n == 1 { // not ready: asked again before the program is
			return miniapp.Lease{}, fault.New(fault.Unavailable, "x", "later")
		}
		if n == 3 {
			return miniapp.Lease{}, fault.New(fault.Denied, "x", "no more")
		}
		return accept(r)
	})
	s := serve(t, "--join "+nats+" --token x --address "+listentest.Host(), asker())
	for range 5 {
		<-got
	}
	s.stop()
}
