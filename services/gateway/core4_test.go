package gateway_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/gateway"
)

// What core4's door does, told as its users' days; the services are real.
func TestCore4(t *testing.T) {
	t.Parallel()
	h := start(t)
	c := core4Gateway(t, h, nil)
	for name, f := range map[string]func(*testing.T, *client){
		"the manual's conversation":   core4Manual,
		"what the manual's login is":  core4Token,
		"other doors take no token":   core4Elsewhere,
		"an API key stays an API key": core4Keys,
		"errors are core4's":          core4Errors,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := *c
			c.t, c.name = t, "" // nobody, if nothing else is said
			f(t, &c)
		})
	}
	t.Run("a token is followed by a fresh one", func(t *testing.T) { core4Refresh(t, h) })
}

// core4Gateway is one more gateway, with the manual's containers.
func core4Gateway(t *testing.T, h *heddle, now func() time.Time) *client {
	t.Helper()
	g, err := gateway.New(gateway.Config{Listen: []string{"127.0.0.1:0"}, Issuer: issuer, Demo: true,
		DataDir: filepath.Join(h.dir, fmt.Sprint("core4", now != nil)), Drain: 2 * time.Second},
		gateway.Deps{NATS: h.nats.Conn(t), Log: logx.Discard(), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	begin(t, g)
	ready(t, g)
	return newClient(t, g, "", "")
}

// core4Answer is the envelope.
type core4Answer struct {
	answer
	ID        string          `json:"_id"`
	Code      int             `json:"code"`
	Message   string          `json:"message"`
	Timestamp string          `json:"timestamp"`
	Data      json.RawMessage `json:"data"`
	Error     string          `json:"error"`
}

func (c *client) core4(method, path, body string, headers ...string) core4Answer {
	c.t.Helper()
	a := core4Answer{answer: c.send(method, path, body, headers...)}
	if err := json.Unmarshal([]byte(a.body), &a); err != nil {
		c.t.Fatalf("%s %s: %v in %s", method, path, err, a.body)
	}
	if a.Code != a.StatusCode || len(a.ID) != 24 || (a.Error == "") != (a.Code < 400) {
		c.t.Errorf("%s %s: %d %s", method, path, a.StatusCode, a.body)
	}
	return a
}

// token signs in.
func (c *client) token(name, password string) string {
	c.t.Helper()
	a := c.core4("POST", "/core4/api/v1/login", fmt.Sprintf(`{"username":%q,"password":%q}`, name, password))
	var data struct{ Token string }
	if err := json.Unmarshal(a.Data, &data); err != nil || a.Code != 200 {
		c.t.Fatalf("%s does not sign in: %d %s", name, a.Code, a.body)
	}
	return data.Token
}

func bearer(token string) string { return "Authorization: Bearer " + token }

// covers: C2-057 C2-058 C2-059 C2-060 C2-061 C2-062 C2-063 C2-064 C2-065 C2-066 C2-074 C2-075 C2-076 C2-077 C2-078 C2-120
func core4Manual(t *testing.T, c *client) {
	const base = "/core4/api/v1"
	browser := *c.http
	browser.Jar, _ = cookiejar.New(nil)
	with := *c
	with.http = &browser

	signin := with.core4("GET", base+"/login?username=admin&password=hans", "")
	var data struct{ Token string }
	if err := json.Unmarshal(signin.Data, &data); err != nil || signin.Code != 200 || signin.Message != "OK" || data.Token == "" {
		t.Fatalf("%d %s", signin.Code, signin.body)
	}
	if at, err := time.Parse("2006-01-02T15:04:05.999999", signin.Timestamp); err != nil || time.Since(at).Abs() > time.Minute {
		t.Errorf("timestamp %s: %v", signin.Timestamp, err)
	}
	set := signin.Header.Get("Set-Cookie")
	if signin.Header.Get("Token") != data.Token || !strings.HasPrefix(set, `token="2|1:0|10:`) || !strings.Contains(set, "|5:token|") ||
		!strings.Contains(set, "; Path=/; Expires=") {
		t.Errorf("%v", signin.Header)
	}
	if days := time.Until(signin.Cookies()[0].Expires).Hours() / 24; days < 29.9 || days > 30.1 {
		t.Errorf("the cookie lives %f days", days)
	}
	for name, a := range map[string]core4Answer{
		"token":          c.core4("GET", "/core4/api/profile", "", bearer(c.token("admin", "hans"))),
		"cookies":        with.core4("GET", "/core4/api/profile", ""),
		"query":          c.core4("GET", "/core4/api/profile?token="+data.Token, ""),
		"Basic":          c.core4("GET", "/core4/api/profile", "", basicAuth("admin", "hans")),
		"with a version": with.core4("GET", base+"/profile", ""),
	} {
		if a.Code != 200 || !strings.Contains(string(a.Data), `"name":"admin"`) {
			t.Errorf("%s: %d %s", name, a.Code, a.body)
		}
	}
	// The manual's second conversation signs in below its own container.
	browser.Jar, _ = cookiejar.New(nil)
	if a := with.core4("GET", "/args/login?username=admin&password=hans", ""); a.Code != 200 {
		t.Fatalf("%d %s", a.Code, a.body)
	}
	if a := with.core4("GET", "/args/test", ""); a.Code != 200 || string(a.Data) != `"got: None (0sec. to now)"` {
		t.Errorf("%d %s", a.Code, a.body)
	}
	if a := c.core4("GET", "/args/test", ""); a.Code != 401 {
		t.Errorf("without the cookies: %d", a.Code)
	}
}

func basicAuth(name, password string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}

// covers: C2-067 C2-082
func core4Token(t *testing.T, c *client) {
	parts := strings.Split(c.token("Admin", "hans"), ".")
	if len(parts) != 3 || parts[0] != "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9" {
		t.Fatalf("%v", parts)
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims struct {
		Name      string
		Timestamp float64
		Exp       int64
	}
	if err != nil || json.Unmarshal(raw, &claims) != nil || claims.Name != "admin" || claims.Exp-int64(claims.Timestamp) != 8*60*60 {
		t.Errorf("%s %v", raw, err)
	}
	for _, bad := range []string{
		"eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + parts[1] + ".", parts[0] + "." + parts[1] + ".AAAA", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9." + parts[1] + "." + parts[2]} {
		if a := c.core4("GET", "/core4/api/v1/profile", "", bearer(bad)); a.Code != 401 {
			t.Errorf("%s: %d", bad, a.Code)
		}
	}
}

func core4Elsewhere(t *testing.T, c *client) {
	token := c.token("admin", "hans")
	for _, path := range []string{"/api/v1/me", "/jobs", "/DEMO-SITE/rest/core/jobs", "/api/v1/me?token=" + token} {
		if a := c.send("GET", path, "", bearer(token)); a.StatusCode != 401 {
			t.Errorf("%s takes core4's token: %d", path, a.StatusCode)
		}
	}
	if a := c.send("GET", "/api/v1/me", "", "Cookie: token="+token); a.StatusCode != 401 {
		t.Errorf("core4's cookie: %d", a.StatusCode)
	}
}

// A key that may only read does not become a token that may write.
func core4Keys(t *testing.T, c *client) {
	op := c.as("admin", "hans")
	var key struct{ Token, Key, Secret string }
	a := op.ok(&key, "POST", "/api/v1/tokens", `{"name":"reader","scopes":["api:read"]}`)
	value := key.Token + key.Key + key.Secret
	if !strings.HasPrefix(value, "hdl_") {
		t.Fatalf("%s", a.body)
	}
	if a := c.core4("GET", "/core4/api/v1/login", "", bearer(value)); a.Code != 401 {
		t.Errorf("login: %d", a.Code)
	}
	if a := c.core4("POST", "/core4/example/write", "", bearer(value)); a.Code != 403 {
		t.Errorf("write: %d %s", a.Code, a.body)
	}
}

func core4Errors(t *testing.T, c *client) {
	for _, path := range []string{"/core4", "/core4/x", "/core4/api/x", "/core4/api/v1/x", "/core4/example/x", "/my/x"} {
		if a := c.core4("POST", path, "{}"); a.Code != 404 {
			t.Errorf("%s: %d %s", path, a.Code, a.body)
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), "POST", c.base+"/core4/api/v1/login", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if a := c.do(r); a.StatusCode != 403 || !strings.Contains(a.body, `"_id"`) {
		t.Errorf("from another site: %d %s", a.StatusCode, a.body)
	}
}

// A gateway whose clock is an hour ahead finds every token old.
//
// covers: C2-079 C2-081 C2-083
func core4Refresh(t *testing.T, h *heddle) {
	c := core4Gateway(t, h, func() time.Time { return time.Now().Add(61 * time.Minute) })
	c.t = t
	first := c.token("admin", "hans")
	a := c.core4("GET", "/core4/api/v1/profile", "", bearer(first))
	second := a.Header.Get("Token")
	if a.Code != 200 || second == "" || second == first || len(a.Cookies()) != 1 {
		t.Fatalf("%d %v", a.Code, a.Header)
	}
	for _, token := range []string{first, second} {
		if a := c.core4("GET", "/core4/api/v1/profile", "", bearer(token)); a.Code != 200 {
			t.Errorf("%d %s", a.Code, a.body)
		}
	}
}
