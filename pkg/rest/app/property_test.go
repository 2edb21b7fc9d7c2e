package app_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// settled is what holds for a handler at a rule.
func settled(t *testing.T, e app.Env, c app.Container, h app.Handler, set app.Override) (out *app.Resource) {
	t.Helper()
	h.Methods = app.Methods{"GET": func(c *app.Call) (any, error) { out = c.Resource(); return nil, nil }}
	c.Rules = []app.Rule{{Pattern: "/y", Handler: &h, Set: set, Name: "a rule"}}
	if a := get(t, serve(t, e, c), "/x/y", "X-User: root"); a.Code != 200 {
		t.Fatalf("%d %s", a.Code, a.Body)
	}
	return out
}

func mine() app.Handler {
	return app.Handler{Qual: "project.api.v1.handler.MyHandler", Title: "mine", Author: "me"}
}

// covers: C2-002 C2-015 C2-026
func TestPropertiesHaveDefaults(t *testing.T) {
	t.Parallel()
	r := settled(t, env(), under(), mine(), app.Override{})
	if r.Public || r.Icon != "mdi-circle-medium" || r.DefaultFilename != "index.html" || r.LogLevel != "DEBUG" || r.Res != 11 ||
		!reflect.DeepEqual(r.Tag, []string{"api"}) || r.SPA || r.EnterURL != "" || r.Title != "mine" || r.Author != "me" {
		t.Errorf("%+v", r.Handler)
	}
	if r.Pattern() != "/y" || r.RuleName() != "a rule" || r.Container().Name != "project.api.Server" || r.Project() != "project" {
		t.Errorf("%s %s %s", r.Pattern(), r.RuleName(), r.Container().Name)
	}
	if a := get(t, serve(t, env(), under(app.Rule{Pattern: "/y", Handler: func() *app.Handler { h := says(""); h.Public = false; return h }()})), "/x/y"); a.Code != 401 {
		t.Errorf("who leaves it out protects the handler: %d", a.Code)
	}
}

// covers: C2-146 C2-147 C2-148 C2-149 C2-150 C2-151 C2-152 C2-153 C2-154 C2-155 C2-156 C2-157 C2-158
func TestRulesOverwriteProperties(t *testing.T) {
	t.Parallel()
	set := app.Override{
		Protected: ptr(false), Title: ptr("t2"), Subtitle: ptr("s2"), Author: ptr("a2"), Tag: []string{"x2"}, TemplatePath: ptr("tp2"),
		StaticPath: ptr("sp2"), DefaultFilename: ptr("d2"), EnterURL: ptr("e2"), Icon: ptr("i2"), Doc: ptr("doc2"), SPA: ptr(true), Res: ptr(2),
		Target: ptr("blank"), Path: ptr("p2"), LogLevel: ptr("ERROR"),
	}
	own := mine()
	own.Subtitle, own.Tag, own.TemplatePath, own.StaticPath, own.DefaultFilename, own.EnterURL = "s1", []string{"x1"}, "tp1", "sp1", "d1", "e1"
	own.Icon, own.Doc, own.Res, own.Target, own.Path, own.LogLevel = "i1", "doc1", 1, "t1", "p1", "INFO"
	r := settled(t, env(), under(), own, set)
	got := fmt.Sprint(r.Public, r.Title, r.Subtitle, r.Author, r.Tag, r.TemplatePath, r.StaticPath, r.DefaultFilename, r.EnterURL, r.Icon, r.Doc, r.SPA, r.Res, r.Target, r.Path, r.LogLevel)
	if want := "true t2 s2 a2 [x2] tp2 sp2 d2 e2 i2 doc2 true 2 blank p2 ERROR"; strings.Join(strings.Fields(got), "") != strings.ReplaceAll(want, " ", "") {
		t.Errorf("%s", got)
	}
	r = settled(t, env(), under(), own, app.Override{})
	if r.Title != "mine" || r.Icon != "i1" || r.Res != 1 || r.Doc != "doc1" || r.Public {
		t.Errorf("what a rule does not set is the handler's: %+v", r.Handler)
	}
	if own.Title != "mine" {
		t.Error("the handler itself is another now")
	}
}

// What stands in core4's own sections and nobody reads is told of.
func TestSettingsThatNobodyReads(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	e := logging(&log)
	e.Config = map[string]any{"api": map[string]any{
		"error_html_page": "x", "new_range": 10, "tag": "a", "setting": map[string]any{"debug": false, "cookie_secret": "x"},
		"token": map[string]any{"expiration": 1}, "others": map[string]any{"theirs": 1},
	}}
	settled(t, e, under(), mine(), app.Override{})
	text := log.String()
	for _, name := range []string{"api.error_html_page", "api.setting.cookie_secret", "api.token.expiration"} {
		if !strings.Contains(text, "setting="+name+"\n") {
			t.Errorf("%s: %s", name, text)
		}
	}
	if strings.Count(text, "unknown setting") != 3 {
		t.Errorf("%s", text)
	}
}

// covers: C2-183 C2-184
func TestConfigurationBeatsRuleBeatsHandler(t *testing.T) {
	t.Parallel()
	h := mine()
	h.LogLevel = "INFO"
	var log strings.Builder
	e := logging(&log)
	set := app.Override{LogLevel: ptr("WARNING")}
	if r := settled(t, e, under(), h, set); r.LogLevel != "WARNING" {
		t.Errorf("rule: %s", r.LogLevel)
	}
	e.Config = map[string]any{"project": map[string]any{"api": map[string]any{"v1": map[string]any{"handler": map[string]any{
		"MyHandler": map[string]any{"log_level": "ERROR", "titel": "x", "below": map[string]any{"a": 1}},
	}}}}}
	if r := settled(t, e, under(), h, set); r.LogLevel != "ERROR" {
		t.Errorf("configuration: %s", r.LogLevel)
	}
	if text := log.String(); strings.Count(text, "unknown setting") != 1 || !strings.Contains(text, "project.api.v1.handler.MyHandler.titel") {
		t.Errorf("%s", text)
	}
	e.Config = app.WithEnvironment(e.Config, []string{"CORE4_OPTION_project__api__v1__handler__MyHandler__log_level=CRITICAL"})
	if r := settled(t, e, under(), h, set); r.LogLevel != "CRITICAL" {
		t.Errorf("environment: %s", r.LogLevel)
	}
	h.LogLevel, h.Methods = "LOUD", says("").Methods
	if got := fails(t, under(app.Rule{Pattern: "/y", Handler: &h})); !strings.Contains(got, `log_level: there is no "LOUD"`) {
		t.Error(got)
	}
}

func TestLogLevelIsThatOfTheHandlersLog(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	h := handler(func(c *app.Call) (any, error) {
		c.Log().Info("quiet")
		c.Log().With("a", 1).WithGroup("g").Warn("loud")
		return "ok", nil
	})
	h.LogLevel = "WARNING"
	get(t, serve(t, logging(&log), under(app.Rule{Pattern: "/y", Handler: h})), "/x/y")
	if s := log.String(); strings.Contains(s, "quiet") || strings.Count(s, "\n") != 1 || !strings.Contains(s, "handler=project.api.v1.handler.MyHandler") {
		t.Errorf("%s", s)
	}
}

// project are the files of one.
var project = fstest.MapFS{
	"api/v1/index.html": {Data: []byte("beside the handler")}, "api/v1/below/index.html": {Data: []byte("below the handler")},
	"api/template/index.html": {Data: []byte("from the root")}, "index.html": {Data: []byte("the root")},
}

// covers: C2-185 C2-186 C2-187
func TestFoldersOfAHandler(t *testing.T) {
	t.Parallel()
	system := t.TempDir()
	if err := os.WriteFile(filepath.Join(system, "index.html"), []byte("of the system"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ own, configured, want string }{
		"default":                {"", "", "beside the handler"},
		"relative":               {"below", "", "below the handler"},
		"from the root":          {"/api/template", "", "from the root"},
		"the root by its name":   {"/project/api/template", "", "from the root"},
		"the root":               {"/project", "", "the root"},
		"configured":             {"/api/template", "below", "below the handler"},
		"configured, absolute":   {"/project/api/templates", system, "of the system"},
		"leads nowhere":          {"none", "", ""},
		"a slash does not climb": {"/../../api/template", "", "!"},
		"nor does a relative":    {"../../../etc", "", "!"},
		"a directory is missing": {"", filepath.Join(system, "none"), "!"},
	} {
		h, c, e := mine(), under(), env()
		h.TemplatePath, h.StaticPath, c.Files, h.Methods = tc.own, tc.own, project, says("").Methods
		if tc.configured != "" {
			e.Config = app.WithEnvironment(nil, []string{
				"CORE4_OPTION_project__api__v1__handler__MyHandler__template_path=" + tc.configured,
				"CORE4_OPTION_project__api__v1__handler__MyHandler__static_path=" + tc.configured})
		}
		c.Rules = []app.Rule{{Pattern: "/y", Handler: &h}}
		if _, err := app.Containers(e, c); err != nil || tc.want == "!" {
			if (err != nil) != (tc.want == "!") {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		templates, static := settled(t, e, c, h, app.Override{}).Files()
		for _, files := range []fs.FS{templates, static} {
			if text, _ := fs.ReadFile(files, "index.html"); string(text) != tc.want {
				t.Errorf("%s: %q", name, text)
			}
		}
	}
}

func TestResourcesAreNamedAlikeEverywhere(t *testing.T) {
	t.Parallel()
	set := app.Override{Title: ptr("t"), Protected: ptr(false), Tag: []string{"a", "b"}}
	other := under()
	other.Name, other.Files = "project.api.Other", project
	first, second := settled(t, env(), under(), mine(), set).ID, settled(t, env(), other, mine(), set).ID
	// echo -n 'project.api.v1.handler.MyHandler {"protected":false,"tag":["a","b"],"title":"t"}' | md5sum
	if first != second || first != "5a1437a0709f62fe5af93f131f67cb0d" {
		t.Errorf("%s %s", first, second)
	}
	if plain := settled(t, env(), under(), mine(), app.Override{}).ID; plain == first || len(plain) != 32 {
		t.Errorf("%s", plain)
	}
}
