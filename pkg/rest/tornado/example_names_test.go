package tornado_test

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/rest/tornado"
)

type helloHandler struct{}

type helloRequest struct {
	Args   []string       `arg:",tail"`
	Kwargs map[string]any `arg:",rest"`
}

func (helloHandler) GetHello(_ context.Context, in *helloRequest) (any, error) {
	return map[string]any{"args": in.Args, "kwargs": in.Kwargs}, nil
}

func Example_smallest() {
	ask(helloHandler{}, "GET /hello/pos_arg1?k=v")
	// Output:
	// 200 {"args":["pos_arg1"],"kwargs":{"k":"v"}}
}

type authHandler struct{}

func (authHandler) Meta() tornado.Meta {
	return tornado.Meta{Base: "dirac", Location: "/auth", Title: "Signing in"}
}

func (authHandler) GetIndex() string { return "the location itself" }
func (authHandler) GetJwk() string   { return "keys" }

func Example_location() {
	ask(authHandler{}, "GET /dirac/auth", "GET /dirac/auth/jwk/")
	// Output:
	// 200 the location itself
	// 200 keys
}

type pageHandler struct{}

func (pageHandler) GetPage() string     { return "get" }
func (pageHandler) PostPage() string    { return "post" }
func (pageHandler) DeletePage() string  { return "delete" }
func (pageHandler) OptionsPage() string { return "options" }

func Example_verbs() {
	ask(pageHandler{}, "GET /page", "POST /page", "DELETE /page", "OPTIONS /page", "PUT /page")
	// Output:
	// 200 get
	// 200 post
	// 200 delete
	// 200 options
	// 405 request_method
}

type metaHandler struct{}

func (h metaHandler) Endpoints() []tornado.Endpoint {
	return []tornado.Endpoint{
		tornado.GET("metadata", h.metadata,
			tornado.At("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"),
			tornado.Title("What there is"), tornado.Allow("all")),
	}
}

func (metaHandler) metadata(context.Context, tornado.None) (map[string]string, error) {
	return map[string]string{"issuer": "https://dirac.example.org"}, nil
}

func Example_declared() {
	ask(metaHandler{}, "GET /.well-known/openid-configuration")
	// Output:
	// 200 {"issuer":"https://dirac.example.org"}
}

type myHandler struct{}

type myRequest struct {
	MyOption string `arg:"my_option,keyword"`
}

func (myHandler) WebMyMethod(_ context.Context, in *myRequest) (*tornado.Response, error) {
	return tornado.Respond(in.MyOption), nil
}

func Example_web() {
	ask(myHandler{}, "GET /myMethod?my_option=1", "POST /myMethod my_option=2", "PUT /myMethod")
	// Output:
	// 200 1
	// 200 2
	// 400 my_option is required
}
