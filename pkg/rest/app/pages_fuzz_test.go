package app_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// fuzzed serves containers to a fuzz test.
func fuzzed(f *testing.F, c app.Container) *rest.Server {
	f.Helper()
	containers, err := app.Containers(env(), c)
	if err != nil {
		f.Fatal(err)
	}
	s, err := rest.NewServer(logx.Discard(), containers...)
	if err != nil {
		f.Fatal(err)
	}
	return s
}

// Whatever path is asked for, nothing outside a directory is served, nobody is
// led to another server, and nothing breaks.
func FuzzStaticPath(f *testing.F) {
	for _, seed := range []string{"", "sub/x.txt", "../../../secret.txt", "..%2f..%2f..%2fsecret.txt", "//evil.example/", "%00", "./", "sub/../default.html", "%5c..%5csecret.txt", "sub", "?_help", "%ff%fe/"} {
		f.Add(seed)
	}
	s := fuzzed(f, filed(app.Rule{Pattern: "/help", Handler: help(app.Handler{})}))
	f.Fuzz(func(t *testing.T, path string) {
		r := httptest.NewRequest("GET", "/", nil)
		u, err := url.Parse("http://h.example/x/help/" + path)
		if err != nil {
			return
		}
		r.URL = u
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if strings.Contains(w.Body.String(), "secret\n") || w.Body.String() == "secret" {
			t.Fatalf("%q gives a file outside", path)
		}
		if w.Code != 200 && w.Code/100 != 3 && w.Code/100 != 4 {
			t.Fatalf("%q: %d", path, w.Code)
		}
		if to := w.Header().Get("Location"); to != "" && (!strings.HasPrefix(to, "/x/") || strings.ContainsAny(to, "\\\r\n")) {
			t.Fatalf("%q leads to %q", path, to)
		}
	})
}

// Whatever an argument is, it is text in a page: the elements are the
// template's.
func FuzzTemplateArgument(f *testing.F) {
	for _, seed := range []string{"<script>", `"onload=x`, "{{.config}}", "javascript:x", "</p><p>", "\x00", "&lt;"} {
		f.Add(seed)
	}
	c := under(app.Rule{Pattern: "/y", Handler: handler(func(c *app.Call) (any, error) {
		return nil, c.Render("page.html", map[string]any{"q": c.Request().Header.Get("X-Q")})
	})})
	c.Files = fstest.MapFS{"api/v1/page.html": {Data: []byte(`<p title="{{.q}}">{{.q}}</p><a href="{{.q}}">x</a>`)}}
	s := fuzzed(f, c)
	f.Fuzz(func(t *testing.T, q string) {
		r := httptest.NewRequest("GET", "/x/y", nil)
		r.Header = http.Header{"X-Q": {q}}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		body := w.Body.String()
		if w.Code != 200 || strings.Count(body, "<") != 4 || strings.Count(body, ">") != 4 || strings.Count(body, `"`) != 4 ||
			strings.Contains(strings.ToLower(body), `href="javascript`) {
			t.Fatalf("%q: %d %s", q, w.Code, body)
		}
	})
}
