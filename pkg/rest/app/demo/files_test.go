package demo_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest"
)

// open makes a request of nobody, or of somebody with permissions.
func open(s *rest.Server, target string, perms ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", target, nil)
	if len(perms) > 0 {
		r.Header.Set("X-User", "anna")
		r.Header.Set("X-Perms", strings.Join(perms, " "))
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// covers: C2-014 C2-030 C2-159 C2-160 C2-161 C2-162
func TestStaticFilesOfTheManual(t *testing.T) {
	t.Parallel()
	s := server(t, false)
	for _, root := range []string{"/test-server/help", "/test-server/derived", "/core4/example/help"} {
		if w := open(s, root); w.Code != http.StatusMovedPermanently || !strings.HasSuffix(w.Header().Get("Location"), root+"/") {
			t.Errorf("%s: %d %v", root, w.Code, w.Header())
		}
		for _, path := range []string{"/", "/default.html"} {
			w := open(s, root+path)
			if w.Code != 200 || !strings.Contains(w.Body.String(), "API introduction") || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
				t.Errorf("%s%s: %d %v %s", root, path, w.Code, w.Header(), w.Body)
			}
		}
		for path, want := range map[string]int{"/none": 404, "/../test": 403, "/%2e%2e/%2e%2e/x": 403, "/a%00b": 404} {
			if w := open(s, root+path); w.Code != want {
				t.Errorf("%s%s: %d", root, path, w.Code)
			}
		}
	}
	const docs = "/core4/example/docs/"
	if w := open(s, docs); w.Code != 401 {
		t.Errorf("%d", w.Code)
	}
	if w := open(s, docs, "api://core4.api.v1.request.static"); w.Code != 403 {
		t.Errorf("permissions for files mean the container: %d", w.Code)
	}
	for path, want := range map[string]string{"": "Documents", "index.html": "Documents", "sub/": "More documents", "sub/index.html": "More documents"} {
		if w := open(s, docs+path, "api://core4.api.v1.example.ExampleServer/r"); w.Code != 200 || !strings.Contains(w.Body.String(), "<h1>"+want) {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

// covers: C2-032 C2-094 C2-127 C2-129
func TestTemplateOfTheManual(t *testing.T) {
	t.Parallel()
	s := server(t, false)
	const may = "api://core4.api.v1.example"
	w := open(s, "/core4/example/template?q=%3Cscript%3E", may)
	body := w.Body.String()
	if w.Code != 200 || !strings.Contains(body, "core4.api.v1.example.TemplateHandler") || !strings.Contains(body, "<q>&lt;script&gt;</q>") {
		t.Fatalf("%d %s", w.Code, body)
	}
	for kind, want := range map[string]string{"project": "font-style: italic", "default": ":root"} {
		at := regexp.MustCompile(`href="([^"]*/_asset/` + kind + `/[0-9a-f]{32}/[^"]+)"`).FindStringSubmatch(body)
		if at == nil {
			t.Fatalf("%s: %s", kind, body)
		}
		if w := open(s, at[1], may); w.Code != 200 || !strings.Contains(w.Body.String(), want) || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/css") {
			t.Errorf("%s: %d %.200s", at[1], w.Code, w.Body)
		}
	}
}

// covers: C2-145 C2-195 C2-196
func TestDownloadAndLinkOfTheManual(t *testing.T) {
	t.Parallel()
	s := server(t, false)
	const may = "api://core4.api.v1.example"
	w := open(s, "/core4/example/download", may)
	h := w.Header()
	if w.Code != 200 || w.Body.Len() != 3<<20 || h.Get("Content-Type") != "application/octet-stream" || h.Get("Content-Disposition") != "attachment; filename=test.dat" {
		t.Errorf("%d %d %v", w.Code, w.Body.Len(), h)
	}
	if w := open(s, "/core4/example/link", may); w.Code != 302 || w.Header().Get("Location") != "http://www.serviceplan.com" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}
