package gateway_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/services/auth"
	"github.com/heddle-dev/heddle/services/gateway"
)

// public are the routes that anybody may use. Whoever adds one adds it here,
// on purpose.
var public = map[string]bool{
	"POST /api/v1/login": true, "GET /api/v1/openapi.json": true,
	"GET /": true, "GET /livez": true, "GET /readyz": true, "GET /ca.pem": true,
	"GET /.well-known/openid-configuration": true, "GET /.well-known/jwks.json": true,
	"GET /.well-known/oauth-authorization-server": true, "GET /auth/.well-known/openid-configuration": true,
	"GET /auth/.well-known/oauth-authorization-server": true, "GET /auth/jwk": true,
	"GET /auth/authorize": true, "POST /auth/authorize": true, "GET /auth/authorization": true, "POST /auth/authorization": true,
	"POST /auth/token": true, "POST /auth/device": true, "POST /auth/introspect": true, "POST /auth/revoke": true,
	"GET /auth/login": true, "POST /auth/login": true, "GET /auth/login/{provider}": true, "GET /auth/redirect": true,
	"GET /auth/logout": true, "POST /auth/logout": true,
	"GET /oauth2/auth": true, "POST /oauth2/auth": true, "GET /oauth2/token": true, "POST /oauth2/token": true,
	"GET /docs": true, "GET /docs/problems": true, "GET /docs/apis/{name}": true, "GET /docs/assets/{name}": true,
	" /core4/api/v1/login": true, " /core4/api/v1/reset": true, " /core4/api/v1/{rest...}": true,
	" /core4/api/login": true, " /core4/api/reset": true, " /core4/api/{rest...}": true,
	" /core4/login": true, " /core4/reset": true, " /core4/{rest...}": true,
	"GET /DEMO-SITE/rest/core": true, "GET /DEMO-SITE/rest/core/certificate": true,
	"GET /DEMO-SITE/rest/workflows": true, "GET /DEMO-SITE/rest/workflows/certificate": true,
	"GET /DEMO-SITE/rest/registries": true, "GET /DEMO-SITE/rest/registries/default_registry": true,

	// ecFlow's manual opens reading to everybody.
	"GET /v1/suites": true, "GET /v1/suites/tree": true, "GET /v1/suites/{path...}/tree": true, "GET /v1/suites/{path...}/definition": true,
	"GET /v1/suites/{path...}/status": true, "GET /v1/suites/{path...}/attributes": true, "GET /v1/suites/{path...}/script": true,
	"GET /v1/suites/{path...}/output": true, "GET /v1/server/ping": true, "GET /v1/server/status": true, "GET /v1/server/attributes": true,
	"GET /v1/statistics": true,
	// A job's word to its task and a user's come the same way: the route looks for itself.
	"PUT /v1/suites/{path...}/status": true, "PUT /v1/suites/{path...}/attributes": true,
	// What is not offered: 501, 404, and OPTIONS.
	" /v1/suites": true, " /v1/suites/tree": true, " /v1/suites/{path...}": true, " /v1/suites/{path...}/tree": true,
	" /v1/suites/{path...}/definition": true, " /v1/suites/{path...}/status": true, " /v1/suites/{path...}/attributes": true,
	" /v1/suites/{path...}/script": true, " /v1/suites/{path...}/output": true, " /v1/server/ping": true, " /v1/server/status": true,
	" /v1/server/attributes": true, " /v1/statistics": true,
}

// aboutHandlers are core4's pages about handlers: each asks for what its
// handler demands.
var aboutHandlers = []string{"_info", "_info/openapi.json", "_info/card/{id}", "_info/help/{id}", "_info/enter/{id}",
	"_asset/project/{id}/{file}", "_asset/default/{id}/{file}"}

func init() {
	for _, root := range []string{"/core4/", "/core4/api/", "/core4/api/v1/"} {
		for _, name := range aboutHandlers {
			public[" "+root+name] = true
		}
	}
}

func TestEveryRouteHasAnAccessRule(t *testing.T) {
	t.Parallel()
	nc, err := nats.Connect("nats://127.0.0.1:1", nats.RetryOnFailedConnect(true))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	g, err := gateway.New(gateway.Config{Listen: []string{"127.0.0.1:0"}, DataDir: t.TempDir()},
		gateway.Deps{NATS: nc, Log: logx.Discard(), Metrics: http.NotFoundHandler()})
	if err != nil {
		t.Fatal(err)
	}
	stop := begin(t, g)
	defer stop()
	rules := map[string]string{}
	for _, r := range g.Routes() {
		name := r.Method + " " + r.Pattern
		rules[name] = r.Access
		if (r.Access == "public") != public[name] {
			t.Errorf("%s has the rule %q", name, r.Access)
		}
	}
	if rules["GET /metrics"] != "role:operator" {
		t.Errorf("metrics have the rule %q", rules["GET /metrics"])
	}
	if len(rules) < 50 {
		t.Errorf("only %d routes", len(rules))
	}
}

// The gateway is there from the first moment, and says what it waits for.
func TestStartsBeforeEverythingElse(t *testing.T) {
	t.Parallel()
	broker := natstest.Start(t)
	broker.Stop()
	nc, err := nats.Connect(broker.URL(), nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1), nats.ReconnectWait(10*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	g := newGateway(t, t.TempDir(), nc)
	begin(t, g)
	c := newClient(t, g, "demouser", "test123")
	c.as("", "").ok(nil, "GET", "/livez", "")
	if a := c.as("", "").send("GET", "/readyz", ""); a.StatusCode != 503 || !strings.Contains(a.body, "NATS") ||
		!strings.Contains(a.body, "access tokens") || !strings.Contains(a.body, "revoked") || !strings.Contains(a.body, "events") {
		t.Errorf("readyz: %d %s", a.StatusCode, a.body)
	}
	t.Run("without NATS", func(t *testing.T) {
		for _, path := range []string{"/api/v1/jobs", "/api/v1/events", "/DEMO-SITE/rest/core/jobs", "/jobs", "/.well-known/jwks.json"} {
			t.Run(path, func(t *testing.T) {
				t.Parallel()
				c := *c
				c.t = t
				if a := c.send("GET", path, ""); a.StatusCode != 503 || a.Header.Get("Retry-After") == "" {
					t.Errorf("%d %v %s", a.StatusCode, a.Header, a.body)
				}
			})
		}
	})
	t.Run("and then they come", func(t *testing.T) {
		broker.Begin(t)
		begin(t, auth.New(auth.Config{Issuer: issuer, DataDir: t.TempDir(), Demo: true}, auth.Deps{NATS: nc, Log: logx.Discard()}))
		ready(t, g)
		c := *c
		c.t = t
		c.as("", "").ok(nil, "GET", "/readyz", "")
		c.ok(nil, "GET", "/api/v1/me", "")
	})
}
