package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// groups tells what the pattern took, by name or by place.
func groups(label string, names ...string) *app.Handler {
	return handler(func(c *app.Call) (any, error) {
		out := label
		for _, n := range names {
			out += "|" + c.Group(n)
		}
		return out, nil
	})
}

// covers: C2-008 C2-013
func TestTheFirstRuleThatMatchesIsTheOne(t *testing.T) {
	t.Parallel()
	s := serve(t, env(), under(
		app.Rule{Pattern: "/jobs/poll", Handler: groups("poll")},
		app.Rule{Pattern: "/jobs/poll/(.*)", Handler: groups("poll", "0")},
		app.Rule{Pattern: "/jobs/(.*)", Handler: groups("jobs", "0")},
		app.Rule{Pattern: "/jobs/never", Handler: groups("never")},
		app.Rule{Pattern: "/jobs", Handler: groups("list")},
		app.Rule{Pattern: `/setting(?:/(.*))?`, Handler: groups("setting", "0")},
		app.Rule{Pattern: `/dated/(\d{4})-(\d{2})`, Handler: groups("dated", "0", "1")},
		app.Rule{Pattern: `/named/(?P<client>.+)/(?P<b>.*)`, Handler: groups("named", "client", "b", "none")},
		app.Rule{Pattern: `/end/?$`, Handler: groups("end")},
		app.Rule{Pattern: `/a|/bb`, Handler: groups("either")},
		app.Rule{Pattern: `/with space`, Handler: groups("space")},
		app.Rule{Pattern: "/log/", Handler: groups("log")},
	))
	for path, want := range map[string]string{
		"/jobs": "list", "/jobs/": "jobs|", "/jobs/poll": "poll", "/jobs/poll/": "poll|", "/jobs/poll/a/b": "poll|a/b",
		"/jobs/never": "jobs|never", "/jobs/a%2Fb%20c": "jobs|a/b c", "/jobs//x": "jobs|/x",
		"/setting": "setting|", "/setting/": "setting|", "/setting/_general//language": "setting|_general//language",
		"/dated/2026-11": "dated|2026|11", "/dated/2026-111": "404", "/xjobs": "404", "/named/c1/unit2/abc": "named|c1/unit2|abc|",
		"/end": "end", "/end/": "end", "/end//": "404", "/a": "either", "/bb": "either", "/ab": "404", "/with%20space": "space",
		"/log": "log", "/log/": "log", "//log": "404", "/jobs/%ff": "jobs|\xff", "": "404", "/": "404",
	} {
		a := get(t, s, "/x"+path)
		if got := fmt.Sprint(a.Data); a.Code != 404 && got != strings.ToValidUTF8(want, "\ufffd") || (a.Code == 404) != (want == "404") {
			t.Errorf("%s: %d %s", path, a.Code, a.Body)
		}
	}
}

func TestPatternsOfNetHTTP(t *testing.T) {
	t.Parallel()
	posted := handler(nil)
	posted.Methods = app.Methods{http.MethodPost: func(c *app.Call) (any, error) { return "posted " + c.Group("id"), nil }}
	both := says("both")
	both.Methods[http.MethodDelete] = func(*app.Call) (any, error) { return "deleted", nil }
	s := serve(t, env(), under(
		app.Rule{Pattern: "GET /jobs/{id}", Handler: groups("got", "id")},
		app.Rule{Pattern: "POST /jobs/{id}", Handler: posted},
		app.Rule{Pattern: "/jobs/{id}/history", Handler: groups("history", "id")},
		app.Rule{Pattern: "/files/{site}/{path...}", Handler: groups("file", "site", "path")},
		app.Rule{Pattern: "GET /both", Handler: both},
		app.Rule{Pattern: "/v1.0/{id}", Handler: groups("version", "id")},
		app.Rule{Pattern: "POST /mixed", Handler: posted},
		app.Rule{Pattern: "/mixed", Handler: says("mixed")},
		app.Rule{Pattern: `/n/(\d{2})`, Handler: groups("regular", "0")},
	))
	for request, want := range map[string]string{
		"GET /jobs/a%2Fb": "got|a/b", "POST /jobs/7": "posted 7", "GET /jobs/7/history": "history|7", "GET /jobs/": "404",
		"GET /files/s/a/b.txt": "file|s|a/b.txt", "GET /files/s/": "file|s|", "GET /both": "both",
		"GET /v1.0/x": "version|x", "GET /v1x0/x": "404", "GET /n/12": "regular|12", "GET /n/123": "404",
		"DELETE /jobs/7": "405 GET, HEAD, OPTIONS, POST", "DELETE /both": "405 GET, HEAD, OPTIONS", "GET /mixed": "mixed", "PUT /mixed": "405 GET, HEAD, OPTIONS, POST", "HEAD /jobs/7": "",
	} {
		method, path, _ := strings.Cut(request, " ")
		a := send(t, s, method, "/x"+path, "")
		got := fmt.Sprint(a.Data)
		switch {
		case a.Code == 405:
			got = "405 " + a.Header().Get("Allow")
		case a.Code != 200:
			got = fmt.Sprint(a.Code)
		case method == http.MethodHead:
			got = a.Body.String()
		}
		if got != want {
			t.Errorf("%s: %s, want %s", request, got, want)
		}
	}
	if a := send(t, s, "OPTIONS", "/x/jobs/7", ""); a.Code != 200 || a.Body.Len() > 0 || a.Header().Get("Allow") != "GET, HEAD, OPTIONS, POST" {
		t.Errorf("%d %v", a.Code, a.Header())
	}
}

// The names in listings and metrics can be read by rest, whatever the pattern.
func TestPatternsAreShown(t *testing.T) {
	t.Parallel()
	patterns := []string{"/a", `/named/(?P<client>.+)/(?P<_id>.*)`, `/ordered/(.+)/(.*)`, "/jobs/enqueue/?", "/queue/history(.*)", `/s(?:/(.*))?`,
		`/a\{b\}%`, "/x+", "GET /j/{id}", "(/.*)", "/a//b", "", `/z(.)y`, "/t(/.*)"}
	want := []string{"/x/a", "/x/named/{client}/{_id}", "/x/ordered/{0}/{1}", "/x/jobs/enqueue", "/x/queue/{rest...}", "/x/s/{rest...}",
		"/x/{rest...}", "/x/{rest...}", "/x/j/{id}", "/x/{rest...}", "/x/a/{rest...}", "/x", "/x/{rest...}", "/x/t/{rest...}"}
	var rules []app.Rule
	for _, p := range patterns {
		rules = append(rules, app.Rule{Pattern: p, Handler: says("")})
	}
	own := slices.DeleteFunc(serve(t, env(), under(rules...)).Routes()[1:], func(r rest.RouteInfo) bool {
		return strings.HasPrefix(r.Pattern, "/x/_")
	})
	for i, r := range own {
		if r.Pattern != want[i] {
			t.Errorf("%s is shown as %s", patterns[i], r.Pattern)
		}
	}
}

func TestPathsOfNames(t *testing.T) {
	t.Parallel()
	var c *app.Call
	s := serve(t, env(), under(
		app.Rule{Pattern: "/y", Handler: handler(func(call *app.Call) (any, error) { c = call; return nil, nil }), Name: "self"},
		app.Rule{Pattern: `/named/(?P<client>.+)/(?P<b>.*)`, Handler: says(""), Name: "named"},
		app.Rule{Pattern: `/a+`, Handler: says(""), Name: "vague"},
	))
	get(t, s, "/x/y")
	for _, tc := range []struct {
		name   string
		values []string
		want   string
	}{
		{"self", nil, "/x/y"}, {"named", []string{"c1/unit2", "ä ?#"}, "/x/named/c1/unit2/%C3%A4%20%3F%23"},
		{"named", []string{"one"}, ""}, {"vague", nil, ""}, {"nothing", nil, ""}, {"", nil, ""},
	} {
		got, err := c.Reverse(tc.name, tc.values...)
		if got != tc.want || (err != nil) != (tc.want == "") {
			t.Errorf("%s %q: %s %v", tc.name, tc.values, got, err)
		}
	}
}
