package core4

import (
	"net/http"

	"github.com/heddle-dev/heddle/pkg/rest"
)

// exampleName is the beginning of the examples' qualified names.
const exampleName = "core4.api.v1.example."

// examples are containers to try permissions on, under a root of their own and
// under those of core4's manual.
func (d *door) examples() []rest.Container {
	return []rest.Container{
		d.container("core4-example", "/core4/example", "core4's examples", d.standard(), exampleRules()),
		d.container("core4-args", "/args", "core4's example of arguments", d.standard(), []Rule{
			{"/test", says(exampleName+"ArgTestHandler", "got: None (0sec. to now)", http.MethodGet, http.MethodPost)}}),
		d.container("core4-test-server", "/test-server", "core4's first example", d.standard(), []Rule{
			{"/test", says("test_server.api.v1.TestHandler", "hello world", http.MethodGet)}}),
		d.container("core4-my", "/my", "core4's example of tenants", d.standard(), []Rule{
			{`/api/(?P<client>.+)/(?P<_id>.*)`, tenantHandler("myproject.api.handler.MyHandler", "_id")}}),
	}
}

func exampleRules() []Rule {
	public := says(exampleName+"PublicHandler", "hello world", http.MethodGet)
	public.Public = true
	return []Rule{
		{"/hello", says(exampleName+"HelloHandler", "hello world", http.MethodGet)},
		{"/public", public},
		{"/write", says(exampleName+"WriteHandler", "OK", http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete)},
		{`/named/(?P<client>.+)/(?P<_id>.*)`, tenantHandler(exampleName+"NamedHandler", "_id")},
		{`/ordered/(.+)/(.*)`, tenantHandler(exampleName+"OrderedHandler", "0")},
		{`/key/(.+)`, asks(exampleName+"KeyHandler", func(c *Call, key string) bool { return c.Perms.App(key) })},
		{`/job/(.+)`, asks(exampleName+"JobHandler", func(c *Call, job string) bool {
			return c.Perms.Job(job, c.r.Method == http.MethodPost)
		})},
	}
}

// says is a handler with one answer.
func says(name, text string, methods ...string) *Handler {
	h := &Handler{Qual: name, Title: "Says " + text, Methods: Methods{}}
	for _, m := range methods {
		h.Methods[m] = func(*Call) (any, error) { return text, nil }
	}
	return h
}

// tenantHandler shows the client of the path, and what stands in a group.
func tenantHandler(name, group string) *Handler {
	return &Handler{Qual: name, Title: "A tenant's", Tenant: true, Methods: Methods{
		http.MethodGet: func(c *Call) (any, error) {
			return map[string]string{"_id": c.Group(group), "client": c.Client}, nil
		}}}
}

// asks is a handler that demands more than its own permission: one for what
// the path names, to GET it or to POST it.
func asks(name string, may func(c *Call, what string) bool) *Handler {
	f := func(c *Call) (any, error) {
		if !may(c, c.Group("0")) {
			return nil, errDenied
		}
		return c.Group("0"), nil
	}
	return &Handler{Qual: name, Title: "Asks for a permission", Methods: Methods{http.MethodGet: f, http.MethodPost: f}}
}
