package tornado

import (
	"context"
	"errors"
	"net/http"
	"reflect"
)

// None is the request of an endpoint that takes no arguments.
type None = struct{}

// Endpoint is one exported method of a handler. It is made by GET, POST, Web,
// RPC and so on, or by FromMethods.
type Endpoint struct {
	name    string
	verb    string // "" is every verb
	export  bool   // reached by RPC, not by a path
	options options
	request reflect.Type // a struct
	answer  reflect.Type // nil: none
	call    func(ctx context.Context, request reflect.Value) (any, error)
	err     error   // why it is none
	target  *target // once it is part of an App
}

// Name is the method's name without its prefix: "job".
func (e Endpoint) Name() string { return e.name }

// Component is "System/API" of an endpoint that is part of an App.
func (e Endpoint) Component() string {
	if e.target == nil {
		return ""
	}
	return e.target.api.info.Component
}

// GET is an endpoint at the name's path for this verb; "index" is the
// handler's location itself. Q is a struct or a pointer to one, whose fields
// are the arguments by the tags of arg.Plan: one is required unless it has a
// default, is a pointer or is optional, and a segment of the path unless it is
// a keyword or an object.
//
// A is the result: a Result (S_OK or S_ERROR), a *Response, text (string,
// []byte), a stream (io.Reader, func(io.Writer) error), one of rest's answers
// (see rest.Write), nil for nothing, or any value for JSON. Its error is an
// Error (an S_ERROR), a fault, or a defect, which the client hears nothing of.
func GET[Q, A any](name string, f func(context.Context, Q) (A, error), opts ...Option) Endpoint {
	return endpoint(http.MethodGet, name, f, opts)
}

// POST is an endpoint for this verb; see GET.
func POST[Q, A any](name string, f func(context.Context, Q) (A, error), opts ...Option) Endpoint {
	return endpoint(http.MethodPost, name, f, opts)
}

// PUT is an endpoint for this verb; see GET.
func PUT[Q, A any](name string, f func(context.Context, Q) (A, error), opts ...Option) Endpoint {
	return endpoint(http.MethodPut, name, f, opts)
}

// PATCH is an endpoint for this verb; see GET.
func PATCH[Q, A any](name string, f func(context.Context, Q) (A, error), opts ...Option) Endpoint {
	return endpoint(http.MethodPatch, name, f, opts)
}

// DELETE is an endpoint for this verb; see GET.
func DELETE[Q, A any](name string, f func(context.Context, Q) (A, error), opts ...Option) Endpoint {
	return endpoint(http.MethodDelete, name, f, opts)
}

// OPTIONS is an endpoint for this verb. Browsers' questions about other
// requests (preflights) do not reach it.
func OPTIONS[Q, A any](name string, f func(context.Context, Q) (A, error), opts ...Option) Endpoint {
	return endpoint(http.MethodOptions, name, f, opts)
}

// HEAD is an endpoint for this verb, which GET answers where there is none.
func HEAD[Q, A any](name string, f func(context.Context, Q) (A, error), opts ...Option) Endpoint {
	return endpoint(http.MethodHead, name, f, opts)
}

// Web is an endpoint for every verb of the handler, save those that another
// endpoint has at the same path.
func Web[Q, A any](name string, f func(context.Context, Q) (A, error), opts ...Option) Endpoint {
	return endpoint("", name, f, opts)
}

// RPC is a method of the handler's RPC interface, POST /System/API with the
// form fields method and args. Its Mode is Envelope unless an option says
// otherwise.
func RPC[Q, A any](name string, f func(context.Context, Q) (A, error), opts ...Option) Endpoint {
	e := endpoint("", name, f, opts)
	e.export = true
	return e
}

func endpoint[Q, A any](verb, name string, f func(context.Context, Q) (A, error), opts []Option) Endpoint {
	t := reflect.TypeFor[Q]()
	e := Endpoint{name: name, verb: verb, options: optionsOf(opts), request: t, answer: reflect.TypeFor[A]()}
	e.call = func(ctx context.Context, q reflect.Value) (any, error) {
		if t.Kind() != reflect.Pointer {
			q = q.Elem()
		}
		return f(ctx, q.Interface().(Q))
	}
	if t.Kind() == reflect.Pointer {
		e.request = t.Elem()
	}
	if f == nil {
		e.err = errors.New("there is no function")
	}
	return e
}

// String names the endpoint in errors: "get_job", "web_x".
func (e Endpoint) String() string {
	switch {
	case e.export:
		return "export_" + e.name
	case e.verb == "":
		return "web_" + e.name
	default:
		return verbPrefix(e.verb) + e.name
	}
}
