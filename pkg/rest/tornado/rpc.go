package tornado

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/pkg/rest/internal/body"
)

// RPC is DIRAC's fixed interface (TornadoService) on the same base: one POST
// with the form fields method and args, a JSON list.

// remote is the Mapper of RPC.
type remote struct {
	api     *api
	maxBody int64
}

func (m remote) Resolve(r *http.Request) (Endpoint, Args, error) {
	text, err := body.Read(nil, r, m.maxBody)
	if err != nil {
		return Endpoint{}, Args{}, err
	}
	form, err := body.Form(r.Header.Get("Content-Type"), text)
	if err != nil && len(text) > 0 {
		return Endpoint{}, Args{}, fault.New(fault.Invalid, "invalid_request", "The body is no readable form.")
	}
	name := form.Get("method")
	at := slices.IndexFunc(m.api.targets, func(t *target) bool { return t.export && t.name == name })
	if at < 0 {
		return m.api.unknown(name).Endpoint, Args{Values: new(arg.Values)}, nil
	}
	values, err := arg.Listed(form.Get("args"))
	return m.api.targets[at].Endpoint, Args{Values: &values, err: err}, nil
}

func (a *api) remotePath() string {
	e := Endpoint{options: options{locations: []string{"/" + a.info.Component}}}
	return e.places(a.meta)[0]
}

// unique refuses two methods of one name.
func (a *api) unique() error {
	seen := map[string]bool{}
	for _, t := range a.targets {
		if t.export && seen[t.name] {
			return fmt.Errorf("%s: there are two methods %s", a.info.Component, t.Endpoint)
		}
		seen[t.name] = seen[t.name] || t.export
	}
	return nil
}

// remote is a target for the route of RPC: whoever may call one of the methods
// passes it.
func (a *api) remote() *target {
	var exported []*target
	for _, t := range a.targets {
		if t.export {
			exported = append(exported, t)
		}
	}
	t := *exported[0]
	t.rule = weakest(exported)
	return &t
}

// unknown answers for a method that there is not, to those who may call others.
func (a *api) unknown(name string) *target {
	t := a.remote()
	t.Endpoint = Endpoint{name: name, export: true, request: reflect.TypeFor[None](), target: t,
		call: func(context.Context, reflect.Value) (any, error) {
			return Failed(ENOMETH, "%s has no method %.100q", a.info.Component, name), nil
		}}
	t.plan, _ = arg.Compile(t.request, true)
	t.mode = Envelope
	return t
}
