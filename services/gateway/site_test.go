package gateway_test

import (
	"encoding/json"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/redistest"
	"github.com/heddle-dev/heddle/services/gateway"
)

func publicPages(t *testing.T, c *client) {
	nobody := c.as("", "")
	for path, want := range map[string]string{
		"/": "<h1>Heddle</h1>", "/livez": "alive", "/readyz": `"ready":true`,
		"/docs": "swagger-ui-bundle.js", "/docs/assets/init.js": "SwaggerUIBundle(", "/docs/assets/swagger-ui-bundle.js": "SwaggerUIBundle",
		"/docs/assets/swagger-ui.css": ".swagger-ui", "/docs/problems": "RFC 9457", "/ca.pem": "BEGIN CERTIFICATE",
		"/.well-known/jwks.json": `"kty":"OKP"`,
	} {
		a := nobody.ok(nil, "GET", path, "")
		if !strings.Contains(a.body, want) {
			t.Errorf("%s: %.200s", path, a.body)
		}
		if strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") && !strings.Contains(a.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s has no content security policy", path)
		}
	}
	var d struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	nobody.ok(&d, "GET", "/.well-known/openid-configuration", "")
	if d.Issuer != issuer || d.Keys != issuer+"/.well-known/jwks.json" {
		t.Errorf("%+v", d)
	}
	if a := nobody.send("GET", "/nothing", "", "Accept: text/html"); a.StatusCode != 404 || !strings.Contains(a.body, "<h1>404</h1>") {
		t.Errorf("a page that is not there: %d %s", a.StatusCode, a.body)
	}
	if a := nobody.send("GET", "/docs/apis/nothing", ""); a.StatusCode != 404 {
		t.Errorf("an API that is not there: %d", a.StatusCode)
	}
	landing := nobody.ok(nil, "GET", "/", "").body
	for _, root := range []string{"/api/v1", "/core4/api/v1", "/DEMO-SITE/rest/core", "/DEMO-SITE/rest/workflows", "/jobs", "/v1", "/auth", "/oauth2"} {
		if !strings.Contains(landing, "<small>"+strings.ReplaceAll(c.base+root, "/", "/<wbr>")+"</small>") {
			t.Errorf("the first page does not tell of %s: %s", root, landing)
		}
	}
	for path, status := range map[string]int{"/docs/assets/nothing.js": 404, "/docs/assets/init.js": 416} {
		if a := nobody.send("GET", path, "", "Range: bytes=9999999-"); a.StatusCode != status || a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", path, a.StatusCode, a.body)
		}
	}
	documents(t, nobody)
}

// documents: what is documented is what is there.
func documents(t *testing.T, c *client) {
	for path, want := range map[string]string{
		"/api/v1/openapi.json": "/jobs/{id}", "/docs/apis/native": "/jobs/{id}",
		"/docs/apis/unicore": "/storages/{id}", "/docs/apis/dirac": "/{jid}",
	} {
		var doc struct {
			OpenAPI string
			Paths   map[string]any
		}
		a := c.ok(&doc, "GET", path, "")
		found := false
		for p := range doc.Paths {
			found = found || strings.HasSuffix(p, want)
		}
		if !strings.HasPrefix(doc.OpenAPI, "3.1") || !found || !json.Valid([]byte(a.body)) {
			t.Errorf("%s: %.300s", path, a.body)
		}
	}
}

// dialects answer beside the native door, in their own forms, over TLS too.
//
// covers: U4-003 U4-016 U4-017 U4-018 U4-019 U4-020 U4-021 D1-003
func dialects(t *testing.T, c *client) {
	const core = "/DEMO-SITE/rest/core"
	secure := *c
	secure.base = strings.Replace(c.base, "http://", "https://", 1)
	a := secure.ok(nil, "GET", core, "", "Accept: application/json")
	id := a.Header.Get("X-UNICORE-SecuritySession")
	ms, err := strconv.ParseInt(a.Header.Get("X-UNICORE-SecuritySession-Lifetime"), 10, 64)
	if !strings.Contains(a.body, secure.base+core+"/jobs") || id == "" || err != nil || ms <= 7*3600*1000 || ms > 8*3600*1000 {
		t.Errorf("unicore: %v %.300s", a.Header, a.body)
	}
	if a.ProtoMajor != 2 {
		t.Errorf("over TLS the client spoke %s", a.Proto)
	}
	again := secure.as("", "").send("GET", core, "", "Accept: application/json", "X-UNICORE-SecuritySession: "+id)
	if again.StatusCode != 200 || !strings.Contains(again.body, "demouser") {
		t.Errorf("by session: %d %.300s", again.StatusCode, again.body)
	}
	if dead := secure.send("GET", core, "", "X-UNICORE-SecuritySession: made-up"); dead.StatusCode != 432 {
		t.Errorf("a made-up session: %d", dead.StatusCode)
	}
	if fresh := secure.ok(nil, "GET", core, ""); fresh.Header.Get("X-UNICORE-SecuritySession") == "" {
		t.Error("credentials after a dead session give no new one")
	}
	secure.ok(nil, "GET", "/jobs", "")
	large := c.send("GET", core+"/jobs", "", "X-Large: "+strings.Repeat("x", 10<<20))
	if large.StatusCode != 431 || !strings.Contains(large.body, "errorMessage") {
		t.Errorf("10 MB header at unicore: %d %s", large.StatusCode, large.body)
	}
}

// Sessions live in Redis: every replica knows them, they outlive a restart,
// and without Redis the answer is "try again", soon.
func TestReplicasShareSessions(t *testing.T) {
	t.Parallel()
	h := start(t)
	addr, redis := redistest.Start(t)
	replica := func(name string) *client {
		g, err := gateway.New(gateway.Config{Listen: []string{"127.0.0.1:0"}, Issuer: issuer,
			DataDir: filepath.Join(h.dir, name), Redis: "redis://" + addr}, gateway.Deps{NATS: h.nats.Conn(t), Log: logx.Discard()})
		if err != nil {
			t.Fatal(err)
		}
		begin(t, g)
		ready(t, g)
		return newClient(t, g, "demouser", "test123")
	}
	one, two := replica("one"), replica("two").as("", "")
	const jobs = "/DEMO-SITE/rest/core/jobs"
	id := "X-UNICORE-SecuritySession: " + one.ok(nil, "GET", jobs, "").Header.Get("X-UNICORE-SecuritySession")
	two.ok(nil, "GET", jobs, "", id)
	redis.Stop()
	if a := two.send("GET", jobs, "", id); a.StatusCode != 503 || a.Header.Get("Retry-After") == "" {
		t.Errorf("without Redis: %d %v", a.StatusCode, a.Header)
	}
	redis.Resume()
	for deadline := time.Now().Add(10 * time.Second); two.send("GET", jobs, "", id).StatusCode != 200; {
		if time.Now().After(deadline) {
			t.Fatal("10 s after Redis is back the session is not")
		}
	}
	redis.Restart()
	for deadline := time.Now().Add(10 * time.Second); two.send("GET", jobs, "", id).StatusCode != 432; {
		if time.Now().After(deadline) {
			t.Fatal("a session that was lost with Redis has not ended")
		}
	}
}
