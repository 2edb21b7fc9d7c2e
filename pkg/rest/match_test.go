package rest_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

func tree(t testing.TB) *rest.Server {
	return server(t,
		rest.Container{Name: "root", Routes: []rest.Route{says("GET /", "home"), says("GET /api/{name}", "shadowed")}},
		rest.Container{Name: "api", Root: "/api", Routes: []rest.Route{
			says("GET /", "index"),
			says("GET /jobs", "list"), says("POST /jobs", "submit"),
			says("GET /jobs/{id}", "job"), says("DELETE /jobs/{name}", "delete"),
			says("POST /jobs/search", "search"),
			says("GET /jobs/{id}/log", "log"),
			says("GET /files/{path...}", "file"), says("GET /files/{id}/meta", "meta"),
			says("GET /nodes/{path...}", "node"), says("GET /nodes/{path...}/status", "status"), says("GET /nodes/{path...}/old/status", "old"),
			says("/any/{path...}", "any"), says("PUT /any/{path...}", "put any"),
			says("GET /head", "get"), says("HEAD /head", "head"),
			says("GET /ümlaut x", "literal"),
		}},
		rest.Container{Name: "deep", Root: "/api/deep/", Routes: []rest.Route{says("GET /{id}", "deep")}},
	)
}

// covers: C2-006 C2-007 C2-012
func TestMatch(t *testing.T) {
	t.Parallel()
	s := tree(t)
	for _, tc := range []struct {
		method, target string
		status         int
		want           string // route, then wildcards
	}{
		{"GET", "/", 200, "home"},
		{"GET", "/api", 200, "index"},
		{"GET", "/api/", 200, "index"},
		{"GET", "/apis", 404, ""},
		{"GET", "/api//", 404, ""},
		{"GET", "//api", 404, ""},
		{"GET", "/api/jobs", 200, "list"},
		{"GET", "/api/jobs/", 200, "list"},
		{"POST", "/api/jobs/", 200, "submit"},
		{"GET", "/api/jobs//", 404, ""},
		{"GET", "/%61pi/jobs", 200, "list"},
		{"GET", "/api/jobs/7", 200, "job id=7"},
		{"GET", "/api/jobs/7/", 200, "job id=7"},
		{"DELETE", "/api/jobs/7/", 200, "delete name=7"},
		{"HEAD", "/api/jobs/7", 200, "job id=7"},
		{"POST", "/api/jobs/search", 200, "search"},
		{"GET", "/api/jobs/search", 200, "job id=search"},
		{"PUT", "/api/jobs/search", 405, ""},
		{"GET", "/api/jobs/7/log", 200, "log id=7"},
		{"GET", "/api/jobs//log", 404, ""},
		{"GET", "/api/jobs/a%2Fb", 200, "job id=a/b"},
		{"GET", "/api/jobs/a%252Fb", 200, "job id=a%2Fb"},
		{"GET", "/api/jobs%2F7", 404, ""},
		{"GET", "/api%2Fjobs", 404, ""},
		{"GET", "/api/jobs/a+b%2Bc%20d", 200, "job id=a+b+c d"},
		{"GET", "/api/jobs/..", 200, "job id=.."},
		{"GET", "/api/jobs/../files/x", 404, ""},
		{"GET", "/api/jobs/%2e%2e", 200, "job id=.."},
		{"GET", "/api/jobs/{id}", 200, "job id={id}"},
		{"GET", "/api/%C3%BCmlaut%20x", 200, "literal"},
		{"GET", "/api/files", 200, "file"},
		{"GET", "/api/files/", 200, "file"},
		{"GET", "/api/files/a/b/", 200, "file path=a/b/ tail=a|b|"},
		{"GET", "/api/files//a", 200, "file path=/a tail=|a"},
		{"GET", "/api/files/a/meta", 200, "meta id=a"},
		{"GET", "/api/files/a/b/meta", 200, "file path=a/b/meta tail=a|b|meta"},
		{"GET", "/api/files/a%2Fb/../c", 200, "file path=a/b/../c tail=a/b|..|c"},
		{"GET", "/api/nodes/a/b/status", 200, "status path=a/b tail=a|b"},
		{"GET", "/api/nodes/status/status", 200, "status path=status tail=status"},
		{"GET", "/api/nodes/status", 200, "node path=status tail=status"},
		{"GET", "/api/nodes//status", 200, "status"},
		{"GET", "/api/nodes/a/old/status", 200, "old path=a tail=a"},
		{"GET", "/api/nodes/old/status", 200, "status path=old tail=old"},
		{"GET", "/api/nodes/a%2Fb/status/x", 200, "node path=a/b/status/x tail=a/b|status|x"},
		{"PATCH", "/api/any/x", 200, "any path=x tail=x"},
		{"PUT", "/api/any/x", 200, "put any path=x tail=x"},
		{"BREW", "/api/any/x", 200, "any path=x tail=x"},
		{"BREW", "/api/jobs", 405, ""},
		{"HEAD", "/api/head", 200, "head"},
		{"GET", "/api/deep/x", 200, "deep id=x"},
		{"GET", "/api/deep", 404, ""},
		{"GET", "/api/" + strings.Repeat("x", 20_000), 414, ""},
	} {
		w := send(s, tc.method, tc.target, "")
		got := w.Header().Get("X-Route")
		for _, name := range []string{"id", "name", "path", "tail"} {
			if v := w.Header().Get("X-" + name); v != "" {
				got += " " + name + "=" + v
			}
		}
		if w.Code != tc.status || got != tc.want {
			t.Errorf("%s %.60s: %d %q, want %d %q", tc.method, tc.target, w.Code, got, tc.status, tc.want)
		}
		if w.Header().Get("Location") != "" {
			t.Errorf("%s %s is redirected", tc.method, tc.target)
		}
	}
}

// covers: C2-005
func TestOtherMethods(t *testing.T) {
	t.Parallel()
	s := tree(t)
	for _, tc := range []struct {
		method, target string
		status         int
		allow          string
	}{
		{"PUT", "/api/jobs", 405, "GET, HEAD, OPTIONS, POST"},
		{"PUT", "/api/jobs/search", 405, "DELETE, GET, HEAD, OPTIONS, POST"},
		{"OPTIONS", "/api/jobs/7/", 204, "DELETE, GET, HEAD, OPTIONS"},
		{"OPTIONS", "/api/none", 404, ""},
	} {
		w := send(s, tc.method, tc.target, "")
		if w.Code != tc.status || w.Header().Get("Allow") != tc.allow {
			t.Errorf("%s %s: %d %q", tc.method, tc.target, w.Code, w.Header().Get("Allow"))
		}
	}
}

func FuzzMatch(f *testing.F) {
	for _, path := range []string{"/api/jobs/7", "/api/files/a%2Fb//..", "//", "/api/any/", "/%", "/api/jobs/%00/log/", "/api/nodes/a/b/status"} {
		f.Add("GET", path)
	}
	s := tree(f)
	f.Fuzz(func(t *testing.T, method, path string) {
		u, err := url.ParseRequestURI(path)
		if err != nil || u.Host != "" || u.Path == "" {
			return
		}
		r := httptest.NewRequest("GET", "/", nil)
		r.Method, r.URL = method, u
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		switch w.Code {
		case 200, 204, 404, 405, 414:
		default:
			t.Fatalf("%s %q: %d %s", method, path, w.Code, w.Body)
		}
		// What was matched is what was sent: joining the tail's segments, each
		// encoded again, gives the end of the path.
		if tail := w.Header().Get("X-Tail"); w.Code == 200 && tail != "" && !strings.Contains(tail, "/") {
			path := u.Path
			if route := w.Header().Get("X-Route"); route == "status" || route == "old" {
				path = strings.TrimSuffix(strings.TrimSuffix(path, "/status"), "/old")
			}
			if !strings.HasSuffix(path, strings.ReplaceAll(tail, "|", "/")) && !strings.Contains(u.Path, "|") {
				t.Fatalf("%q gives the tail %q", path, tail)
			}
		}
	})
}

// A path that is not UTF-8 cannot be carried on, and is refused by name.
func TestRawRefusesPathsThatAreNotText(t *testing.T) {
	t.Parallel()
	got := 0
	s := server(t, rest.Container{Root: "/f", Routes: []rest.Route{
		rest.Raw("PUT /{path...}", who.Public, rest.Doc{Title: "Put"}, func(http.ResponseWriter, *http.Request) error { got++; return nil }),
	}})
	for _, target := range []string{"/f/%ff", "/f/a/%c3%28/b"} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("PUT", target, nil))
		if w.Code != 400 || !strings.Contains(w.Body.String(), `"path"`) || got != 0 {
			t.Errorf("PUT %s: %d %s", target, w.Code, w.Body)
		}
	}
}
