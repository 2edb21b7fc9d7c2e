package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
)

const html = "Accept: text/html,*/*;q=0.8"

// described is a handler with documentation.
func described() *app.Handler {
	h := says("entered")
	h.Public = false
	h.Title, h.Subtitle, h.Author, h.Tag, h.Icon = "Jobs of a <project>", "all of them", "mra", []string{"data"}, "mdi-run"
	h.Doc = "Lists *jobs*; [enter]({{ enter_url }}). **Broken"
	h.Created = noon.Add(-24 * time.Hour)
	h.Methods[http.MethodPost] = h.Methods[http.MethodGet]
	h.Docs = map[string]rest.Doc{"GET": {Text: "It lists.\n\nMethods:\n    GET /jobs\n\nReturns:\n    - a <list>\n\nNotes:\n    none",
		Examples: []rest.Example{{Title: "One", Conversation: "> GET /x/jobs\n< 200"}}}}
	return h
}

// idOf is the rsc_id of the one handler of a container at /x.
func idOf(t *testing.T, s http.Handler, headers ...string) string {
	t.Helper()
	a := get(t, s, "/x/_info?api=1", headers...)
	list, _ := a.Data.([]any)
	if len(list) != 1 {
		t.Fatalf("%s", a.Body)
	}
	return list[0].(map[string]any)["rsc_id"].(string)
}

// Each handler has a help page: for programs its meta document in an envelope,
// for people a page of what it says about itself.
//
// covers: C2-084 C2-085 C2-086 C2-087 C2-089 C2-091 C2-135 C2-138
func TestHelp(t *testing.T) {
	t.Parallel()
	s := one(t, described())
	me := []string{"X-User: me", "X-Perms: api://project.api/c"}
	id := idOf(t, s, me...)
	a := get(t, s, "/x/_info/help/"+id, me...)
	m, _ := a.Data.(map[string]any)
	for name, want := range map[string]any{
		"rsc_id": id, "qual_name": "project.api.v1.handler.MyHandler", "project": "project", "container": "project.api.Server",
		"title": "Jobs of a <project>", "subtitle": "all of them", "author": "mra", "tag": []any{"data", "new"}, "icon": "mdi-run", "protected": true,
		"spa": false, "res": 11.0, "target": nil, "version": "1.2.3", "created_at": "2026-11-20T12:00:00.123456", "started_at": "2026-11-21T12:00:00.123456",
		"endpoint": []any{"/x"}, "pattern": []any{[]any{"/x/y", ""}}, "args": map[string]any{}, "card_url": "/x/_info/card/" + id,
		"help_url": "/x/_info/help/" + id, "enter_url": "/x/_info/enter/" + id,
	} {
		if fmt.Sprint(m[name]) != fmt.Sprint(want) {
			t.Errorf("%s is %v instead of %v", name, m[name], want)
		}
	}
	if len(m) != 26 || a.ID == "" {
		t.Errorf("%d members in %s", len(m), a.Body)
	}
	if broken, _ := m["description_error"].([]any); len(broken) != 1 || !strings.Contains(fmt.Sprint(m["description_html"]), `<a href="/x/_info/enter/`+id) {
		t.Errorf("%v %v", broken, m["description_html"])
	}
	methods, _ := json.Marshal(m["method"])
	want := `"extra_parts":["Notes"],"html":"`
	if !strings.Contains(string(methods), want) || !strings.Contains(string(methods), `"parts":{"example":true,"method":true,"parameter":false,"raise":false,"return":true}`) ||
		strings.Index(string(methods), `"method":"GET"`) > strings.Index(string(methods), `"method":"POST"`) {
		t.Errorf("%s", methods)
	}
	page := get(t, s, "/x/_info/help/"+id, append(me, html)...)
	for _, want := range []string{"<h1>Jobs of a &lt;project&gt;</h1>", "<em>jobs</em>", "**Broken", "<h3>Returns</h3>", "a &lt;list&gt;", "&gt; GET /x/jobs", "<h2>POST</h2>", "mra"} {
		if !strings.Contains(page.Body.String(), want) {
			t.Errorf("no %s in\n%s", want, page.Body)
		}
	}
	if page.Code != 200 || !strings.Contains(page.Header().Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("%d %v", page.Code, page.Header())
	}
}

// Who asks for any path with ?_help is led to the help of its handler.
//
// covers: C2-135
func TestAskForHelp(t *testing.T) {
	t.Parallel()
	s := one(t, says("x"))
	id := idOf(t, s)
	for _, method := range []string{"GET", "POST"} {
		if a := send(t, s, method, "/x/y?_help", ""); a.Code != 302 || a.Header().Get("Location") != "/x/_info/help/"+id {
			t.Errorf("%s: %d %v", method, a.Code, a.Header())
		}
	}
	if a := get(t, s, "/x/y?q=_help"); a.Code != 200 {
		t.Errorf("%d %s", a.Code, a.Body)
	}
}

// The card is the handler's own, or one that every handler has.
//
// covers: C2-136 C2-139 C2-140 C2-143 C2-144
func TestCard(t *testing.T) {
	t.Parallel()
	s := one(t, described())
	me := []string{"X-User: me", "X-Perms: api://project.api"}
	id := idOf(t, s, me...)
	a := get(t, s, "/x/_info/card/"+id, me...)
	if string(a.Members["custom_card"]) != "false" || string(a.Members["title"]) != `"Jobs of a <project>"` || a.Members["data"] != nil {
		t.Errorf("%s", a.Body)
	}
	page := get(t, s, "/x/_info/card/"+id, append(me, html)...).Body.String()
	for _, want := range []string{"Jobs of a &lt;project&gt;", "all of them", "<span>data</span>", "mra", `href="/x/_info/help/` + id, `href="/x/_info/enter/` + id} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in\n%s", want, page)
		}
	}
	own := says("x")
	own.Card = func(c *app.Call) (any, error) { return nil, c.Render("template/card.html", nil) }
	custom := serve(t, env(), filed(app.Rule{Pattern: "/y", Handler: own}))
	id = idOf(t, custom)
	if a := get(t, custom, "/x/_info/card/"+id); string(a.Members["custom_card"]) != "true" {
		t.Errorf("%s", a.Body)
	}
	if a := get(t, custom, "/x/_info/card/"+id, html); a.Body.String() != "card of mine" {
		t.Errorf("%s", a.Body)
	}
}

// A page about a handler is for whom has any right to it, its entrance for
// whom may read.
func TestPagesAskForWhatTheirHandlerDemands(t *testing.T) {
	t.Parallel()
	other := says("z")
	other.Qual = "project.api.v1.handler.Other"
	s := serve(t, env(), under(app.Rule{Pattern: "/y", Handler: described()}), at("/z", app.Rule{Pattern: "/y", Handler: other}))
	root := []string{"X-User: root"}
	a := get(t, s, "/x/_info?api=1&search=all+of+them", root...)
	id := a.Data.([]any)[0].(map[string]any)["rsc_id"].(string)
	for _, c := range []struct {
		user, perms             string
		help, card, enter, file int
	}{
		{"", "", 401, 401, 401, 401}, {"me", "", 403, 403, 403, 403}, {"me", "api://other", 403, 403, 403, 403},
		{"me", "api://project.api.v1/u", 200, 200, 403, 404}, {"me", "api://project.api.v1/r", 200, 200, 200, 404},
		{"me", "api://project.api.v1/", 403, 403, 403, 403}, {"root", "", 200, 200, 200, 404},
	} {
		for page, want := range map[string]int{"_info/help/" + id: c.help, "_info/card/" + id: c.card, "_info/enter/" + id: c.enter, "_asset/project/" + id + "/a.css": c.file} {
			if a := get(t, s, "/x/"+page, "X-User: "+c.user, "X-Perms: "+c.perms); a.Code != want {
				t.Errorf("%+v: %s: %d", c, page, a.Code)
			}
			if a := get(t, s, "/z/"+page, root...); a.Code != 404 {
				t.Errorf("%s of another container: %d", page, a.Code)
			}
		}
	}
	for _, id := range []string{"", "x", strings.Repeat("0", 32), "..", "%00", strings.Repeat("x", 10000)} {
		if a := get(t, s, "/x/_info/help/"+id, root...); a.Code != 404 {
			t.Errorf("%q: %d", id, a.Code)
		}
	}
}
