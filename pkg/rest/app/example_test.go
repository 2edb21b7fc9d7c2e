package app_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// greeting is what /greet takes: NAME of the path, and how often.
type greeting struct {
	Name  string `arg:"name,path"`
	Times int    `arg:"times" default:"1" doc:"How often to greet."`
}

func greet(_ *app.Call, in greeting) (string, error) {
	if in.Times > 3 {
		return "", app.Error(http.StatusConflict, "that is too much")
	}
	return fmt.Sprintf("hello %s, %d times", in.Name, in.Times), nil
}

// A container of two handlers. app.Serve(server) would make a program of it.
func ExampleContainers() {
	server := app.Container{Name: "greeter.api.Server", Root: "/greeter", Rules: []app.Rule{
		{Pattern: "/hello", Handler: &app.Handler{
			Qual: "greeter.api.v1.handler.Hello", Title: "Hello", Author: "me", Public: true,
			Methods: app.Methods{http.MethodGet: func(*app.Call) (any, error) { return "hello world", nil }},
		}},
		{Pattern: `/greet/(?P<name>\w+)`, Handler: &app.Handler{
			Qual: "greeter.api.v1.handler.Greet", Title: "Greet", Author: "me", Public: true, Typed: []app.Endpoint{app.Get(greet)},
		}},
	}}
	containers, err := app.Containers(app.Env{}, server)
	if err != nil {
		panic(err)
	}
	s, err := rest.NewServer(logx.Discard(), containers...)
	if err != nil {
		panic(err)
	}
	for _, path := range []string{"/greeter/hello", "/greeter/greet/anna?times=2", "/greeter/greet/anna?times=9"} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		_, version, _ := strings.Cut(w.Body.String(), `"version":`)
		fmt.Print(w.Code, " ", version)
	}
	// Output:
	// 200 "greeter/dev","data":"hello world"}
	// 200 "greeter/dev","data":"hello anna, 2 times"}
	// 409 "greeter/dev","error":"tornado.web.HTTPError: HTTP 409: Conflict (that is too much)\n"}
}
