package core4_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

var authDown = fault.New(fault.Unavailable, "auth.store_down", "down").WithRetry(2 * time.Second)

// covers: C2-016 C2-017 C2-018 C2-020
func TestPermissions(t *testing.T) {
	t.Parallel()
	const write = "api://core4.api.v1.example.WriteHandler"
	for _, tc := range []struct {
		perms, method, path string
		code                int
	}{
		{"", "GET", "/core4/example/hello", 403},
		{"", "GET", "/core4/example/public", 200},
		{"", "POST", "/core4/example/public", 405},
		{"", "OPTIONS", "/core4/example/hello", 200},
		{"", "OPTIONS", "/core4/example/none", 404},
		{"", "GET", "/core4/example/none", 404},
		{"", "GET", "/core4/api/none", 404},
		{"", "POST", "/core4/none", 404},
		{"", "POST", "/core4/example/hello", 403}, // an unauthorised one does not learn what there is
		{"api://core4.api.v1.example", "POST", "/core4/example/hello", 405},
		{"api://core4.api.v1.example", "HEAD", "/core4/example/hello", 200},
		{"api://core4.api.v1.example.Hello", "GET", "/core4/example/hello", 200},
		{"api://core4.*Hello", "GET", "/core4/example/hello", 200},
		{"api://other", "GET", "/core4/example/hello", 403},
		{"cop", "GET", "/core4/example/hello", 200},
		{"cop", "DELETE", "/core4/example/write", 200},
		{write + "/r", "GET", "/core4/example/write", 200},
		{write + "/r", "POST", "/core4/example/write", 403},
		{write + "/c", "POST", "/core4/example/write", 200},
		{write + "/c", "PUT", "/core4/example/write", 403},
		{write + "/u", "PUT", "/core4/example/write", 200},
		{write + "/u", "PATCH", "/core4/example/write", 405},
		{write + "/ud", "DELETE", "/core4/example/write", 200},
		{write + "/", "GET", "/core4/example/write", 403},
		{write, "DELETE", "/core4/example/write", 200},
	} {
		w := newWorld(t)
		alice := w.add("alice", "a", strings.Fields(tc.perms)...)
		if tc.perms == "cop" {
			alice.Roles = []string{who.RoleOperator} // the auth service sees to it
		}
		for name, a := range map[string]answer{
			"Basic":       w.send(tc.method, tc.path, "", basic("alice", "a")),
			"an argument": w.send(tc.method, tc.path+"?token="+w.token("alice"), ""),
			"a cookie":    w.send(tc.method, tc.path, "", "Cookie: token=sealed|"+w.token("alice")),
			"a token":     w.send(tc.method, tc.path, "", "Authorization: Bearer at.alice"),
		} {
			if tc.perms == "cop" && name == "a token" {
				continue // it was got without the operator's role
			}
			if a.Code != tc.code || (a.Code == 405) != (a.Header().Get("Allow") != "" && tc.method != "OPTIONS") {
				t.Errorf("%q may %s %s by %s: %d %v %s", tc.perms, tc.method, tc.path, name, a.Code, a.Header(), a.Body)
			}
		}
		if a := w.send(tc.method, tc.path, ""); tc.code == 403 && a.Code != 401 {
			t.Errorf("%s %s as nobody: %d", tc.method, tc.path, a.Code)
		}
	}
}

func TestTokenWithoutTheOperatorsRole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tokens["hdl_key"] = issued{"admin", w.now, authapi.KindAPIKey}
	if a := w.send("GET", "/core4/example/hello", "", "Authorization: Bearer hdl_key"); a.Code != 200 {
		t.Errorf("a key of an operator: %d %s", a.Code, a.Body)
	}
	w.users["admin"].Roles = nil // as a key without the scope resolves
	for _, value := range []string{"at.admin", "hdl_key"} {
		if a := w.send("GET", "/core4/example/hello", "", "Authorization: Bearer "+value); a.Code != 403 {
			t.Errorf("%s: %d %s", value, a.Code, a.Body)
		}
	}
}

// covers: C2-198 C2-199 C2-200 C2-201 C2-202 C2-204
func TestTenants(t *testing.T) {
	t.Parallel()
	const my = "api://myproject.api.handler.MyHandler "
	both := func(path, id, client string) string { return fmt.Sprintf(`{"_id":%q,"client":%q}`, id, client) }
	for _, tc := range []struct{ perms, path, want string }{
		{my + "app://client/lufthansa", "/my/api/lufthansa/0815", both("", "0815", "lufthansa")},
		{my, "/my/api/lufthansa/0815", "403"},
		{"app://client/lufthansa", "/my/api/lufthansa/0815", "403"},
		{my + "app://client/other", "/my/api/lufthansa/0815", "403"},
		{my + "app://client/Lufthansa", "/my/api/lufthansa/0815", "403"},
		{my + "app://client/luft", "/my/api/lufthansa/0815", "403"},
		{my + "app://client/ app://client", "/my/api/lufthansa/0815", "403"},
		{my + "app://lufthansa", "/my/api/lufthansa/0815", "403"},
		{"cop", "/my/api/anybody/x", both("", "x", "anybody")},
		{my + "app://client/c1/unit2", "/my/api/c1/unit2/abc", both("", "abc", "c1/unit2")},
		{my + "app://client/c1", "/my/api/c1/unit2/abc", "403"}, // nothing is inherited
		{my + "app://client/c1/unit2", "/my/api/c1%2Funit2/abc", both("", "abc", "c1/unit2")},
		{my + "app://client/c1", "/my/api/%631/abc", both("", "abc", "c1")},
		{my + "app://client/c1", "/my/api/c1%252Fx/abc", "403"}, // decoded once
		{my + "app://client/c1", "/my/api/c1/", both("", "", "c1")},
		{my + "app://client/c1", "/my/api/c1", "404"},
		{my + "app://client/c1", "/my/api/../api/c1/x", "403"},
		{"api://core4.api.v1.example app://client/c1", "/core4/example/named/c1/7", both("", "7", "c1")},
		{"api://core4.api.v1.example app://client/c1", "/core4/example/ordered/c1/7", both("", "7", "c1")},
		{"api://core4.api.v1.example app://client/7", "/core4/example/ordered/c1/7", "403"},
		{"api://core4.api.v1.example/c app://client/c1", "/core4/example/named/c1/7", "403"}, // letters count
	} {
		w := newWorld(t)
		alice := w.add("alice", "a", strings.Fields(tc.perms)...)
		if tc.perms == "cop" {
			alice.Roles = []string{who.RoleOperator}
		}
		a := w.send("GET", tc.path, "", basic("alice", "a"))
		got := fmt.Sprint(a.Code)
		if a.Code == 200 {
			b, _ := json.Marshal(a.Data)
			got = string(b)
		}
		if got != tc.want {
			t.Errorf("%q at %s: %s", tc.perms, tc.path, a.Body)
		}
	}
}

// covers: C2-202
func TestOtherProtocols(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("alice", "a", "api://core4.api.v1.example", "app://store/a", "job://core4.run/x", "job://core4.read/r")
	w.add("bob", "b", "app://store/a", "job://core4.run/x")
	for request, code := range map[string]int{
		"GET /key/store/a": 200, "GET /key/store": 403, "GET /key/store/a/b": 403,
		"GET /job/core4.run.Job": 200, "POST /job/core4.run.Job": 200,
		"GET /job/core4.read.Job": 200, "POST /job/core4.read.Job": 403, "GET /job/other": 403,
	} {
		method, path, _ := strings.Cut(request, " ")
		if a := w.send(method, "/core4/example"+path, "", basic("alice", "a")); a.Code != code {
			t.Errorf("%s: %d %s", request, a.Code, a.Body)
		}
		if a := w.send(method, "/core4/example"+path, "", basic("bob", "b")); a.Code != 403 {
			t.Errorf("%s without the handler's own: %d", request, a.Code)
		}
	}
}

// covers: C2-028
func TestLoginIsOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if a := w.send("POST", base+"/login", `{"username":"nobody","password":"none"}`); a.Code != 200 {
		t.Errorf("who has no permission signs in: %d", a.Code)
	}
}

func TestAnswersHaveAnEnvelope(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ok := w.send("GET", "/core4/example/hello", "", basic("admin", "hans"))
	if len(ok.ID) != 24 || ok.Header().Get("X-Request-ID") != ok.ID || ok.Timestamp != "2026-11-21T12:00:00.123456" || ok.Data != "hello world" ||
		strings.Contains(ok.Body.String(), `"error"`) || ok.Header().Get("Content-Type") != "application/json; charset=UTF-8" {
		t.Errorf("%v %s", ok.Header(), ok.Body)
	}
	bad := w.send("GET", "/core4/example/hello", "", basic("nobody", "none"))
	if bad.Error != "tornado.web.HTTPError: HTTP 403: Forbidden (You have no permission for this.)\n" || strings.Contains(bad.Body.String(), `"data"`) {
		t.Errorf("%s", bad.Body)
	}
	if kept := ok.Header().Get("Cache-Control"); kept != "private, no-cache" {
		t.Errorf("who has an answer may ask whether it is another: %s", kept)
	}
	ok.Header().Set("Cache-Control", "no-store")
	for _, a := range []answer{ok, bad, w.send("OPTIONS", "/core4/example/hello", ""), w.send("GET", "/core4/x", "")} {
		h := a.Header()
		if h.Get("Access-Control-Allow-Origin") != "*" || h.Get("Access-Control-Allow-Credentials") != "" || h.Get("Access-Control-Expose-Headers") != "Token" ||
			h.Get("Cache-Control") != "no-store" || h.Get("Access-Control-Allow-Headers") != "access-control-allow-origin,authorization,content-type" {
			t.Errorf("%v", h)
		}
	}
	page := w.send("GET", "/core4/<b>", "", browser)
	if page.Code != 404 || !strings.Contains(page.Body.String(), "<h1>404</h1>") || strings.Contains(page.Body.String(), "<b>") {
		t.Errorf("%d %s", page.Code, page.Body)
	}
	text := w.send("GET", "/core4/example/hello", "", basic("nobody", "none"), "Accept: text/plain")
	if text.Code != 403 || !strings.HasPrefix(text.Body.String(), "403 Forbidden\n") {
		t.Errorf("%d %s", text.Code, text.Body)
	}
	if a := w.send("POST", "/core4/example/write", strings.Repeat("x", 1<<20+1), basic("admin", "hans")); a.Code != 413 {
		t.Errorf("a large body: %d", a.Code)
	}
}
