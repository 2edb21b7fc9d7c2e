package app_test

import (
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// People come in by the handler's GET, by its own Enter, where its enter_url
// says, or at the path of its files.
//
// covers: C2-137 C2-141 C2-142 C2-145 C2-154 C2-180
func TestEnter(t *testing.T) {
	t.Parallel()
	enter := func(h *app.Handler, override app.Override) answer {
		t.Helper()
		s := serve(t, env(), filed(app.Rule{Pattern: "/y", Handler: h, Set: override}))
		return get(t, s, "/x/_info/enter/"+idOf(t, s), html)
	}
	if a := enter(says("from GET"), app.Override{}); a.Data != "from GET" {
		t.Errorf("%d %s", a.Code, a.Body)
	}
	own := says("x")
	own.Enter = func(*app.Call) (any, error) { return "from Enter", nil }
	if a := enter(own, app.Override{}); a.Data != "from Enter" {
		t.Errorf("%d %s", a.Code, a.Body)
	}
	for _, h := range []*app.Handler{{EnterURL: "http://www.serviceplan.com"}, {}} {
		h.Qual, h.Title, h.Author, h.Public = "project.api.v1.handler.MyLink", "link", "me", true
		a := enter(app.Link(*h), app.Override{EnterURL: ptr("http://www.serviceplan.com")})
		if a.Code != 302 || a.Header().Get("Location") != "http://www.serviceplan.com" {
			t.Errorf("%d %v", a.Code, a.Header())
		}
	}
	files := app.Static(app.Handler{Title: "files", Author: "me", Public: true, Path: "/site"})
	if a := enter(files, app.Override{}); a.Code != 302 || a.Header().Get("Location") != "/x/y/" {
		t.Errorf("%d %v", a.Code, a.Header())
	}
}

// A GET that needs what its path names is no entrance: nobody comes in past
// the check of a client, nor by a method that the rule does not have.
func TestNothingToEnter(t *testing.T) {
	t.Parallel()
	post, tenants := says("x"), says("x")
	post.Methods = app.Methods{"POST": post.Methods["GET"]}
	tenants.Tenant, tenants.Public = true, false
	for pattern, h := range map[string]*app.Handler{
		"/post": post, "/c/(?P<client>.+)": tenants, "/tenants": tenants, "/d/{id}": says("x"), "POST /e": says("x"), "/e(?:/(.*))?": says("x"),
	} {
		s := serve(t, env(), filed(app.Rule{Pattern: pattern, Handler: h}))
		me := []string{"X-User: me", "X-Perms: api://project"}
		id := idOf(t, s, me...)
		if a := get(t, s, "/x/_info/enter/"+id, me...); a.Code != 302 || a.Header().Get("Location") != "/x/_info/help/"+id {
			t.Errorf("%s: %d %v", pattern, a.Code, a.Header())
		}
		if card := get(t, s, "/x/_info/card/"+id, append(me, html)...).Body.String(); strings.Contains(card, `"/x/_info/enter`) {
			t.Errorf("%s: the card leads in:\n%s", pattern, card)
		}
	}
}
