package app_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// The order of section 1.5: 404, 405 of an unknown method, 401, 403, 405, 413.
//
// covers: C2-005
func TestChecksInTheirOrder(t *testing.T) {
	t.Parallel()
	protected := says("ok")
	protected.Public = false
	s := serve(t, env(), under(app.Rule{Pattern: "/open", Handler: says("ok")}, app.Rule{Pattern: "/closed", Handler: protected}))
	long := strings.Repeat("x", 1<<20+1)
	const may = "X-Perms: api://project.api.v1"
	for _, tc := range []struct {
		method, path, body string
		headers            []string
		want               int
		allow              string
	}{
		{"BREW", "/x/none", long, nil, 404, ""},
		{"POST", "/x/none", "", nil, 404, ""},
		{"BREW", "/x/closed", "", nil, 405, "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"},
		{"BREW", "/x/open", "", nil, 405, "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"},
		{"OPTIONS", "/x/closed", "", nil, 200, "GET, HEAD, OPTIONS"},
		{"OPTIONS", "/x/none", "", nil, 404, ""},
		{"POST", "/x/closed", long, nil, 401, ""},
		{"POST", "/x/closed", long, []string{"X-User: anna"}, 403, ""},
		{"POST", "/x/closed", long, []string{"X-User: anna", may}, 405, "GET, HEAD, OPTIONS"},
		{"POST", "/x/open", long, nil, 405, "GET, HEAD, OPTIONS"},
		{"GET", "/x/closed", long, []string{"X-User: anna", may}, 413, ""},
		{"GET", "/x/closed", "", []string{"X-User: anna", may}, 200, ""},
		{"HEAD", "/x/closed", "", []string{"X-User: anna", may}, 200, ""},
		{"HEAD", "/x/closed", "", []string{"X-User: anna", may + "/c"}, 403, ""},
	} {
		a := send(t, s, tc.method, tc.path, tc.body, tc.headers...)
		if a.Code != tc.want || a.Header().Get("Allow") != tc.allow || tc.want == 200 && tc.method != "GET" && a.Body.Len() > 0 {
			t.Errorf("%s %s %v: %d %v %s", tc.method, tc.path, tc.headers, a.Code, a.Header(), a.Body)
		}
		if tc.want == 405 && a.Message != "Method Not Allowed" {
			t.Errorf("%s", a.Body)
		}
	}
}

// raising is a function of its own, for its name to be seen.
func raising(*app.Call) (any, error) { return nil, app.Error(409, "this is the ErrorTestHandler") }

func failing(*app.Call) (any, error) {
	return nil, fmt.Errorf("reading: %w", errors.New("secret detail"))
}

func crashing(*app.Call) (any, error) { panic("boom") }

// covers: C2-052 C2-053 C2-054
func TestOnlyDebugModeTellsWhereErrorsComeFrom(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		f           func(*app.Call) (any, error)
		code        int
		trace, line string
	}{
		{raising, 409, "app_test.raising\n\t", "tornado.web.HTTPError: HTTP 409: Conflict (this is the ErrorTestHandler)\n"},
		{failing, 500, "reading: secret detail\n", "tornado.web.HTTPError: HTTP 500: Internal Server Error ("},
		{crashing, 500, "panic: boom\n", "tornado.web.HTTPError: HTTP 500: Internal Server Error ("},
	} {
		quiet := get(t, one(t, handler(tc.f)), "/x/y")
		if quiet.Code != tc.code || !strings.HasPrefix(quiet.Error, tc.line) || strings.Contains(quiet.Error, "serve_test.go") || strings.Contains(quiet.Error, tc.trace) {
			t.Errorf("%d %s", quiet.Code, quiet.Error)
		}
		e := env()
		e.Config = app.WithEnvironment(nil, []string{"CORE4_OPTION_api__setting__debug=true"})
		loud := get(t, serve(t, e, under(app.Rule{Pattern: "/y", Handler: handler(tc.f)})), "/x/y")
		if loud.Code != tc.code || !strings.Contains(loud.Error, "serve_test.go:") || !strings.Contains(loud.Error, tc.trace) || !strings.Contains(loud.Error, tc.line) {
			t.Errorf("debug: %d %s", loud.Code, loud.Error)
		}
	}
}

func TestActionsAfterTheAnswer(t *testing.T) {
	t.Parallel()
	var done []string
	s := one(t, handler(func(c *app.Call) (any, error) {
		c.After(func(context.Context) { panic("in the first") })
		c.After(func(ctx context.Context) { done = append(done, fmt.Sprint("second ", ctx.Err())) })
		return "ok", nil
	}))
	ctx, cancel := context.WithCancel(t.Context())
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("GET", "/x/y", nil).WithContext(ctx))
	cancel()
	if w.Code != 200 || !w.Flushed || len(done) != 1 || done[0] != "second <nil>" {
		t.Errorf("%d %v %q", w.Code, w.Flushed, done)
	}
}

func TestEveryRequestIsInTheLog(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]func(*app.Call) (any, error){
		"level=INFO msg=request handler=project.api.v1.handler.MyHandler status=200 method=GET path=/x/y ms=0 by=\"\" remote=192.0.2.1": func(*app.Call) (any, error) { return "", nil },
		"level=WARN msg=request handler=project.api.v1.handler.MyHandler status=409":                                                    raising,
		"level=ERROR msg=request handler=project.api.v1.handler.MyHandler status=500":                                                   crashing,
	} {
		var log strings.Builder
		get(t, serve(t, logging(&log), under(app.Rule{Pattern: "/y", Handler: handler(f)})), "/x/y?token=canary")
		if s := log.String(); !strings.Contains(s, want) || strings.Contains(s, "canary") {
			t.Errorf("%s", s)
		}
	}
}
