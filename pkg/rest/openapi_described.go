package rest

import (
	"errors"
	"reflect"

	"github.com/go-kit/kit/endpoint"

	"github.com/heddle-dev/heddle/pkg/who"
)

// Described is a route that OpenAPI tells of and nobody serves: the endpoint
// of another table, with the types of its request and its answer. The error
// says why the request cannot be described.
func Described(pattern string, access who.Rule, doc Doc, request, answer reflect.Type) (Route, error) {
	p, err := parsePattern(pattern)
	if err == nil {
		_, err = newBinder(request, p)
	}
	return Route{Pattern: pattern, Access: access, Doc: doc, impl: described{request, answer}}, err
}

// Typed is the same route, made by Raw, with the types of its request and its
// answer for OpenAPI: a struct as Handle takes it, and what is answered with,
// or nil where that is not known. It serves as before.
func (rt Route) Typed(request, answer reflect.Type) Route {
	rt.impl = typedRaw{rt.impl, request, answer}
	return rt
}

type typedRaw struct {
	routeImpl
	request, answer reflect.Type
}

func (t typedRaw) types() (q, a reflect.Type) { return t.request, t.answer }

type described struct{ request, answer reflect.Type }

func (d described) types() (q, a reflect.Type) { return d.request, d.answer }

func (d described) build(pattern) (endpoint.Endpoint, error) {
	return nil, errors.New("is described only")
}
