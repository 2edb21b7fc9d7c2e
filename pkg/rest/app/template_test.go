package app_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// rendering is a handler that answers with a template.
func rendering(name string, values map[string]any) *app.Handler {
	return handler(func(c *app.Call) (any, error) { return nil, c.Render(name, values) })
}

// Where a template is: in the handler's directory, in one below it, in one of
// the project, or where configuration says.
//
// covers: C2-032 C2-094 C2-095 C2-096 C2-097 C2-098 C2-099 C2-126 C2-151 C2-185 C2-187
func TestTemplatePath(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "page.html"), []byte("from the system"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path     string
		override *string
		config   any
		name     string
		want     string
	}{
		{"", nil, nil, "page.html", "mine in v1"}, {"own", nil, nil, "page.html", "own"}, {"/api/template", nil, nil, "page.html", "from the root"},
		{"own", ptr("/api/template"), nil, "page.html", "from the root"}, {"", ptr("own"), nil, "page.html", "own"}, {"own", ptr("/api/template"), dir, "page.html", "from the system"},
		{"", nil, "own", "page.html", "own"}, {"own", nil, nil, "/api/template/page.html", "from the root"}, {"", nil, nil, "template/card.html", "card of mine"},
		{"/project/api/template", nil, nil, "page.html", "from the root"},
	} {
		h := rendering(c.name, nil)
		h.TemplatePath, h.StaticPath = c.path, c.path
		e := env()
		if c.config != nil {
			e.Config = map[string]any{"project": map[string]any{"api": map[string]any{"v1": map[string]any{"handler": map[string]any{"MyHandler": map[string]any{"template_path": c.config}}}}}}
		}
		s := serve(t, e, filed(app.Rule{Pattern: "/y", Handler: h, Set: app.Override{TemplatePath: c.override}}))
		a := get(t, s, "/x/y")
		if a.Code != 200 || a.Body.String() != c.want || a.Header().Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%+v: %d %s", c, a.Code, a.Body)
		}
		if policy := a.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s", policy)
		}
	}
}

// A template that is not there, or that is none, is a defect of the program,
// of which the client learns nothing.
func TestTemplateFails(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"none.html": "", "broken.html": "{{", "fails.html": "{{.title.x}}", "calls.html": `{{static_url "../x"}}`, "../../x.html": "", "/../x.html": "", "/none/x.html": ""} {
		c := filed(app.Rule{Pattern: "/y", Handler: rendering(name, nil)})
		c.Files = fstest.MapFS{}
		if text != "" {
			c.Files = fstest.MapFS{"api/v1/" + name: {Data: []byte(text)}}
		}
		a := get(t, serve(t, env(), c), "/x/y")
		if a.Code != 500 || strings.Contains(a.Error, "template") || strings.Contains(a.Body.String(), name) {
			t.Errorf("%s: %d %s", name, a.Code, a.Body)
		}
	}
}

const properties = `{{.request.Method}} {{.request.URL.Path}}|{{.qual_name}}|{{.project}}|{{.author}}|{{range .tag}}{{.}},{{end}}|{{.title}}|{{.template_path}}|{{.static_path}}|` +
	`{{.log_level}}|{{.token_exp.Format "15:04"}}|{{.started.Format "15:04:05"}}|{{.protected}}|{{.config.api.cookie_secret}} {{.config.api.url}} {{.config.other}}|{{.class_config.log_level}}|` +
	`{{.icon}}|{{len .identifier}}|{{.user.Name}}|{{.enter_url}}|{{.application.container.Name}}|{{range ._flash}}{{.Level}}{{end}}|{{.current_user}}|{{.handler.title}}|` +
	`{{reverse_url "n" "a b"}}|{{.q}}`

// covers: C2-163 C2-164 C2-165 C2-166 C2-167 C2-168 C2-169 C2-170 C2-171 C2-172 C2-173 C2-174 C2-175 C2-176 C2-177 C2-178 C2-179 C2-180 C2-181 C2-182
func TestTemplateProperties(t *testing.T) {
	t.Parallel()
	h := handler(func(c *app.Call) (any, error) {
		c.FlashInfo("look")
		return nil, c.Render("all.html", map[string]any{"q": c.Args.Text("q")})
	})
	h.Public, h.Tag, h.Icon, h.EnterURL = false, []string{"a", "b"}, "mdi-x", "https://x.example/"
	h.TemplatePath, h.StaticPath = "pages", "assets"
	c := under(app.Rule{Pattern: "/y", Handler: h}, app.Rule{Pattern: "/n/(.+)", Handler: says("n"), Name: "n"})
	c.Files = fstest.MapFS{"api/v1/pages/all.html": {Data: []byte(properties)}}
	e := env()
	e.TokenExpires = func(*app.Call) time.Time { return noon.Add(time.Hour) }
	e.Config = map[string]any{"api": map[string]any{"cookie_secret": "do not show", "url": "mongodb://u:hidden@h/db"}, "other": []any{"mongodb://u:hidden@h"},
		"project": map[string]any{"api": map[string]any{"v1": map[string]any{"handler": map[string]any{"MyHandler": map[string]any{"log_level": "INFO"}}}}}}
	a := get(t, serve(t, e, c), "/x/y?q="+url.QueryEscape(`<script>"'{{.title}}`), "X-User: me", "X-Perms: api://project")
	want := "GET /x/y|project.api.v1.handler.MyHandler|project|me|a,b,|mine|pages|assets|INFO|13:00|12:00:00|true|*** mongodb://u:xxxxx@h/db [mongodb://u:xxxxx@h]|INFO|" +
		"mdi-x|24|me|https://x.example/|project.api.Server|INFO|me|mine|/x/n/a%20b|&lt;script&gt;&#34;&#39;{{.title}}"
	if a.Body.String() != want {
		t.Errorf("got  %s\nwant %s", a.Body, want)
	}
}

// Arguments are text wherever a template puts them.
func TestTemplateInjection(t *testing.T) {
	t.Parallel()
	c := under(app.Rule{Pattern: "/y", Handler: handler(func(c *app.Call) (any, error) {
		c.Header().Set("Content-Security-Policy", "default-src 'none'")
		return nil, c.Render("page.html", map[string]any{"q": c.Args.Text("q")})
	})})
	c.Files = fstest.MapFS{"api/v1/page.html": {Data: []byte(`<p title="{{.q}}">{{.q}}</p><a href="{{.q}}" onclick="f({{.q}})">x</a>{{template "part.html" .}}`)},
		"api/v1/part.html": {Data: []byte(`<b>{{.q}}</b>`)}}
	s := serve(t, env(), c)
	for _, evil := range []string{`"><script>alert(1)</script>`, "javascript:alert(1)", `{{template "x"}}`, `{{.config}}`, `');alert(1)//`} {
		a := get(t, s, "/x/y?q="+url.QueryEscape(evil))
		body := a.Body.String()
		if a.Code != 200 || strings.Contains(body, "<script") || strings.Contains(body, `href="javascript:`) || strings.Contains(body, "map[") || strings.Contains(body, "('") {
			t.Errorf("%q: %d %s", evil, a.Code, body)
		}
		if a.Header().Get("Content-Security-Policy") != "default-src 'none'" {
			t.Errorf("the handler's own policy is lost")
		}
	}
}

// In debug mode a template is read from disk at each request, otherwise once.
func TestTemplatesAreLive(t *testing.T) {
	t.Parallel()
	for debug, want := range map[bool]string{true: "two", false: "one"} {
		dir := t.TempDir()
		set := func(text string) {
			if err := os.WriteFile(filepath.Join(dir, "page.html"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		set("one")
		h := rendering("page.html", nil)
		h.Dir = "."
		c := under(app.Rule{Pattern: "/y", Handler: h})
		c.Files = app.Live(dir, nil)
		e := env()
		e.Debug = debug
		s := serve(t, e, c)
		get(t, s, "/x/y")
		set("two")
		if a := get(t, s, "/x/y"); a.Body.String() != want {
			t.Errorf("debug %v: %s", debug, a.Body)
		}
	}
}

// Two containers with one handler have each its own files.
func TestTemplatesOfTwoContainers(t *testing.T) {
	t.Parallel()
	h := rendering("/page.html", nil)
	container := func(root, text string) app.Container {
		c := under(app.Rule{Pattern: "/y", Handler: h})
		c.Name, c.Root, c.Files = c.Name+strings.Trim(root, "/"), root, fstest.MapFS{"page.html": {Data: []byte(text)}}
		return c
	}
	s := serve(t, env(), container("/a", "of a"), container("/b", "of b"))
	for range 2 { // the second time, they are remembered
		for path, want := range map[string]string{"/a/y": "of a", "/b/y": "of b"} {
			if a := get(t, s, path); a.Code != 200 || a.Body.String() != want {
				t.Errorf("%s: %d %s", path, a.Code, a.Body)
			}
		}
	}
}
