package tornado

import (
	"context"
	"errors"
	"net/http"
	"reflect"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Mapper finds the endpoint that a request is for: the base of every way of
// calling endpoints. REST and RPC are two; others need no more than this
// method and a route (App.Route). Resolve is called before it is known who
// asks, so it reads no more than it has to; the body is bounded. Its error is
// the answer.
type Mapper interface {
	Resolve(r *http.Request) (Endpoint, Args, error)
}

// Args are the arguments of a request as the Mapper found them.
type Args struct {
	// Path are those of the path, decoded, in their order.
	Path []string
	// Values are the others. nil: those of the query, and of a body that is a
	// form or JSON, read once the caller is known.
	Values *arg.Values

	err error // what is wrong with them; told to those who may call
}

// Route makes a route of a Mapper: for each request the endpoint is found, its
// grants say who asks, its words whether they may, and it is run. access is
// the least that all its endpoints ask for; each asks for the rest itself.
func (a *App) Route(pattern string, access who.Rule, doc rest.Doc, m Mapper) rest.Route {
	rt := rest.Raw(pattern, access, doc, serve)
	rt.Ask = func(w http.ResponseWriter, r *http.Request, known rest.Known) (context.Context, error) {
		if r.Body != nil {
			r.Body = http.MaxBytesReader(w, r.Body, a.cfg.MaxBody)
		}
		e, args, err := m.Resolve(r)
		if err != nil {
			return nil, unreadable(err)
		}
		if e.target == nil || e.target.app != a {
			return nil, errors.New("tornado: the mapper found an endpoint of another app")
		}
		search := asking{w: w, r: r, known: known}
		p, err := search.search(e.target.grants, e.target.api.log)
		if err != nil {
			return nil, err
		}
		c := &Call{target: e.target, args: args, request: r}
		return context.WithValue(who.With(r.Context(), p), callKey{}, c), nil
	}
	return rt
}

// unreadable says what kept a Mapper from reading a body.
func unreadable(err error) error {
	var over *http.MaxBytesError
	if errors.As(err, &over) {
		return fault.New(fault.Exhausted, "request_too_large", "The request is larger than %d bytes.", over.Limit).
			WithStatus(http.StatusRequestEntityTooLarge)
	}
	return err
}

// serve answers a request whose caller is known.
func serve(w http.ResponseWriter, r *http.Request) error {
	c := From(r.Context())
	result, err := c.run(w, r)
	return c.write(w, r, result, err)
}

// run runs the endpoint: may the caller, is the handler ready, and are the
// arguments right.
func (c *Call) run(w http.ResponseWriter, r *http.Request) (any, error) {
	t, ctx := c.target, r.Context()
	if err := t.rule.Check(who.From(ctx)); err != nil {
		return nil, err
	}
	if err := t.api.begin.do(ctx); err != nil {
		return nil, err
	}
	if t.api.before != nil {
		var err error
		if ctx, err = t.api.before.BeforeRequest(ctx); err != nil {
			return nil, err
		}
	}
	request := reflect.New(t.request)
	if err := c.bind(w, r, request.Elem()); err != nil {
		return nil, err
	}
	return t.call(ctx, request)
}

const rawParameter = "rawContent"

// bind gives the arguments their types.
func (c *Call) bind(w http.ResponseWriter, r *http.Request, request reflect.Value) error {
	if c.args.err != nil {
		return badArguments(c.args.err)
	}
	values := c.args.Values
	if values == nil {
		read, err := arg.ReadStrict(w, r, c.target.app.cfg.MaxBody)
		if err != nil {
			return badArguments(err)
		}
		values = &read
	}
	if raw, err := arg.Get(*values, rawParameter, false); err == nil {
		c.raw = raw
	}
	for _, name := range []string{tokenParameter, rawParameter} { // ours, unless they are asked for
		if !c.target.takes(name) {
			values.Remove(name)
		}
	}
	return badArguments(arg.Fault(c.target.plan.Bind(request, *values, c.args.Path...)...))
}

func (t *target) takes(name string) bool {
	for _, f := range t.plan.Fields() {
		if f.Name == name {
			return true
		}
	}
	return false
}
