package app_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// Whatever the path, there is an answer with one envelope, and nobody comes to
// what is protected.
func FuzzPaths(f *testing.F) {
	for _, path := range []string{"/x/y", "/x//y", "/x/../x/y", "/x/%2e%2e/y", "/x/n/a%2Fb/", "/x/n/%ff/%00", "/x/closed/%", "/x/closed%2f1", "x", "/x/_info/help/%2e"} {
		f.Add("GET", path)
	}
	closed := says("secret")
	closed.Public = false
	containers, err := app.Containers(env(), under(
		app.Rule{Pattern: "/y", Handler: says("y")}, app.Rule{Pattern: `/n/(?P<a>.+)/(?P<b>.*)`, Handler: groups("n", "a", "b")},
		app.Rule{Pattern: "/closed(/.*)?", Handler: closed}, app.Rule{Pattern: "POST /{a}/{b...}", Handler: closed},
	))
	if err != nil {
		f.Fatal(err)
	}
	s, err := rest.NewServer(env().Log, containers...)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, method, path string) {
		u, err := url.ParseRequestURI(path)
		if err != nil || u.Host != "" || method == "" {
			return
		}
		r := httptest.NewRequest("GET", "/", nil)
		r.Method, r.URL = method, u
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code == http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s %q: %d %s", method, path, w.Code, w.Body)
		}
	})
}

// What a path is made of is what is found in it.
func FuzzReverse(f *testing.F) {
	for _, pair := range [][2]string{{"lufthansa", "0815"}, {"a b", "ä/ö"}, {"%2F", "?#"}, {"..", "."}, {"a", ""}} {
		f.Add(pair[0], pair[1])
	}
	var path string
	var back []string
	reverse := handler(func(c *app.Call) (any, error) {
		var err error
		path, err = c.Reverse("named", back...)
		return nil, err
	})
	named := handler(func(c *app.Call) (any, error) { back = []string{c.Group("a"), c.Group("b")}; return nil, nil })
	containers, err := app.Containers(env(), under(
		app.Rule{Pattern: "/reverse", Handler: reverse}, app.Rule{Pattern: `/named/(?P<a>[^/]+)/of/(?P<b>.*)`, Handler: named, Name: "named"}))
	if err != nil {
		f.Fatal(err)
	}
	s, err := rest.NewServer(env().Log, containers...)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if a == "" || strings.Contains(a, "/") || !utf8.ValidString(a+b) || len(a+b) > 1000 {
			return
		}
		back = []string{a, b}
		s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/x/reverse", nil))
		back = nil
		s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
		if len(back) != 2 || back[0] != a || back[1] != b {
			t.Errorf("%q %q by %s: %q", a, b, path, back)
		}
	})
}
