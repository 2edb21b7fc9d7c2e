package app_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// projectFiles are a project's.
var projectFiles = fstest.MapFS{
	"secret.txt":                   {Data: []byte("secret")},
	"api/v1/style.css":             {Data: []byte("of the handler's directory")},
	"api/v1/page.html":             {Data: []byte("{{.title}} in v1")},
	"api/v1/template/card.html":    {Data: []byte("card of {{.title}}")},
	"api/v1/own/page.html":         {Data: []byte("own")},
	"api/v1/own/style.css":         {Data: []byte("own style")},
	"api/template/page.html":       {Data: []byte("from the root")},
	"api/static/help/default.html": {Data: []byte("<h1>Help</h1>")},
	"api/static/help/a b.txt":      {Data: []byte("blank")},
	"api/static/help/sub/x.txt":    {Data: []byte("0123456789")},
	"api/relative/index.html":      {Data: []byte("relative")},
	"relative/index.html":          {Data: []byte("relative")},
	"site/index.html":              {Data: []byte("index")},
	"site/app.js":                  {Data: []byte("js")},
	"site/empty/x":                 {},
}

// filed is a container at /x with these files.
func filed(rules ...app.Rule) app.Container {
	c := under(rules...)
	c.Files = projectFiles
	return c
}

func help(h app.Handler) *app.Handler {
	h.Title, h.Author, h.Icon, h.Path, h.DefaultFilename, h.Public = "Help", "mra", "help", "/api/static/help", "default.html", true
	return app.Static(h)
}

// Files can be told of by the rule or by the handler: both are equal.
//
// covers: C2-014 C2-030 C2-159 C2-160 C2-161 C2-162
func TestStaticFiles(t *testing.T) {
	t.Parallel()
	byRule := app.Rule{Pattern: "/help", Handler: app.Static(app.Handler{}), Set: app.Override{Title: ptr("Help"), Author: ptr("mra"), Icon: ptr("help"),
		Path: ptr("/api/static/help"), DefaultFilename: ptr("default.html"), Protected: ptr(false)}}
	for name, rule := range map[string]app.Rule{"by rule": byRule, "by handler": {Pattern: "/help", Handler: help(app.Handler{Qual: "project.api.v1.handler.Help"})}} {
		s := serve(t, env(), filed(rule))
		for path, want := range map[string]string{
			"/x/help": "301 /x/help/", "/x/help?a=1": "301 /x/help/?a=1", "/x/help/": "200 <h1>Help</h1>", "/x/help/default.html": "200 <h1>Help</h1>", "/x/help/a%20b.txt": "200 blank",
			"/x/help/sub": "301 /x/help/sub/", "/x/help/sub/": "404", "/x/help/sub/x.txt": "200 0123456789", "/x/help/sub/x.txt/": "404", "/x/help/none": "404", "/x/help/a/../default.html": "403",
			"/x/help/../help/default.html": "404|403", "/x/help/..%2f..%2f..%2fsecret.txt": "403", "/x/help/%2e%2e/secret.txt": "403", "/x/help//etc/passwd": "404", "/x/help/%2fetc/passwd": "404",
			"/x/help/%00": "404", "/x/help/sub%5cx.txt": "404", "/x/help/./default.html": "404", "/x/help/sub//x.txt": "404", "/x/helper": "404",
			"/x/help/" + strings.Repeat("a/", 4000): "404", "/x/help/%ff": "404",
		} {
			a := get(t, s, path)
			got := strings.TrimSpace(strings.Join([]string{strconv.Itoa(a.Code), a.Header().Get("Location")}, " "))
			if a.Code == 200 {
				got += " " + a.Body.String()
			}
			if found := strings.Split(want, "|"); got != found[0] && got != found[len(found)-1] {
				t.Errorf("%s: %s: %q", name, path, got)
			}
		}
		if a := send(t, s, "POST", "/x/help/", ""); a.Code != 405 {
			t.Errorf("POST: %d", a.Code)
		}
	}
}

// covers: C2-160
func TestStaticFilesOfContainer(t *testing.T) {
	t.Parallel()
	protected := app.Static(app.Handler{Title: "x", Author: "me", Path: "relative"})
	s := serve(t, env(), filed(app.Rule{Pattern: "/f", Handler: protected}))
	for perms, want := range map[string]int{"": 403, "api://core4": 403, "api://project.api.Server/r": 200} {
		if a := get(t, s, "/x/f/", "X-User: me", "X-Perms: "+perms); a.Code != want {
			t.Errorf("%s: %d %s", perms, a.Code, a.Body)
		}
	}
	if a := get(t, s, "/x/f/"); a.Code != 401 {
		t.Errorf("%d", a.Code)
	}
}

// Clients may keep files, ask for parts, and ask for the header alone.
func TestStaticConditions(t *testing.T) {
	t.Parallel()
	s := serve(t, env(), filed(app.Rule{Pattern: "/help", Handler: help(app.Handler{})}))
	a := get(t, s, "/x/help/sub/x.txt")
	tag := a.Header().Get("ETag")
	if strings.HasPrefix(tag, "W/") || len(tag) < 10 || a.Header().Get("Cache-Control") != "public, no-cache" || a.Header().Get("X-Content-Type-Options") != "nosniff" ||
		!strings.HasPrefix(a.Header().Get("Content-Type"), "text/plain") {
		t.Errorf("%v", a.Header())
	}
	if a := get(t, s, "/x/help/sub/x.txt", "If-None-Match: "+tag); a.Code != 304 || a.Body.Len() > 0 {
		t.Errorf("%d %s", a.Code, a.Body)
	}
	if a := get(t, s, "/x/help/sub/x.txt", "Range: bytes=2-4"); a.Code != 206 || a.Body.String() != "234" {
		t.Errorf("%d %s", a.Code, a.Body)
	}
	if a := send(t, s, "HEAD", "/x/help/sub/x.txt", ""); a.Code != 200 || a.Header().Get("Content-Length") != "10" || a.Body.Len() > 0 {
		t.Errorf("%d %v", a.Code, a.Header())
	}
}

// What a file refuses has the form that every error has.
//
// covers: C2-050
func TestRangesThatAreNoneAreErrorsLikeAllOthers(t *testing.T) {
	t.Parallel()
	s := serve(t, env(), filed(app.Rule{Pattern: "/help", Handler: help(app.Handler{Qual: "project.api.v1.handler.Help"})}))
	for accept, want := range map[string]string{"application/json": `"code":416,"message":"Requested Range Not Satisfiable"`, "text/html": "<html", "text/plain": "416 Requested Range"} {
		for _, asked := range []string{"bytes=20-", "bytes=x", "lines=1-2"} {
			a := get(t, s, "/x/help/sub/x.txt", "Range: "+asked, "Accept: "+accept)
			h := a.Header()
			if a.Code != 416 || h.Get("Content-Range") != "bytes */10" || !strings.Contains(a.Body.String(), want) || h.Get("ETag") != "" || h.Get("Cache-Control") != "no-store" {
				t.Errorf("%s, %s: %d %v %s", accept, asked, a.Code, h, a.Body)
			}
		}
	}
	if a := get(t, s, "/x/help/sub/x.txt", `If-Match: "another"`); a.Code != 412 || a.Error == "" {
		t.Errorf("%d %s", a.Code, a.Body)
	}
	if a := send(t, s, "HEAD", "/x/help/sub/x.txt", "", "Range: bytes=20-"); a.Code != 416 || a.Body.Len() > 0 {
		t.Errorf("HEAD: %d %s", a.Code, a.Body)
	}
}

// Of a single-page application every path that is no file is the whole.
//
// covers: C2-157
func TestSinglePageApplication(t *testing.T) {
	t.Parallel()
	s := serve(t, env(), filed(app.Rule{Pattern: "/app", Handler: app.Static(app.Handler{Title: "x", Author: "me", Path: "/site", Public: true, SPA: true})}))
	for path, want := range map[string]string{"/x/app/": "index", "/x/app/jobs/7": "index", "/x/app/app.js": "js", "/x/app/empty/": "index"} {
		if a := get(t, s, path); a.Code != 200 || a.Body.String() != want {
			t.Errorf("%s: %d %s", path, a.Code, a.Body)
		}
	}
	if a := get(t, s, "/x/app/../secret"); a.Code != 403 && a.Code != 404 {
		t.Errorf("%d", a.Code)
	}
}

// A directory of the system is left by nobody, links included; what changes in
// it is seen.
func TestLiveFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	outside := filepath.Join(t.TempDir(), "outside.txt")
	for path, text := range map[string]string{filepath.Join(dir, "index.html"): "one", outside: "secret"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(outside, filepath.Join(dir, "link.txt")); err != nil {
		t.Fatal(err)
	}
	c := under(app.Rule{Pattern: "/f", Handler: app.Static(app.Handler{Title: "x", Author: "me", Path: "/", Public: true})})
	c.Files = app.Live(dir, nil)
	s := serve(t, env(), c)
	if a := get(t, s, "/x/f/link.txt"); a.Code != 404 && a.Code != 403 || strings.Contains(a.Body.String(), "secret") {
		t.Errorf("%d %s", a.Code, a.Body)
	}
	if a := get(t, s, "/x/f/"); a.Body.String() != "one" || a.Header().Get("Last-Modified") == "" {
		t.Errorf("%s", a.Body)
	}
	if err := os.WriteFile(filepath.Join(dir, "index.html"), []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if a := get(t, s, "/x/f/"); a.Body.String() != "other" {
		t.Errorf("%s", a.Body)
	}
	if files := app.Live(filepath.Join(dir, "none"), projectFiles); files == nil {
		t.Error("what is embedded is forgotten")
	}
}

// The source of a download is below the handler's directory, or below the
// project's root.
//
// covers: C2-195 C2-196
func TestDownload(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]int{
		"./own/style.css": 200, "own/style.css": 200, "style.css": 200, "/secret.txt": 200, "/api/v1/own/style.css": 200, "../../secret.txt": 404, "/../secret.txt": 404,
		"../../../secret.txt": 404, "none": 404, "own": 404, "": 404, "/": 404, "own/..": 404, "own/\x00": 404,
	} {
		s := serve(t, env(), filed(app.Rule{Pattern: "/y", Handler: handler(func(c *app.Call) (any, error) { return nil, c.Download(source, `a "b"ü.dat`) })}))
		a := get(t, s, "/x/y")
		if a.Code != want {
			t.Errorf("%q: %d %s", source, a.Code, a.Body)
		}
		if kept := a.Header().Get("Content-Disposition"); want == 200 && (!strings.HasPrefix(kept, "attachment; filename") || strings.Contains(kept, "ü")) {
			t.Errorf("%q", kept)
		}
	}
}
