package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// many are handlers in two containers: ten for people, and one of programs.
func many(t *testing.T) http.Handler {
	t.Helper()
	var rules []app.Rule
	for i := range 10 {
		h := says("x")
		h.Qual, h.Title, h.Tag = fmt.Sprintf("project.api.App%d", i), fmt.Sprintf("App %d", 9-i), []string{"data", fmt.Sprintf("t%d", i%2)}
		h.Public = i != 3
		rules = append(rules, app.Rule{Pattern: fmt.Sprintf("/a%d", i), Handler: h, Name: fmt.Sprintf("r%d", i)})
	}
	api := says("x")
	api.Title, api.Doc = "Zebra", "stripes"
	e := env()
	e.URLs = func(*http.Request) string { return "https://h.example" }
	return serve(t, e, under(rules...), app.Container{Name: "other.api.Server", Root: "/o", Rules: []app.Rule{{Pattern: "/z", Handler: api}, rules[0]}})
}

// covers: C2-001
func TestInfo(t *testing.T) {
	t.Parallel()
	s := many(t)
	for query, want := range map[string]string{
		"": "9: App 0,App 1,App 2,App 3,App 4,App 5,App 7,App 8,App 9", "per_page=2&page=1": "9: App 2,App 3", "page=-1&per_page=4": "9: App 9",
		"page=9": "9: ", "api=1&per_page=100&search=zebra": "1: Zebra", "search=zebra": "0: ", "search=!zebra": "1: Zebra", "search=!": "10: *", "api=yes&search=STRIPES": "1: Zebra",
		"tag=t0&per_page=2": "5: App 1,App 3", "tag=t0&tag=data": "9: *", "tag=t0,t1": "9: *", "tag=none": "0: ",
		"search=" + url.QueryEscape(`title == "App 7" or title == regex("app [12]$", "i")`): "3: App 1,App 2,App 7", "search=" + url.QueryEscape(`!title == "Zebra"`): "1: Zebra",
		"search=" + url.QueryEscape(`tag == "t0" and not title in ["App 1"] and created_at == None`): "4: *", "search=" + url.QueryEscape(`title = "App 7"`): "0: ", "tag=%5B%22t0%22%5D": "5: *", "search=app+5": "2: App 4,App 5",
		"filter=" + url.QueryEscape(`{"title":"App 7","protected":false}`): "1: App 7", "filter=" + url.QueryEscape(`{"tag":"t1"}`): "4: *",
		"filter=" + url.QueryEscape(`{"title":{"$in":["App 7","App 8"]}}`): "2: App 7,App 8",
	} {
		a := get(t, s, "/x/_info?"+query)
		var titles []string
		list, _ := a.Data.([]any)
		for _, one := range list {
			titles = append(titles, fmt.Sprint(one.(map[string]any)["title"]))
		}
		got := string(a.Members["total_count"]) + ": " + strings.Join(titles, ",")
		if total, any := strings.CutSuffix(want, "*"); got != want && !(any && strings.HasPrefix(got, total)) {
			t.Errorf("%s: %s", query, got)
		}
	}
	first := get(t, s, "/o/_info?search=App0").Data.([]any)[0].(map[string]any)
	if fmt.Sprint(first["endpoint"]) != "[https://h.example/x https://h.example/o]" || fmt.Sprint(first["pattern"]) != "[[/x/a0 r0]]" ||
		first["method"] != nil || first["help_url"] != nil || first["enter_url"] != "https://h.example/x/_info/enter/"+first["rsc_id"].(string) {
		t.Errorf("%v", first)
	}
	if a := get(t, s, "/x/_info", "X-User: me", "X-Perms: api://project.api.App3/"); string(a.Members["total_count"]) != "10" {
		t.Errorf("who has a permission sees %s", a.Body)
	}
	for _, bad := range []string{"per_page=0", "per_page=x", "page=x", "filter=x", "filter=[]", "api=perhaps", "filter=" + url.QueryEscape(`{"$where":"1"}`), "search=" + url.QueryEscape(`title == regex("(")`), "search=" + strings.Repeat("x", 2001),
		"filter=" + url.QueryEscape(`{"title":{"$regex":"."}}`)} {
		if a := get(t, s, "/x/_info?"+bad); a.Code != 400 {
			t.Errorf("%s: %d", bad, a.Code)
		}
	}
}

func TestInfoTells(t *testing.T) {
	t.Parallel()
	s := many(t)
	for _, a := range []answer{get(t, s, "/x/_info?version"), send(t, s, "POST", "/x/_info", "")} {
		if fmt.Sprint(a.Data) != "map[core4:1.2.3 project:project version:1.2.3]" {
			t.Errorf("%s", a.Body)
		}
	}
	if a := get(t, s, "/x/_info?tag"); !strings.Contains(a.Body.String(), `"data":{"count":9,"default":true}`) || !strings.Contains(a.Body.String(), `"operations":{"count":0,"default":true}`) {
		t.Errorf("%s", a.Body)
	}
}

// People get cards, a search, and the pages of a long list.
//
// covers: C2-136 C2-139
func TestInfoPage(t *testing.T) {
	t.Parallel()
	s := many(t)
	page := get(t, s, "/x/_info?per_page=4&page=1&search="+url.QueryEscape(`app "><script>`), html).Body.String()
	if strings.Contains(page, "<script") || !strings.Contains(page, "There is none") {
		t.Errorf("%s", page)
	}
	page = get(t, s, "/x/_info?per_page=4&page=1&search=app", html).Body.String()
	for _, want := range []string{`<ul class="cards">`, ">App 5</a>", "4 of 9", "page=0&amp;per_page=4&amp;search=app", "page=2", "https://h.example/x/_info/help/", "tag=operations"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in\n%s", want, page)
		}
	}
}

// A container's handlers are described in OpenAPI: those that one may see,
// with the types of their methods.
func TestOpenAPIOfHandlers(t *testing.T) {
	t.Parallel()
	type in struct {
		ID   string `arg:"id,path"`
		Many int    `arg:"many" default:"3" doc:"How many."`
	}
	type out struct {
		Sum int `json:"sum"`
	}
	typed := &app.Handler{Qual: "project.api.v1.handler.Typed", Title: "typed", Author: "me", Public: true,
		Typed: []app.Endpoint{app.Get(func(*app.Call, in) (out, error) { return out{}, nil })}}
	s := serve(t, env(), under(app.Rule{Pattern: "/t/{id}", Handler: typed}, app.Rule{Pattern: "/y", Handler: described()}))
	a := get(t, s, "/x/_info/openapi.json")
	for _, want := range []string{`"openapi": "3.1.0"`, `"/x/t/{id}"`, `"How many."`, `"sum"`, `"x-author": "me"`} {
		if !strings.Contains(a.Body.String(), want) {
			t.Errorf("no %s in\n%s", want, a.Body)
		}
	}
	if strings.Contains(a.Body.String(), "/x/y") || strings.Contains(a.Body.String(), "_info") {
		t.Errorf("too much is in %s", a.Body)
	}
	if a := get(t, s, "/x/_info/openapi.json", "X-User: root"); !strings.Contains(a.Body.String(), `"/x/y"`) || !strings.Contains(a.Body.String(), "#### Returns") {
		t.Errorf("%s", a.Body)
	}
}
