// Package demo is the containers of core4's manual (core4.md section 12): what
// the manual shows, to be tried out and tested. It is separate from app, which
// must do without it.
package demo

import (
	"embed"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// name begins the qualified names of the handlers.
const name = "core4.api.v1.example."

// author is who the manual says wrote the handlers.
const author = "mra"

//go:embed conversations/*.http
var conversations embed.FS

// shown are the conversations that are documented of a container.
func shown(name string) rest.Examples {
	return rest.MustExamples(conversations, "conversations/"+name+".http")
}

// Containers are that of the examples, and those of the manual at its literal
// roots.
func Containers() []app.Container {
	return []app.Container{
		{Name: name + "ExampleServer", Root: "/core4/example", Title: "core4's examples", Files: project("core4"), Rules: examples(), Examples: shown("example")},
		{Name: name + "CoreApiServer", Root: "args", Title: "core4's example of arguments", Rules: []app.Rule{{Pattern: "/test", Handler: argTest}}, Examples: shown("args")},
		{Name: "test_server.api.v1.TestServer", Root: "/test-server", Title: "core4's first example", Files: project("test_server"), Rules: []app.Rule{
			{Pattern: "/test", Handler: says("test_server.api.v1.TestHandler", "test handler", "hello world", http.MethodGet)},
			help(), {Pattern: "/derived", Handler: derived}}, Examples: shown("test_server")},
		{Name: "myproject.api.TenantServer", Root: "/my", Title: "core4's example of tenants", Rules: []app.Rule{
			{Pattern: `/api/(?P<client>.+)/(?P<_id>.*)`, Handler: tenants("myproject.api.handler.MyHandler")}}, Examples: shown("my")},
	}
}

func examples() []app.Rule {
	public := says(name+"PublicHandler", "public handler", "hello world", http.MethodGet)
	public.Public = true
	return []app.Rule{
		{Pattern: "/hello", Handler: says(name+"HelloHandler", "test handler", "hello world", http.MethodGet), Name: "hello"},
		{Pattern: "/public", Handler: public},
		{Pattern: "/write", Handler: says(name+"WriteHandler", "every method", "OK", http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete)},
		{Pattern: "/error", Handler: failing("ErrorTestHandler", "an error that is raised", "Is refused with a status and a text of the handler's own: 409.", func(*app.Call) (any, error) {
			return nil, app.Error(http.StatusConflict, "this is the ErrorTestHandler")
		})},
		{Pattern: "/crash", Handler: failing("CrashHandler", "a defect", "Fails as a program fails: 500, of which callers learn no more.", func(*app.Call) (any, error) { panic("this is the CrashHandler") })},
		{Pattern: "/flash", Handler: flashing},
		{Pattern: "/dt", Handler: argTest},
		{Pattern: "/types", Handler: types},
		{Pattern: "/need", Handler: need},
		{Pattern: "/frame", Handler: frame},
		{Pattern: "/page", Handler: paging},
		{Pattern: "/download", Handler: download}, {Pattern: "/template", Handler: template}, {Pattern: "/link", Handler: link},
		help(), {Pattern: "/docs", Handler: docs},
		{Pattern: `/named/(?P<client>.+)/(?P<_id>.*)`, Handler: tenants(name + "NamedHandler"), Name: "named"},
		{Pattern: `/ordered/(.+)/(.*)`, Handler: tenants(name + "OrderedHandler")},
		{Pattern: `/key/(.+)`, Handler: asks(name+"KeyHandler", func(c *app.Call, key string) bool { return c.Perms.App(key) })},
		{Pattern: `/job/(.+)`, Handler: asks(name+"JobHandler", func(c *app.Call, job string) bool {
			return c.Perms.Job(job, c.Request().Method == http.MethodPost)
		})},
	}
}

// says is a handler with one answer.
func says(qual, title, text string, methods ...string) *app.Handler {
	h := &app.Handler{Qual: qual, Title: title, Author: author, Doc: "Says `" + text + "`, whatever the method.", Methods: app.Methods{}}
	for _, m := range methods {
		h.Methods[m] = func(*app.Call) (any, error) { return text, nil }
	}
	return h
}

func failing(class, title, doc string, f func(*app.Call) (any, error)) *app.Handler {
	return &app.Handler{Qual: name + class, Title: title, Author: author, Doc: doc, Methods: app.Methods{http.MethodGet: f}}
}

var flashing = failing("FlashHandler", "messages beside the data", "Puts two messages into the answer's `flash`.", func(c *app.Call) (any, error) {
	c.FlashDebug("first flash message")
	c.FlashInfo("another flash message")
	return "OK", nil
})

// record is what a tenant's path names. That of the pattern with names is
// called _id; the client is taken out of the groups.
type record struct {
	ID string `arg:"_id,path"`
}

// tenants shows the client of the path, and the record.
func tenants(qual string) *app.Handler {
	return &app.Handler{Qual: qual, Title: "a tenant's", Author: author, Tenant: true,
		Doc: "Shows the client and the record of the path, to who may use the handler and work for the client.",
		Typed: []app.Endpoint{app.Get(func(c *app.Call, in record) (map[string]string, error) {
			return map[string]string{"_id": in.ID, "client": c.Client}, nil
		})}}
}

// asks is a handler that demands more than its own permission: one for what
// the path names, to GET it or to POST it.
func asks(qual string, may func(c *app.Call, what string) bool) *app.Handler {
	f := func(c *app.Call) (any, error) {
		if !may(c, c.Group("0")) {
			return nil, app.ErrDenied
		}
		return c.Group("0"), nil
	}
	return &app.Handler{Qual: qual, Title: "asks for a permission", Author: author,
		Doc: "Demands a permission beside its own: for what the path names.", Methods: app.Methods{http.MethodGet: f, http.MethodPost: f}}
}
