package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/page"
)

// One directory may have both templates and static files; and files of a
// protected handler are for whom it is for.
//
// covers: C2-125 C2-126 C2-152
func TestStaticPath(t *testing.T) {
	t.Parallel()
	h := handler(func(c *app.Call) (any, error) { return nil, c.Render("urls.html", nil) })
	h.TemplatePath, h.StaticPath, h.Public = "own", "own", false
	for want, rule := range map[string]app.Rule{"own style": {Pattern: "/y", Handler: h}, "of the handler's directory": {Pattern: "/y", Handler: h, Set: app.Override{StaticPath: ptr("")}}} {
		c := filed(rule)
		c.Files = merged(projectFiles, fstest.MapFS{"api/v1/own/urls.html": {Data: []byte(`{{static_url "style.css"}}`)}})
		s := serve(t, env(), c)
		me := []string{"X-User: me", "X-Perms: api://project"}
		url := get(t, s, "/x/y", me...).Body.String()
		if a := get(t, s, url, me...); a.Code != 200 || a.Body.String() != want || a.Header().Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s: %d %s %v", url, a.Code, a.Body, a.Header())
		}
		if a := get(t, s, url); a.Code != 401 {
			t.Errorf("anybody reads %s: %d", url, a.Code)
		}
	}
}

// A template's static files are the handler's; those of all pages are shipped,
// or where configuration says.
//
// covers: C2-127 C2-128 C2-129 C2-130 C2-131 C2-132 C2-133
func TestAssets(t *testing.T) {
	t.Parallel()
	h := handler(func(c *app.Call) (any, error) { return nil, c.Render("/urls.html", nil) })
	c := filed(app.Rule{Pattern: "/y", Handler: h})
	c.Files = merged(projectFiles, fstest.MapFS{
		"urls.html":         {Data: []byte(`{{static_url "style.css"}} {{static_url "image.png"}} {{default_static "default.css"}} {{default_static "favicon.ico"}}`)},
		"api/v1/image.png":  {Data: []byte("\x89PNG\r\n\x1a\n")},
		"api/v1/own/a&b.js": {Data: []byte("x")},
	})
	e := env()
	s := serve(t, e, c)
	urls := strings.Fields(get(t, s, "/x/y").Body.String())
	if len(urls) != 4 || !strings.HasPrefix(urls[0], "/x/_asset/project/") || !strings.HasPrefix(urls[2], "/x/_asset/default/") {
		t.Fatalf("%q", urls)
	}
	for i, want := range []string{"of the handler's directory", "\x89PNG\r\n\x1a\n", page.Style(), "\x00\x00\x01\x00"} {
		a := get(t, s, urls[i])
		if a.Code != 200 || !strings.HasPrefix(a.Body.String(), want) || a.Header().Get("ETag") == "" {
			t.Errorf("%s: %d %.50s", urls[i], a.Code, a.Body)
		}
	}
	for _, path := range []string{strings.Replace(urls[2], "default.css", "none.css", 1), strings.Replace(urls[2], "default.css", "", 1), urls[0] + "/..", "/x/_asset/default/0/default.css",
		"/x/_asset/project/0/style.css", strings.Replace(urls[0], "style.css", "..%2f..%2fsecret.txt", 1), strings.Replace(urls[0], "style.css", "%2fsecret.txt", 1)} {
		if a := get(t, s, path); a.Code != 404 && a.Code != 403 {
			t.Errorf("%s: %d", path, a.Code)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "default.css"), []byte("overwritten"), 0o600); err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{dir: "overwritten", "api/v1/request/_static": page.Style()} {
		e.Config = map[string]any{"api": map[string]any{"default_static": at}}
		if a := get(t, serve(t, e, c), urls[2]); a.Body.String() != want {
			t.Errorf("%s: %s", at, a.Body)
		}
	}
	if a := get(t, serve(t, withConfig(dir), c), urls[3]); a.Code != 404 {
		t.Errorf("a file that the folder does not have: %d", a.Code)
	}
	if _, err := app.Containers(withConfig(filepath.Join(dir, "none")), c); err == nil || !strings.Contains(err.Error(), "default_static") {
		t.Errorf("%v", err)
	}
}

func withConfig(dir string) app.Env {
	e := env()
	e.Config = map[string]any{"api": map[string]any{"default_static": dir}}
	return e
}

func merged(a, b fstest.MapFS) fstest.MapFS {
	out := fstest.MapFS{}
	for _, m := range []fstest.MapFS{a, b} {
		for name, f := range m {
			out[name] = f
		}
	}
	return out
}
