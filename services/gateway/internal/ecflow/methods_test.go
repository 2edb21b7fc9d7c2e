package ecflow_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/gateway/internal/ecflow"
)

// offered is every path with its methods, as OPTIONS says them.
//
// covers: E3-075 E3-076 E3-077 E3-078 E3-079 E3-080 E3-081 E3-082 E3-083 E3-084 E3-085 E3-086 E3-087 E3-088 E3-089
// covers: E3-090 E3-091 E3-092 E3-093 E3-094 E3-095 E3-096 E3-097 E3-337
var offered = map[string]string{
	"/v1/suites":                "GET, POST, HEAD",
	"/v1/suites/s":              "PUT, DELETE",
	"/v1/suites/s/t":            "PUT, DELETE",
	"/v1/suites/s/tree":         "GET, HEAD",
	"/v1/suites/s/definition":   "GET, PUT, DELETE, HEAD",
	"/v1/suites/s/f/t/status":   "GET, PUT, HEAD",
	"/v1/suites/tree/status":    "GET, PUT, HEAD",
	"/v1/suites/s/attributes":   "GET, PUT, POST, DELETE, HEAD",
	"/v1/suites/s/t/script":     "GET, PUT, HEAD",
	"/v1/suites/s/t/output":     "GET, HEAD",
	"/v1/server/ping":           "GET, HEAD",
	"/v1/server/status":         "GET, PUT, HEAD",
	"/v1/server/attributes":     "GET, PUT, POST, DELETE, HEAD",
	"/v1/statistics":            "GET, HEAD",
	"/v1/suites/s/status/tree":  "GET, HEAD",
	"/v1/suites/s//f/tree":      "GET, HEAD",
	"/v1/suites/s%2Ff/tree":     "GET, HEAD",
	"/v1/suites/s/%66/t.x/tree": "GET, HEAD",
}

func TestMethods(t *testing.T) {
	t.Parallel()
	w := open(t, nil, example(""))
	for path, allow := range offered {
		got := w.send("OPTIONS "+path, "")
		if h := got.Header(); got.Code != 204 || h.Get("Allow") != allow || h.Get("Access-Control-Allow-Methods") != allow || got.Body.Len() > 0 {
			t.Errorf("OPTIONS %s: %d %v", path, got.Code, h)
		}
		methods := strings.Split(allow, ", ")
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE"} {
			got := w.send(method+" "+path, `{"x":1}`, "Authorization: Bearer "+token)
			want := 200
			if !slices.Contains(methods, method) {
				want = 501
			}
			if got.Code != want {
				t.Errorf("%s %s: %d %s; want %d", method, path, got.Code, got.Body, want)
			}
			if want == 501 && method != "HEAD" {
				// Nobody is asked who they are to be told that there is nothing.
				plain := strings.NewReplacer("%2F", "/", "%66", "f").Replace(path)
				is(t, path, w.send(method+" "+path, "", "Authorization: Nonsense"), 501, fmt.Sprintf(`{"path":%q,"status":501}`, plain))
			}
		}
		for method, status := range map[string]int{"PATCH": 404, "TRACE": 400, "BREW": 400} {
			plain := strings.NewReplacer("%2F", "/", "%66", "f").Replace(path)
			is(t, method, w.send(method+" "+path, `{}`), status, fmt.Sprintf(`{"path":%q,"status":%d}`, plain, status))
		}
	}
}

func TestAbsentPaths(t *testing.T) {
	t.Parallel()
	w := open(t, nil, example(""))
	for target, path := range map[string]string{
		"/v1": "", "/v1/": "", "/v1/nothing": "", "/v1/Suites": "", "/v1//suites": "", "/v1/suites/": "", "/v1/suites/s/": "", "/v1/server": "",
		"/v1/suites/s/status/": "", "/v1/suites/s/f-g/status": "", "/v1/suites/s/f%20g/status": "/v1/suites/s/f g/status",
		"/v1/suites/s/%ff/status": `/v1/suites/s/\ufffd/status`, "/v1/suites/%C3%A4/tree": "/v1/suites/ä/tree", "/v1/statistics/x": "", "/v1/server/ping/": "",
	} {
		if path == "" {
			path = target
		}
		for _, method := range []string{"GET", "POST", "PUT", "DELETE", "PATCH"} {
			got := w.send(method+" "+target, `{}`, "Authorization: Bearer "+token)
			is(t, method+" "+target, got, 404, `{"path":"`+path+`","status":404}`)
			if got.Header().Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s is for all origins", target)
			}
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "PATCH"} {
		is(t, method, w.send(method+" /v1/suites/tree", "{}", "Authorization: Bearer "+token), 404, `{"path":"/v1/suites/tree","status":404}`)
	}
	if len(w.engine.asked) > 0 {
		t.Errorf("the engine was asked %+v", w.engine.asked)
	}
	is(t, "they do not count", w.send("GET /v1/statistics?filter=num_requests", ""), 200, "1")
}

// What the engine is asked is what the path says.
func TestCommands(t *testing.T) {
	t.Parallel()
	w := open(t, nil, example(""))
	for line, want := range map[string]string{
		"GET /v1/suites":                      "GET suites ",
		"HEAD /v1/suites":                     "GET suites ",
		"POST /v1/suites":                     "POST suites ",
		"GET /v1/suites/tree":                 "GET tree ",
		"GET /v1/suites//tree":                "GET tree ",
		"GET /v1/suites/s/f/tree":             "GET tree /s/f",
		"GET /v1/suites/tree/tree":            "GET tree /tree",
		"GET /v1/suites/s//f/../t.1/status":   "GET status /s/f/../t.1",
		"GET /v1/suites/s%2Ff/output":         "GET output /s/f",
		"GET /v1/suites/status/status/script": "GET script /status/status",
		"PUT /v1/suites/s/script":             "PUT script /s",
		"PUT /v1/suites/s":                    "PUT definition /s", // as the manual's example has it
		"PUT /v1/suites/s/definition":         "PUT definition /s",
		"DELETE /v1/suites/s/t":               "DELETE definition /s/t",
		"DELETE /v1/suites/s/t/definition":    "DELETE definition /s/t",
		"POST /v1/suites/s/attributes":        "POST attributes /s",
		"PUT /v1/server/status":               "PUT server status ",
		"DELETE /v1/server/attributes":        "DELETE server attributes ",
	} {
		got := w.send(line+"?content=full", `{"a": 1}`, "X-API-Key: "+token)
		if got.Code != 200 {
			t.Errorf("%s: %d %s", line, got.Code, got.Body)
			continue
		}
		c, _ := w.engine.last(t)
		if s := c.Method + " " + c.Target + " " + c.Path; s != want || c.Query.Get("content") != "full" || c.Child {
			t.Errorf("%s asks %+v, want %s", line, c, want)
		}
		if takes := c.Method != "GET" && (c.Method != "DELETE" || strings.HasSuffix(c.Target, "attributes")); takes != (string(c.Body) == `{"a": 1}`) {
			t.Errorf("%s has the body %q", line, c.Body)
		}
	}
	for _, line := range []string{"GET /v1/suites//status", "DELETE /v1/suites//definition", "GET /v1/suites///output"} {
		if got := w.send(line, "", "X-API-Key: "+token); got.Code != 400 {
			t.Errorf("%s: %d %s", line, got.Code, got.Body)
		}
	}
}

// A job speaks for itself: the engine, and nobody before it, checks its
// password, and whoever reads what the job prints does not see it.
//
// covers: E3-047 E3-048
func TestJobsSpeak(t *testing.T) {
	t.Parallel()
	w := open(t, nil)
	const body = `{"ECF_NAME":"/s/t","ECF_PASS":"xyzzy","ECF_RID":"1","ECF_TRYNO":"1","action":"init"}`
	for _, target := range []string{"/v1/suites/s/t/status", "/v1/suites/s/t/attributes"} {
		for _, headers := range [][]string{nil, {"Authorization: Bearer wrong"}, {basic("alice:alice")}} {
			if got := w.send("PUT "+target, body, headers...); got.Code != 200 {
				t.Fatalf("%s: %d %s", target, got.Code, got.Body)
			}
			c, user := w.engine.last(t)
			if !c.Child || !user.Anonymous() || string(c.Body) != body {
				t.Errorf("%s: %+v of %+v", target, c, user)
			}
		}
	}
	for line, b := range map[string]string{
		"PUT /v1/suites/s/t/script": body, "PUT /v1/suites/s/t": body, "POST /v1/suites/s/attributes": body, "DELETE /v1/suites/s/attributes": body,
		"PUT /v1/server/attributes": body, "PUT /v1/suites/s/status": `{"ecf_name":"/s"}`, "PUT /v1/suites/s/attributes": `[{"ECF_NAME":"/s"}]`,
	} {
		if got := w.send(line, b); got.Code != 401 || strings.Contains(got.Body.String(), "xyzzy") {
			t.Errorf("%s: %d %s", line, got.Code, got.Body)
		}
	}
	away := open(t, func(d *ecflow.Deps) { d.Engine = nil })
	is(t, "no engine", away.send("PUT /v1/suites/s/t/status", `{"ECF_NAME":"/s/t","ECF_PASS":"xyzzy"}`), 502,
		`{"code":502,"message":"Failed to connect to localhost:3141","path":"/v1/suites/s/t/status","method":"PUT","body":"{\"ECF_NAME\":\"/s/t\",\"ECF_PASS\":\"***\"}"}`)
	if got := w.send("PUT /v1/suites/s/t/script", `{"ECF_PASS":"xyzzy`); strings.Contains(got.Body.String(), "xyzzy") {
		t.Errorf("half a body: %s", got.Body)
	}
}
