package gateway_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/services/gateway"
)

// echo is a program of core4's handlers that says who asks, with what query.
func echo(t *testing.T) []rest.Container {
	t.Helper()
	says := func(c *app.Call) (any, error) {
		return c.User().Name + " " + c.Request().URL.RawQuery + " " + strings.Join(c.Request().Header.Values("Cookie"), " "), nil
	}
	made, err := app.Containers(app.Env{Version: "7"}, app.Container{Name: "echo.api.v1.Server", Root: "/echo", Title: "Echo", Rules: []app.Rule{
		{Pattern: "/me", Handler: &app.Handler{Qual: "echo.api.v1.Me", Title: "Me", Author: "mra", Doc: "Says who.",
			Methods: app.Methods{http.MethodGet: says, http.MethodPost: says}}},
		{Pattern: "/all", Handler: &app.Handler{Qual: "echo.api.v1.All", Title: "All", Author: "mra", Doc: "Says what.", Public: true,
			Methods: app.Methods{http.MethodGet: says}}},
		{Pattern: "/(?:logout|out)", Handler: &app.Handler{Qual: "echo.api.v1.Out", Title: "Out", Author: "mra", Doc: "Is its own.", Public: true,
			Methods: app.Methods{http.MethodGet: func(*app.Call) (any, error) { return "my own", nil }}}}}})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// What core4's login gives is good for a program of core4's handlers that has
// joined, wherever core4's clients put it, and the program does not see it.
//
// covers: C2-015 C2-001
func TestCore4sCredentialsAreGoodForPrograms(t *testing.T) {
	t.Parallel()
	h := start(t)
	admin, nobody := h.as("admin", "hans"), h.as("", "")
	var key struct{ Secret string }
	admin.ok(&key, "POST", "/api/v1/tokens", `{"name":"echo","scopes":["api","operator"]}`)
	h.joins(key.Secret, echo(t))
	signedIn := nobody.core4("GET", "/echo/login?username=admin&password=hans", "") // as the manual does at /args
	token, cookie := signedIn.Header.Get("Token"), strings.Split(signedIn.Header.Get("Set-Cookie"), ";")[0]
	bearer, sealed := "Authorization: Bearer "+token, "Cookie: other=1; "+cookie
	for name, tc := range map[string]struct {
		method, path string
		headers      []string
		code         int
		data         string
	}{
		"the token":                       {"GET", "/me?q=1", []string{bearer}, 200, "admin q=1 "},
		"as an argument":                  {"GET", "/me?q=1&token=" + token, nil, 200, "admin q=1 "},
		"the password as arguments":       {"POST", "/me?username=admin&password=hans&q=1", nil, 200, "admin q=1 "},
		"the cookie":                      {"GET", "/me", []string{sealed}, 200, "admin  other=1"},
		"the cookie, for a change":        {"POST", "/me", []string{sealed, "Origin: " + h.base}, 200, "admin  other=1"},
		"from another site":               {"POST", "/me", []string{sealed, "Origin: http://evil.example"}, 403, ""},
		"a forged token":                  {"GET", "/me", []string{bearer + "x"}, 401, ""},
		"a header decides alone":          {"GET", "/me?token=" + token, []string{"Authorization: Bearer x", sealed}, 401, ""},
		"a forged argument":               {"GET", "/me?token=" + token + "x", nil, 401, ""},
		"a wrong password":                {"GET", "/me?username=admin&password=x", nil, 401, ""},
		"a forged cookie":                 {"GET", "/me", []string{sealed + "0"}, 401, ""},
		"its profile, by cookie":          {"GET", "/profile", []string{sealed}, 200, ""},
		"its profile, of nobody":          {"GET", "/profile", nil, 401, ""},
		"a rule of the program's own":     {"GET", "/logout", nil, 200, "my own"},
		"a wrong login":                   {"POST", "/login?username=admin&password=x", nil, 401, ""},
		"nothing":                         {"GET", "/me", nil, 401, ""},
		"a forged cookie, open to all":    {"GET", "/all", []string{sealed + "0"}, 200, "  other=1"},
		"a wrong header, open to all":     {"GET", "/all", []string{"Authorization: Bearer x"}, 200, "  "},
		"an argument that is no token":    {"GET", "/all?token=abc", nil, 200, " token=abc "},
		"a username that proves nothing":  {"GET", "/me?username=bob", []string{sealed}, 200, "admin username=bob other=1"},
		"a name and password of somebody": {"GET", "/me?username=alice&password=hans", nil, 401, ""},
	} {
		a := nobody.send(tc.method, "/echo"+tc.path, "", tc.headers...)
		var got core4Answer
		var data string
		_ = json.Unmarshal([]byte(a.body), &got)
		_ = json.Unmarshal(got.Data, &data)
		if a.StatusCode != tc.code || data != tc.data || tc.code == 401 && got.Code != 401 {
			t.Errorf("%s: %d %q %s", name, a.StatusCode, data, a.body)
		}
	}
}

// Whoever works with a program of core4's handlers alone is given a new token in
// time, as by core4 itself.
//
// covers: C2-015
func TestTokensAreRenewedByPrograms(t *testing.T) {
	t.Parallel()
	h := start(t)
	var key struct{ Secret string }
	h.as("admin", "hans").ok(&key, "POST", "/api/v1/tokens", `{"name":"echo","scopes":["api","operator"]}`)
	h.joins(key.Secret, echo(t))
	token := h.as("", "").core4("GET", "/echo/login?username=admin&password=hans", "").Header.Get("Token")
	// A gateway is ready when it knows the programs that have joined.
	hasty := newClient(t, h.another(t, gateway.Config{Core4: gateway.Core4Config{TokenRefresh: time.Nanosecond}}), "", "")
	fresh := h.as("", "").send("GET", "/echo/me", "", "Authorization: Bearer "+token)
	if fresh.StatusCode != 200 || fresh.Header.Get("Token") != "" {
		t.Errorf("a fresh token: %d, and a new one %q", fresh.StatusCode, fresh.Header.Get("Token"))
	}
	old := hasty.send("GET", "/echo/me", "", "Authorization: Bearer "+token)
	renewed := old.Header.Get("Token")
	if old.StatusCode != 200 || renewed == "" || !strings.HasPrefix(old.Header.Get("Set-Cookie"), "token=") {
		t.Fatalf("an old token: %d %s %v", old.StatusCode, old.body, old.Header)
	}
	if a := hasty.send("GET", "/echo/me", "", "Authorization: Bearer "+renewed); a.StatusCode != 200 {
		t.Errorf("the new token: %d %s", a.StatusCode, a.body)
	}
	if a := hasty.send("GET", "/echo/me", "", "Authorization: Bearer "+token+"x"); a.StatusCode != 401 || a.Header.Get("Token") != "" {
		t.Errorf("a forged one: %d %v", a.StatusCode, a.Header)
	}
}
