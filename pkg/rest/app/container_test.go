package app_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/app"
)

func at(root string, rules ...app.Rule) app.Container {
	return app.Container{Name: "project.api.At" + strings.Trim(root, "/"), Root: root, Rules: rules}
}

// covers: C2-006 C2-007 C2-009 C2-010 C2-012 C2-119
func TestContainersAreAtTheirRoots(t *testing.T) {
	t.Parallel()
	named := func(text string) app.Rule { return app.Rule{Pattern: "/test", Handler: says(text)} }
	s := serve(t, env(),
		at("args", named("no slash")), at("/test-server/", named("a final slash")), at("", named("the project")),
		at("/", named("the server"), app.Rule{Pattern: "/", Handler: says("index")}),
		at("/core4", named("outer")), at("/core4/api/v1", named("inner")),
	)
	for path, want := range map[string]string{
		"/args/test": "no slash", "/test-server/test": "a final slash", "/project/test": "the project", "/test": "the server",
		"/": "index", "/core4/test": "outer", "/core4/api/v1/test": "inner", "/core4/api/v12/test": "", "/args": "",
	} {
		a := get(t, s, path)
		if (want == "") != (a.Code == http.StatusNotFound) || want != "" && a.Data != want {
			t.Errorf("%s: %d %s", path, a.Code, a.Body)
		}
	}
}

func TestContainersThatCannotBe(t *testing.T) {
	t.Parallel()
	same := under(app.Rule{Pattern: "/a", Handler: says("")})
	for want, list := range map[string][]app.Container{
		"routing root [/x] already exists":  {same, same},
		"routing root [/] already exists":   {at("/"), at("//")},
		"route [/x/a] already exists":       {under(app.Rule{Pattern: "/a", Handler: says("")}, app.Rule{Pattern: "/a/$", Handler: says("")})},
		"route name [n] already exists":     {under(app.Rule{Pattern: "/a", Handler: says(""), Name: "n"}, app.Rule{Pattern: "/b", Handler: says(""), Name: "n"})},
		"rule [/a]: its target is no handl": {under(app.Rule{Pattern: "/a"})},
		"it has no method":                  {under(app.Rule{Pattern: "/a", Handler: &app.Handler{Qual: "a.B", Title: "t", Author: "a"}})},
		"there is no method \"BREW\"":       {under(app.Rule{Pattern: "/a", Handler: &app.Handler{Qual: "a.B", Title: "t", Author: "a", Methods: app.Methods{"BREW": nil}}})},
		"a pattern begins with a slash":     {under(app.Rule{Pattern: "a", Handler: says("")})},
		"missing closing )":                 {under(app.Rule{Pattern: "/(a", Handler: says("")})},
		"some of its groups have names":     {under(app.Rule{Pattern: "/(?P<a>.)/(.)", Handler: says("")})},
		"it wants a name, with dots":        {{Root: "/x"}},
	} {
		if got := fails(t, list...); !strings.Contains(got, want) {
			t.Errorf("%s: %s", want, got)
		}
	}
}

// covers: C2-084 C2-085
func TestHandlersHaveATitleAndAnAuthor(t *testing.T) {
	t.Parallel()
	for _, public := range []bool{true, false} {
		for name, change := range map[string]func(*app.Handler){
			"title":  func(h *app.Handler) { h.Title = "" },
			"author": func(h *app.Handler) { h.Author = "" },
		} {
			h := says("")
			h.Public = public
			change(h)
			if got := fails(t, under(app.Rule{Pattern: "/a", Handler: h})); !strings.Contains(got, "handler [project.api.v1.handler.MyHandler]: title and author are required") {
				t.Errorf("without %s: %s", name, got)
			}
			set := app.Override{Title: ptr("a title"), Author: ptr("me")}
			if _, err := app.Containers(env(), under(app.Rule{Pattern: "/a", Handler: h, Set: set})); err != nil {
				t.Errorf("the rule gives the %s: %v", name, err)
			}
		}
	}
}

func TestContainersAreConfigured(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	e := logging(&log)
	e.Config = app.WithEnvironment(map[string]any{"project": map[string]any{"api": map[string]any{
		"Off": map[string]any{"enabled": false}, "Moved": map[string]any{"root": "there", "rooot": "x"},
		"On": map[string]any{"enabled": "no"}, "Top": map[string]any{"root": ""},
	}}}, []string{"CORE4_OPTION_project__api__On__enabled=True", "PATH=/bin", "CORE4_OPTION_=x"})
	rules := []app.Rule{{Pattern: "/a", Handler: says("ok")}}
	s := serve(t, e,
		app.Container{Name: "project.api.Off", Root: "/off", Rules: rules}, app.Container{Name: "project.api.Asleep", Root: "/asleep", Rules: rules, Disabled: true},
		app.Container{Name: "project.api.On", Root: "/on", Rules: rules, Disabled: true}, app.Container{Name: "project.api.Moved", Root: "/here", Rules: rules},
		app.Container{Name: "project.api.Top", Root: "/below", Rules: rules},
	)
	for path, want := range map[string]int{"/off/a": 404, "/asleep/a": 404, "/on/a": 200, "/here/a": 404, "/there/a": 200, "/below/a": 404, "/a": 200} {
		if a := get(t, s, path); a.Code != want {
			t.Errorf("%s: %d", path, a.Code)
		}
	}
	for _, want := range []string{`"container is not enabled" container=project.api.Off`, "container=project.api.Asleep", "setting=project.api.Moved.rooot"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%s is not in %s", want, log.String())
		}
	}
	e.Config = map[string]any{"project": map[string]any{"api": map[string]any{"On": map[string]any{"enabled": "perhaps"}}}}
	if _, err := app.Containers(e, app.Container{Name: "project.api.On", Rules: rules}); err == nil || !strings.Contains(err.Error(), "enabled") {
		t.Errorf("%v", err)
	}
}

func TestContainersSharesStandardRules(t *testing.T) {
	t.Parallel()
	e := env()
	e.Standard = []app.Rule{{Pattern: "/login", Handler: says("standard")}}
	s := serve(t, e, at("/a"), at("/b", app.Rule{Pattern: "/login", Handler: says("own")}), at("/c", app.Rule{Pattern: "/(.*)", Handler: says("all")}))
	for path, want := range map[string]string{"/a/login": "standard", "/b/login": "own", "/c/login": "all"} {
		if a := get(t, s, path); a.Data != want {
			t.Errorf("%s: %s", path, a.Body)
		}
	}
}

func TestContainersHooksAreTheServers(t *testing.T) {
	t.Parallel()
	calls := ""
	hook := func(name string) func(context.Context) error {
		return func(context.Context) error { calls += name; return nil }
	}
	c := under()
	c.OnEnter, c.OnExit = hook("enter "), hook("exit ")
	made, err := app.Containers(env(), c)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = made[0].OnEnter(t.Context()), made[0].OnExit(t.Context())
	if calls != "enter exit " {
		t.Error(calls)
	}
}
