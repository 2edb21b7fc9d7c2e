package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/who"
)

// elsewhere is what another program tells of a container with two handlers.
func elsewhere(t *testing.T) []rest.ListedHandler {
	t.Helper()
	public, own := says("x"), says("x")
	public.Title, public.Tag, public.Doc = "Lamp", []string{"light"}, "Shines. See {{ help_url }}."
	own.Qual, own.Title, own.Tag, own.Public, own.Aliases, own.EnterURL = "other.api.Own", "Own", []string{"data"}, false, []string{"other.alias"}, "https://x.example/"
	made, err := app.Containers(env(), app.Container{Name: "other.api.Server", Root: "/far", Version: "7", Rules: []app.Rule{
		{Pattern: "/lamp", Handler: public, Name: "lamp"}, {Pattern: "/own/{id}", Handler: own}, {Pattern: "/again", Handler: public}}})
	if err != nil {
		t.Fatal(err)
	}
	return made[0].Handlers
}

// Handlers of programs that have joined are listed as this one's own are, for
// those who may see them, and hide nobody else's.
//
// covers: C2-001
func TestInfoOfJoinedPrograms(t *testing.T) {
	t.Parallel()
	began := noon.Add(-time.Hour)
	handlers := elsewhere(t)
	e := env()
	e.URLs = func(*http.Request) string { return "https://h.example" }
	e.FirstSeen = func(owner, id string) time.Time {
		return map[string]time.Time{"u1 " + handlers[0].ID: noon.AddDate(-1, 0, 0), "u1 " + handlers[1].ID: began}[owner+" "+id]
	}
	mine := says("x")
	mine.Tag = []string{"light"} // the same handler as theirs, by its id
	e.Joined = func() []app.Joined {
		return []app.Joined{
			{Owner: "u1", Name: "other.api.Server", Root: "/far", Started: began, Handlers: handlers},
			{Owner: "u1", Name: "other.api.Second", Root: "/far2", Started: began, Handlers: handlers[:1]},
			{Owner: "u2", Name: "copy.Cat", Root: "/cat", Started: began, Handlers: handlers[:1]},
			{Owner: "", Name: "door", Root: "/door", Handlers: []rest.ListedHandler{{ID: "d", Qual: "door", Title: "Door"}},
				Sees: func(p who.Principal) bool { return p.Name == "me" }},
		}
	}
	s := serve(t, e, under(app.Rule{Pattern: "/y", Handler: mine}))
	titles := func(headers ...string) string {
		t.Helper()
		var out []string
		for _, one := range get(t, s, "/x/_info", headers...).Data.([]any) {
			out = append(out, one.(map[string]any)["title"].(string))
		}
		return strings.Join(out, ",")
	}
	for want, headers := range map[string][]string{
		"Lamp,Lamp,mine":          nil,
		"Door,Lamp,Lamp,mine":     {"X-User: me"},
		"Lamp,Lamp,mine,Own":      {"X-User: you", "X-Perms: api://other.api"},
		"Door,Lamp,Lamp,mine,Own": {"X-User: me", "X-Perms: api://other.alias/"},
		"Lamp,Lamp,mine,Own,":     {"X-User: root"},
	} {
		if got := titles(headers...); got != strings.TrimSuffix(want, ",") {
			t.Errorf("%v: %s", headers, got)
		}
	}
	lamp := get(t, s, "/x/_info?search=lamp").Data.([]any)[0].(map[string]any)
	for name, want := range map[string]string{
		"rsc_id": handlers[0].ID, "qual_name": "project.api.v1.handler.MyHandler", "project": "project", "container": "other.api.Server", "author": "me",
		"endpoint": "[https://h.example/far https://h.example/far2]", "pattern": "[[/far/lamp lamp] [/far/again ]]", "version": "7", "tag": "[light]",
		"created_at": "2025-11-21T12:00:00.123456", "started_at": "2026-11-21T11:00:00.123456", "protected": "false", "icon": "mdi-circle-medium", "res": "11",
		"enter_url": "https://h.example/far/_info/enter/" + handlers[0].ID, "subtitle": "project.api.v1.handler.MyHandler", "description": "Shines. See {{ help_url }}.",
	} {
		if got := fmt.Sprint(lamp[name]); got != want {
			t.Errorf("%s is %s", name, got)
		}
	}
	if text := fmt.Sprint(lamp["description_html"]); !strings.Contains(text, "/far/_info/help/"+handlers[0].ID) {
		t.Errorf("%s", text)
	}
	own := get(t, s, "/x/_info?search=own", "X-User: root").Data.([]any)[0].(map[string]any)
	if fmt.Sprint(own["tag"]) != "[data new]" || own["enter_url"] != "https://x.example/" || own["protected"] != true {
		t.Errorf("%v", own)
	}
	page := get(t, s, "/x/_info", html).Body.String()
	for _, want := range []string{">Lamp</a>", "https://h.example/far/_info/help/" + handlers[0].ID} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in\n%s", want, page)
		}
	}
}
