package app_test

import (
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/app"
)

type order struct {
	Site  string `arg:"site,path"`
	ID    int    `arg:"id,path"`
	Count int    `arg:"count" default:"1"`
	Note  string `arg:"note,optional"`
	Sure  bool   `arg:"sure"`
}

func take(_ *app.Call, o order) (order, error) { return o, nil }

func typed(endpoints ...app.Endpoint) *app.Handler {
	return &app.Handler{Qual: "project.api.v1.handler.MyHandler", Title: "mine", Author: "me", Public: true, Typed: endpoints}
}

func TestMethodsWithTypes(t *testing.T) {
	t.Parallel()
	s := serve(t, env(), under(
		app.Rule{Pattern: `/named/(?P<id>\w+)/(?P<site>.+)`, Handler: typed(app.Get(take), app.Put(take))},
		app.Rule{Pattern: `/ordered/(\w+)/(.+)`, Handler: typed(app.Get(take), app.Delete(func(*app.Call, struct{}) (struct{}, error) { return struct{}{}, nil }))},
		app.Rule{Pattern: "PATCH /sugar/{site}/{id}", Handler: typed(app.Patch(take))},
	))
	for _, tc := range []struct {
		method, target, body string
		code                 int
		want                 string
	}{
		{"GET", "/x/named/7/a/b?sure=yes", "", 200, `{"Site":"a/b","ID":7,"Count":1,"Note":"","Sure":true}`},
		{"PUT", "/x/named/7/a?count=2", `{"sure":false,"count":3,"note":"n"}`, 200, `{"Site":"a","ID":7,"Count":3,"Note":"n","Sure":false}`},
		{"GET", "/x/ordered/a/7?sure=1", "", 200, `{"Site":"a","ID":7,"Count":1,"Note":"","Sure":true}`},
		{"DELETE", "/x/ordered/a/7", "", 200, ""},
		{"PATCH", "/x/sugar/a/7", "sure=on", 400, "tornado.web.MissingArgumentError"},
		{"GET", "/x/named/x/a?count=y", "", 400, "parameter [id] expected as_type [int]; parameter [count] expected as_type [int]; Missing argument sure"},
		{"GET", "/x/ordered/a/7?sure=maybe", "", 400, "core4.error.ArgumentParsingError: HTTP 400: Bad Request (parameter [sure] expected as_type [bool])"},
	} {
		a := send(t, s, tc.method, tc.target, tc.body)
		got := string(a.Members["data"])
		if tc.code != 200 {
			got = a.Error
		}
		if a.Code != tc.code || !strings.Contains(got, tc.want) || tc.want == "" && a.Body.Len() > 0 {
			t.Errorf("%s %s: %d %s", tc.method, tc.target, a.Code, a.Body)
		}
	}
}

func TestMethodsThatCannotBe(t *testing.T) {
	t.Parallel()
	type late struct {
		A string `arg:"a"`
		B string `arg:"b,path"`
	}
	both := typed(app.Get(take))
	both.Methods = says("").Methods
	for want, h := range map[string]*app.Handler{
		"fields of the path stand":     typed(app.Get(func(*app.Call, late) (string, error) { return "", nil })),
		"method GET is there twice":    both,
		"was not made by Get":          typed(app.Endpoint{}),
		"go into a struct, not string": typed(app.Post(func(*app.Call, string) (string, error) { return "", nil })),
	} {
		if got := fails(t, under(app.Rule{Pattern: "/y", Handler: h})); !strings.Contains(got, want) {
			t.Errorf("%s: %s", want, got)
		}
	}
}

// covers: C2-207 C2-208 C2-209
func TestTenants(t *testing.T) {
	t.Parallel()
	type rest struct {
		ID string `arg:"_id,path"`
	}
	h := typed(app.Get(func(c *app.Call, in rest) (string, error) {
		return c.Client + "|" + in.ID + "|" + c.Group("client"), nil
	}))
	h.Public, h.Tenant = false, true
	s := serve(t, env(), under(
		app.Rule{Pattern: `/named/(?P<client>.+)/(?P<_id>.*)`, Handler: h}, app.Rule{Pattern: `/behind/(?P<_id>.*)/of/(?P<client>.+)`, Handler: h},
		app.Rule{Pattern: `/ordered/(.+)/(.*)`, Handler: h}, app.Rule{Pattern: `/none`, Handler: h},
	))
	const handler = "X-Perms: api://project.api.v1.handler.MyHandler "
	for _, tc := range []struct {
		path, perms string
		code        int
		want        string
	}{
		{"/named/c1/unit2/abc", handler + "app://client/c1/unit2", 200, "c1/unit2|abc|"},
		{"/named/c1/unit2/abc", handler + "app://client/c1", 403, ""},
		{"/named/c%31/abc", handler + "app://client/c1", 200, "c1|abc|"},
		{"/named/C1/abc", handler + "app://client/c1", 403, ""},
		{"/named/c1/abc", "X-Perms: app://client/c1", 403, ""},
		{"/named/c1/abc", handler + "app://client/", 403, ""},
		{"/named/c1/abc", strings.TrimSpace(handler) + "/c app://client/c1", 403, ""},
		{"/behind/abc/of/c1", handler + "app://client/c1", 200, "c1|abc|"},
		{"/ordered/c1/abc", handler + "app://client/c1", 200, "c1|abc|"},
		{"/ordered/abc/c1", handler + "app://client/c1", 403, ""},
		{"/none", handler + "app://client/", 403, ""},
		{"/named/c1/abc", "X-User: root", 200, "c1|abc|"},
	} {
		a := get(t, s, "/x"+tc.path, append([]string{tc.perms}, "X-User: anna")...)
		if a.Code != tc.code || a.Code == 200 && a.Data != tc.want {
			t.Errorf("%s by %s: %d %s", tc.path, tc.perms, a.Code, a.Body)
		}
	}
}
