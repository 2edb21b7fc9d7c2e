package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"unicode/utf8"

	"github.com/go-kit/kit/endpoint"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/kitx"
	"github.com/heddle-dev/heddle/pkg/who"
)

// route is a Route made ready.
type route struct {
	info    RouteInfo
	name    string // "GET /api/v1/jobs/{id}": in metrics and spans
	pattern pattern
	access  who.Rule
	unasked bool
	foreign bool // CrossOrigin
	query   []string
	ask     func(http.ResponseWriter, *http.Request, Known) (context.Context, error)
	kit     endpoint.Endpoint // takes a *call
}

// call is the request that an endpoint of this package takes. Reading it is
// left to the endpoint, inside the chain, so that nobody's input is looked at
// before the access rule has let them in.
type call struct {
	w       *writer
	r       *http.Request
	match   match
	maxBody int64
	exact   bool // ExactQuery
}

// routeImpl is what Handle and Raw put into a Route.
type routeImpl interface {
	// build returns an endpoint that takes a *call.
	build(p pattern) (endpoint.Endpoint, error)
	// types returns the request's and the answer's types; nil for Raw.
	types() (q, a reflect.Type)
}

type typed[Q, A any] struct {
	f func(context.Context, Q) (A, error)
}

func (t typed[Q, A]) types() (q, a reflect.Type) { return reflect.TypeFor[Q](), reflect.TypeFor[A]() }

func (t typed[Q, A]) build(p pattern) (endpoint.Endpoint, error) {
	b, err := newBinder(reflect.TypeFor[Q](), p)
	if err != nil {
		return nil, err
	}
	e := kitx.Endpoint(t.f)
	return func(ctx context.Context, req any) (any, error) {
		q := new(Q)
		if err := b.bind(req.(*call), reflect.ValueOf(q).Elem()); err != nil {
			return nil, err
		}
		return e(ctx, *q)
	}, nil
}

type raw func(http.ResponseWriter, *http.Request) error

// written is the answer of a route that wrote for itself.
type written struct{}

func (raw) types() (q, a reflect.Type) { return nil, nil }

func (f raw) build(p pattern) (endpoint.Endpoint, error) {
	return func(ctx context.Context, req any) (out any, err error) {
		c := req.(*call)
		if err := c.readable(p); err != nil {
			return nil, err
		}
		if err := invalid(c.unknown(c.match.route.query)); err != nil {
			return nil, err
		}
		// A proxy panics with ErrAbortHandler when its client is gone: that is
		// an end, not a defect.
		defer func() {
			if p := recover(); p != nil {
				if e, ok := p.(error); !ok || !errors.Is(e, http.ErrAbortHandler) {
					panic(p)
				}
				err = errAborted
			}
		}()
		if ctx != c.r.Context() {
			c.r = c.r.WithContext(ctx)
		}
		return written{}, f(c.w, c.r)
	}, nil
}

// readable refuses a path whose wildcards are not UTF-8: no JSON could carry
// them on unchanged. (A bound path says the same, beside its other mistakes.)
func (c *call) readable(p pattern) error {
	for i, s := range p.wilds {
		if !utf8.ValidString(c.match.values[i]) {
			return fault.New(fault.Invalid, "request.invalid", "The path is not UTF-8.").WithField(s.text, "must be UTF-8")
		}
	}
	return nil
}

// errAborted is a cancelled request, for which nobody has to act.
var errAborted = fmt.Errorf("answer aborted: %w", context.Canceled)

type tailKey struct{}

// Tail returns the decoded segments that "{path...}" took, so that a Raw
// route can tell "a/b" from "a%2Fb"; r.PathValue has them joined by slashes.
// Dot segments are as the client sent them: whoever opens files refuses them.
func Tail(r *http.Request) []string {
	segs, _ := r.Context().Value(tailKey{}).([]string)
	return segs
}
