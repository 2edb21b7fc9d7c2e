package tornado_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/pkg/rest/tornado"
	"github.com/heddle-dev/heddle/pkg/who"
)

type tokenHandler struct{}

func (tokenHandler) Meta() tornado.Meta {
	return tornado.Meta{Grants: []string{tornado.JWT}, Authorization: []string{"authenticated"}}
}

func (tokenHandler) GetIt(ctx context.Context) string {
	return tornado.From(ctx).Credentials(ctx).Username
}

func Example_grants() {
	ask(tokenHandler{}, "GET /it as alice", "GET /it as nobody", "GET /it as forged")
	// Output:
	// 200 alice
	// 401 unauthorized
	// 401 invalid_token
}

type wordHandler struct{}

func (h wordHandler) Endpoints() []tornado.Endpoint {
	return tornado.FromMethods(h,
		tornado.For("open", tornado.Allow("all")),
		tornado.For("work", tornado.Allow("NormalUser", "JobAdministrator")),
		tornado.For("admin", tornado.Allow("JobAdministrator", "group:admins")))
}

func (wordHandler) GetOpen() string  { return "open" }
func (wordHandler) GetWork() string  { return "work" }
func (wordHandler) GetAdmin() string { return "admin" }
func (wordHandler) GetOther() string { return "other" }

func Example_authorization() {
	ask(wordHandler{}, "GET /open as nobody", "GET /other as nobody", "GET /work as alice", "GET /admin as alice", "GET /admin as bob")
	// Output:
	// 200 open
	// 401 unauthorized
	// 200 work
	// 403 insufficient_scope
	// 200 admin
}

func Example_configuredAuthorization() {
	cfg := tornado.Config{Grants: grants(), Option: options(
		"/Systems/Example/APIs/API/Authorization/open", "authenticated",
		"/Systems/Example/APIs/API/Grants/get_work", "SSL")}
	askWith(cfg, wordHandler{}, "GET /open as nobody", "GET /work as alice")
	// Output:
	// 401 unauthorized
	// 401 unauthorized
}

type seasonHandler struct{}

func (seasonHandler) Meta() tornado.Meta { return tornado.Meta{Grants: []string{"MYAUTH", "VISITOR"}} }
func (seasonHandler) GetIt() string      { return "in" }

func myAuth(_ http.ResponseWriter, r *http.Request) (who.Principal, error) {
	switch r.URL.Query().Get("ticket") {
	case "":
		return who.Principal{}, tornado.ErrNoCredential
	case "season":
		return who.Principal{ID: "holder", Name: "holder"}, nil
	}
	return who.Principal{}, errors.New("no such ticket")
}

func Example_customGrant() {
	cfg := tornado.Config{Grants: map[string]tornado.Grant{"MYAUTH": myAuth}}
	askWith(cfg, seasonHandler{}, "GET /it?ticket=season as nobody", "GET /it?ticket=old as nobody", "GET /it as nobody")
	// Output:
	// 200 in
	// 401 invalid_token
	// 401 unauthorized
}

type serviceHandler struct{}

type addRequest struct {
	A int `arg:"a"`
	B int `arg:"b"`
}

func (serviceHandler) ExportAdd(_ context.Context, in *addRequest) (int, error) {
	return in.A + in.B, nil
}

func Example_rpc() {
	ask(serviceHandler{}, "POST /Example/API method=add&args=[1,2]", "POST /Example/API method=sub&args=[1,2]", "GET /Example/API")
	// Output:
	// 200 {"OK":true,"Value":3}
	// 200 {"OK":false,"Errno":1002,"Message":"No such method or function ( 1002 : Example/API has no method \"sub\")"}
	// 405 request_method
}

// jsonCalls is a third framework: {"call": "add", "with": {"a": 1, "b": 2}}.
type jsonCalls map[string]tornado.Endpoint

func (m jsonCalls) Resolve(r *http.Request) (tornado.Endpoint, tornado.Args, error) {
	var body struct {
		Call string
		With map[string]any
	}
	dec := json.NewDecoder(r.Body)
	dec.UseNumber()
	if err := dec.Decode(&body); err != nil {
		return tornado.Endpoint{}, tornado.Args{}, err
	}
	e, ok := m[body.Call]
	if !ok {
		return e, tornado.Args{}, fault.New(fault.Missing, "call.unknown", "There is no such call.")
	}
	values := arg.Of(body.With)
	return e, tornado.Args{Values: &values}, nil
}

func Example_anotherFramework() {
	app, err := tornado.New(context.Background(), tornado.Config{Grants: grants()},
		tornado.API{System: "Example", Name: "API", Handler: serviceHandler{}})
	if err != nil {
		fmt.Println(err)
	}
	calls := jsonCalls{}
	for _, e := range app.Endpoints() {
		calls[e.Name()] = e
	}
	c := app.Container(0)
	c.Routes = append(c.Routes, app.Route("POST /call", who.Authenticated, rest.Doc{Title: "Call"}, calls))
	asks(c, `POST /call {"call":"add","with":{"a":1,"b":2}} as alice`, `POST /call {"call":"add","with":{"a":1,"b":2}} as nobody`)
	// Output:
	// 200 {"OK":true,"Value":3}
	// 401 access_credentials
}

func Example_serve() {
	app, err := tornado.New(context.Background(), tornado.Config{Root: "/dips", Title: "My APIs"},
		tornado.API{System: "Framework", Name: "Hello", Handler: helloHandler{}})
	if err != nil {
		fmt.Println(err)
	}
	// A program says rest.Serve(app.Container(0)), which answers until SIGTERM.
	// This one is over as soon as it is ready.
	ctx, end := context.WithCancel(context.Background())
	end()
	opts := rest.ServeOptions{Name: "apis", Args: []string{"--port", "0"}}
	fmt.Println(rest.ServeContext(ctx, opts, app.Container(0)))
	// Output:
	// <nil>
}
