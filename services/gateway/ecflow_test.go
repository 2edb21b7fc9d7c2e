package gateway_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/gateway"
)

const (
	suites   = "/v1/suites"
	oneSuite = `{"definition":"suite s"}`
)

// ecflowGateway is one with a list of tokens, beside the one that h has, and a
// client of it over TLS.
func ecflowGateway(t *testing.T, nc *nats.Conn, change func(*gateway.Config)) *client {
	t.Helper()
	dir := t.TempDir()
	list, token, err := gateway.AddToken(nil, "my app", "", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "tokens.json")
	if err := os.WriteFile(file, list, 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := gateway.Config{Listen: []string{"127.0.0.1:0"}, Issuer: issuer, DataDir: dir, Drain: 2 * time.Second, Ecflow: gateway.EcflowConfig{TokensFile: file}}
	if change != nil {
		change(&cfg)
	}
	g, err := gateway.New(cfg, gateway.Deps{NATS: nc, Log: logx.Discard()})
	if err != nil {
		t.Fatal(err)
	}
	begin(t, g)
	c := newClient(t, g, "", token) // no name: the password is not sent
	c.base = strings.Replace(c.base, "http:", "https:", 1)
	return c
}

// plain is the same client without TLS.
func (c *client) plain() *client {
	other := *c
	other.base = strings.Replace(c.base, "https:", "http:", 1)
	return &other
}

// answers checks the form of an error of ecFlow's door.
func (c *client) answers(what string, a answer, status int, message string) {
	c.t.Helper()
	var e struct {
		Code                  int
		Message, Path, Method string
	}
	err := json.Unmarshal([]byte(a.body), &e)
	if err != nil || a.StatusCode != status || e.Code != status || !strings.HasPrefix(e.Message, message) || e.Path == "" || e.Method == "" ||
		a.Header.Get("Content-Type") != "application/json" {
		c.t.Errorf("%s: %d %s; want %d %q", what, a.StatusCode, a.body, status, message)
	}
}

const away = "Failed to connect to localhost:3141"

// The tokens of the list, passwords and API keys open ecFlow's door; nothing
// else does, and no door but this one knows the list.
//
// covers: E3-002 E3-050 E3-053 E3-056 E3-057 E3-059 E3-100
func TestEcflowCredentials(t *testing.T) {
	t.Parallel()
	h := start(t)
	c := ecflowGateway(t, h.nats.Conn(t), nil)
	token, user := c.password, c.as("demouser", "test123")
	var key, reader struct{ Secret string }
	user.ok(&key, "POST", "/api/v1/tokens", `{"name":"all","scopes":["api"]}`)
	user.ok(&reader, "POST", "/api/v1/tokens", `{"name":"reader","scopes":["api:read"]}`)
	jwt := user.bearer()

	for what, send := range map[string]func(*client) answer{
		"bearer":     func(c *client) answer { return c.send("POST", suites, oneSuite, "Authorization: Bearer "+token) },
		"header":     func(c *client) answer { return c.send("POST", suites, oneSuite, "X-API-Key: "+token) },
		"query":      func(c *client) answer { return c.send("POST", suites+"?key="+token, oneSuite) },
		"key":        func(c *client) answer { return c.send("POST", suites, oneSuite, "Authorization: Bearer "+key.Secret) },
		"key, query": func(c *client) answer { return c.send("DELETE", suites+"/s/t?key="+key.Secret, "") },
		"password":   func(c *client) answer { return c.as("demouser", "test123").send("POST", suites, oneSuite) },
	} {
		c.answers(what, send(c), 502, away)
		c.answers(what+", plain", send(c.plain()), 403, "SSL is required for state-altering commands")
	}
	for what, header := range map[string]string{"a JWT": jwt, "a wrong token": "X-API-Key: " + token + "x", "a wrong key": "X-API-Key: " + key.Secret + "x", "nothing": "X-None: "} {
		c.answers(what, c.send("POST", suites, oneSuite, header), 401, "Unauthorized")
	}
	c.answers("a wrong password", c.as("demouser", "wrong").send("POST", suites, oneSuite), 401, "Unauthorized")
	c.answers("a reader's key", c.send("POST", suites, oneSuite, "X-API-Key: "+reader.Secret), 403, "The credentials do not go so far")
	c.answers("a job", c.plain().send("PUT", suites+"/s/t/status", `{"ECF_NAME":"/s/t"}`), 502, away)
	for _, path := range []string{"/api/v1/me", "/jobs", unicoreJobs} {
		if a := c.send("GET", path, "", "Authorization: Bearer "+token); a.StatusCode != 401 {
			t.Errorf("a token of ecFlow's list at %s: %d", path, a.StatusCode)
		}
	}
}

// Whoever guesses passwords here is slowed down as at every other door.
func TestEcflowGuessing(t *testing.T) {
	t.Parallel()
	h := start(t)
	c := ecflowGateway(t, h.nats.Conn(t), nil).as("alice", "wrong")
	for range 10 {
		c.answers("a guess", c.send("POST", suites, oneSuite), 401, "Unauthorized")
	}
	a := c.send("POST", suites, oneSuite)
	c.answers("one too many", a, 429, "")
	if a.Header.Get("Retry-After") == "" {
		t.Errorf("headers: %v", a.Header)
	}
	if a := c.send("GET", "/v1/statistics?filter=num_errors", ""); a.body != "11" {
		t.Errorf("num_errors is %s", a.body)
	}
}

// The list needs nobody else: without NATS tokens are judged, passwords wait.
func TestEcflowAlone(t *testing.T) {
	t.Parallel()
	nc, err := nats.Connect("nats://127.0.0.1:1", nats.RetryOnFailedConnect(true))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	for name, config := range map[string]struct {
		change func(*gateway.Config)
		plain  int // status of a change without TLS
		get    int // status of reading without credentials
	}{
		"as it comes":       {nil, 403, 200},
		"demo":              {func(c *gateway.Config) { c.Demo = true }, 502, 200},
		"demo behind proxy": {func(c *gateway.Config) { c.Demo, c.TrustForwarded = true, true }, 403, 200},
		"demo, strict":      {func(c *gateway.Config) { c.Demo, c.Ecflow.PlainHTTP = true, "never" }, 403, 200},
		"loopback":          {func(c *gateway.Config) { c.Ecflow.PlainHTTP = "loopback" }, 502, 200},
		"reading closed":    {func(c *gateway.Config) { c.Ecflow.AuthGet = true }, 403, 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := ecflowGateway(t, nc, config.change)
			key := "X-API-Key: " + c.password
			c.answers("with TLS", c.send("POST", suites, oneSuite, key), 502, away)
			c.answers("wrong", c.send("POST", suites, oneSuite, key+"x"), 401, "Unauthorized")
			c.answers("plain", c.plain().send("POST", suites, oneSuite, key), config.plain, "")
			if a := c.plain().send("GET", "/v1/statistics", ""); a.StatusCode != config.get {
				t.Errorf("reading: %d %s", a.StatusCode, a.body)
			}
			c.answers("password", c.as("alice", "alice123").send("POST", suites, oneSuite), 503, "")
			c.answers("page of another site", c.send("POST", suites, oneSuite, key, "Sec-Fetch-Site: cross-site"), 403, "Another site")
			c.answers("the same with a header that browsers do not add", c.send("POST", suites, oneSuite, "Authorization: Bearer "+c.password, "Sec-Fetch-Site: cross-site"), 502, away)
		})
	}
}
