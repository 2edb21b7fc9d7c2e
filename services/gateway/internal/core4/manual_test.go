package core4_test

import (
	"net/url"
	"strings"
	"testing"
)

// The manual's conversation: who signs in below a container works there with
// what they got, and is answered as the manual says.
//
// covers: C2-075 C2-120 C2-121 C2-122 C2-123 C2-124
func TestConversationOfTheManual(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	signin := w.send("GET", "/args/login?username=admin&password=hans", "")
	if signin.Code != 200 || signin.cookie() == nil {
		t.Fatalf("%d %s", signin.Code, signin.Body)
	}
	cookie, token := "Cookie: "+signin.cookie().String(), "Authorization: Bearer "+signin.token()
	const cet = `"1971-06-14T07:30:00 CET"`
	for _, tc := range []struct{ method, target, body, want string }{
		{"GET", "/args/test", "", "got: None (0sec. to now)"},
		{"GET", "/args/test?dt=2018-11-07", "", "got: 2018-11-07 00:00:00 ("},
		{"GET", "/args/test?dt=1971-06-14T07:30:00", "", "got: 1971-06-14 07:30:00 ("},
		{"GET", "/args/test?dt=" + url.QueryEscape(strings.Trim(cet, `"`)), "", "got: 1971-06-14 06:30:00 ("},
		{"POST", "/args/test", `{"dt":` + cet + `}`, "got: 1971-06-14 06:30:00 ("},
		{"POST", "/args/test", "dt=2018-11-07", "got: 2018-11-07 00:00:00 ("},
		{"GET", "/test-server/test", "", "hello world"},
	} {
		for _, header := range []string{cookie, token} {
			a := w.send(tc.method, tc.target, tc.body, header, form)
			if text, _ := a.Data.(string); a.Code != 200 || !strings.HasPrefix(text, tc.want) {
				t.Errorf("%s %s by %.7s: %d %s", tc.method, tc.target, header, a.Code, a.Body)
			}
		}
	}
	a := w.send("GET", "/my/api/lufthansa/0815", "", cookie)
	if data, _ := a.Data.(map[string]any); data["_id"] != "0815" || data["client"] != "lufthansa" {
		t.Errorf("%d %s", a.Code, a.Body)
	}
	for _, target := range []string{"/args/test", "/test-server/test", "/my/api/lufthansa/0815"} {
		if a := w.send("GET", target, ""); a.Code != 401 || a.Error == "" {
			t.Errorf("%s by nobody: %d %s", target, a.Code, a.Body)
		}
	}
}

// covers: C2-203 C2-204 C2-205 C2-206
func TestTenantOfTheManual(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.add("both", "x", "api://myproject.api.handler.MyHandler", "app://client/lufthansa")
	w.add("handler", "x", "api://myproject.api.handler.MyHandler")
	w.add("client", "x", "app://client/lufthansa")
	for user, want := range map[string]int{"both": 200, "handler": 403, "client": 403, "nobody": 403, "admin": 200} {
		password := map[string]string{"admin": "hans", "nobody": "none"}[user]
		if password == "" {
			password = "x"
		}
		if a := w.send("GET", "/my/api/lufthansa/0815", "", basic(user, password)); a.Code != want {
			t.Errorf("%s: %d %s", user, a.Code, a.Body)
		}
	}
}
