package core4

import (
	"encoding/json"
	"maps"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/authapi/perm"
)

// What was a credential is not there for the handler; what was none is.
func TestUsedArgumentsAreRemoved(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		given, left string
		shown       credential
	}{
		"token":    {"token username password x", "username password x", credential{token: "token", kind: authapi.KindCore4JWT}},
		"password": {"username password x", "x", credential{name: "username", password: "password"}},
		"name":     {"username x", "username x", credential{token: "sealed", kind: authapi.KindCore4Seal}},
		"nothing":  {"x", "x", credential{token: "sealed", kind: authapi.KindCore4Seal}},
	} {
		args, left := arguments{}, arguments{}
		for _, word := range strings.Fields(tc.given) {
			args[word] = word
		}
		for _, word := range strings.Fields(tc.left) {
			left[word] = word
		}
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Cookie", `token="sealed"`)
		if got := credentialOf(args, r); got != tc.shown || !maps.Equal(args, left) {
			t.Errorf("%s: %+v leaves %v", name, got, args)
		}
	}
}

func TestArgumentsAreOneNameSpace(t *testing.T) {
	t.Parallel()
	read := func(target, contentType, body string) arguments {
		r := httptest.NewRequest("POST", target, strings.NewReader(body))
		r.Header.Set("Content-Type", contentType)
		c := &Call{w: httptest.NewRecorder(), r: r}
		if err := c.read(); err != nil {
			t.Fatal(err)
		}
		return c.args
	}
	const urlencoded = "application/x-www-form-urlencoded"
	for name, tc := range map[string]struct {
		got  arguments
		want string
	}{
		"query, the last":      {read("/?a=1&a=2", "", ""), "2"},
		"form beats query":     {read("/?a=1", urlencoded, "a=2"), "2"},
		"JSON beats query":     {read("/?a=1", "", `{"a":"3"}`), "3"},
		"JSON of any type":     {read("/?a=1", urlencoded, `{"a":3}`), "3"},
		"no JSON":              {read("/?a=1", "application/json", `{"a":`), "1"},
		"no object":            {read("/?a=1", "application/json", `["a"]`), "1"},
		"no UTF-8":             {read("/?a=1", "application/json", "{\"a\":\"\xff\"}"), "1"},
		"null is not given":    {read("/?a=1", "", `{"a":null}`), ""},
		"control characters":   {read("/?a=x%00y", "", ""), "x y"},
		"an object as text":    {read("/", "", `{"a":{"b":[true]}}`), `{"b":[true]}`},
		"multipart":            {read("/", `multipart/form-data; boundary=b`, "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n5\r\n--b--\r\n"), "5"},
		"a multipart unbroken": {read("/?a=1", `multipart/form-data; boundary=b`, "--b"), "1"},
	} {
		if got := tc.got.text("a"); got != tc.want {
			t.Errorf("%s: %q", name, got)
		}
	}
	_, err := arguments{}.need("a")
	if err == nil {
		t.Error("what is missing is not missed")
	}
}

func TestArgumentsHaveTypes(t *testing.T) {
	t.Parallel()
	for text, want := range map[any]any{
		"YES": true, "t": true, " On ": true, "0": false, "False": false, true: true,
		"2": nil, "": nil, json.Number("1"): nil,
	} {
		got, err := arguments{"a": text}.truth("a")
		if (err != nil) != (want == nil) || err == nil && got != want {
			t.Errorf("%v is %v, %v", text, got, err)
		}
	}
	for text, want := range map[any]int{" 12 ": 12, "-1": -1, json.Number("123.456"): 123, "x": 0, "1.5": 0, "": 0, json.Number("1e300"): 0} {
		got, err := arguments{"a": text}.whole("a", 7)
		if (err != nil) != (want == 0) || got != want {
			t.Errorf("%v is %v, %v", text, got, err)
		}
	}
	if n, err := (arguments{}).whole("a", 7); n != 7 || err != nil {
		t.Errorf("%d %v", n, err)
	}
	for text, want := range map[string]int{`["a","b"]`: 2, "": 0, `[1]`: -1, `{}`: -1, "x": -1} {
		if got, err := (arguments{"a": text}).texts("a"); (err != nil) != (want < 0) || err == nil && len(got) != want {
			t.Errorf("%s is %v, %v", text, got, err)
		}
	}
}

// Permissions are written against these names: they stay.
//
// covers: C2-029
func TestHandlersHaveTheirNames(t *testing.T) {
	t.Parallel()
	d := &door{}
	const under = "core4.api.v1.request."
	want := map[string]string{"/login": "standard.login.LoginHandler", "/reset": "standard.login.LoginHandler",
		"/logout": "standard.logout.LogoutHandler", "/profile": "standard.profile.ProfileHandler",
		"/roles": "role.main.RoleHandler", "/roles/(.*)": "role.main.RoleHandler"}
	for _, rule := range append(d.standard(), d.administration()...) {
		if rule.Handler.Qual != under+want[rule.Pattern] || rule.Handler.Public != (rule.Handler.Qual == under+"standard.login.LoginHandler") {
			t.Errorf("%s is %+v", rule.Pattern, rule.Handler)
		}
		delete(want, rule.Pattern)
	}
	if len(want) != 0 {
		t.Errorf("missing: %v", want)
	}
	seeds := perm.Compile([]string{"api://core4.api.v1.request.standard.LoginHandler"})
	if allow(seeds, d.loginHandler(), "POST", "") != nil || allow(seeds, d.logoutHandler(), "POST", "") == nil {
		t.Error("the login handler goes by the manual's name too")
	}
}

func TestWhatIsPreferred(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]string{
		"": "json", "*/*": "json", "text/*": "html", "text/html": "html", "text/html,application/json": "json",
		"text/html;q=0.9,application/json;q=0.8": "html", "application/json;q=0.1, text/csv": "csv", "image/png": "json",
		"text/html;q=0": "json", "text/plain": "text", "text/*;q=0.5,text/html;q=0.1": "csv", "nonsense;;": "json",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept", accept)
		if got := prefers(r, nil); got != want {
			t.Errorf("%q prefers %s", accept, got)
		}
		if got := prefers(r, arguments{"content_type": "csv"}); got != "csv" {
			t.Errorf("%q beats the argument: %s", accept, got)
		}
	}
}
