package app

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"

	"github.com/heddle-dev/heddle/pkg/rest/arg"
)

// Endpoint is a method of a handler that is a function with types.
type Endpoint struct {
	Method  string
	In, Out reflect.Type
	build   func(*arg.Plan) func(*Call) (any, error)
}

// Get, Post, Put, Patch and Delete make a method of a function. In is a struct
// whose fields are filled with the arguments that their tags name (see package
// arg); one that is not optional is required. A field of the tag
// arg:"name,path" gets what the pattern's group of that name took; such fields
// stand first, and if the groups have no names, in their order. Out is the
// data of the reply.
func Get[In, Out any](f func(*Call, In) (Out, error)) Endpoint { return typed(http.MethodGet, f) }

// Post is described at Get.
func Post[In, Out any](f func(*Call, In) (Out, error)) Endpoint { return typed(http.MethodPost, f) }

// Put is described at Get.
func Put[In, Out any](f func(*Call, In) (Out, error)) Endpoint { return typed(http.MethodPut, f) }

// Patch is described at Get.
func Patch[In, Out any](f func(*Call, In) (Out, error)) Endpoint { return typed(http.MethodPatch, f) }

// Delete is described at Get.
func Delete[In, Out any](f func(*Call, In) (Out, error)) Endpoint {
	return typed(http.MethodDelete, f)
}

func typed[In, Out any](method string, f func(*Call, In) (Out, error)) Endpoint {
	return Endpoint{method, reflect.TypeFor[In](), reflect.TypeFor[Out](), func(plan *arg.Plan) func(*Call) (any, error) {
		return func(c *Call) (any, error) {
			in := new(In)
			if bad := plan.Bind(reflect.ValueOf(in).Elem(), c.Args, c.positional(plan)...); len(bad) > 0 {
				return nil, arg.Fault(bad...)
			}
			out, err := f(c, *in)
			if err != nil || reflect.TypeFor[Out]() == reflect.TypeFor[struct{}]() {
				return nil, err
			}
			return out, nil
		}
	}}
}

// addTyped puts the functions with types to the other methods.
func (h *Handler) addTyped() error {
	all := maps.Clone(h.Methods)
	if all == nil {
		all = Methods{}
	}
	for _, e := range h.Typed {
		if e.build == nil || all[e.Method] != nil {
			return fmt.Errorf("method %s is there twice, or was not made by Get, Post, Put, Patch or Delete", e.Method)
		}
		plan, err := arg.Compile(e.In, true)
		if err != nil {
			return err
		}
		if err := pathFirst(plan); err != nil {
			return err
		}
		all[e.Method] = e.build(plan)
	}
	h.Methods = all
	return nil
}

// pathFirst sees to it that what is bound by position is of the path.
func pathFirst(plan *arg.Plan) error {
	other := false
	for _, f := range plan.Positional() {
		if f.Path && other {
			return errors.New("fields of the path stand before the others")
		}
		other = other || !f.Path
	}
	return nil
}

// positional are the groups that the plan's fields of the path ask for.
func (c *Call) positional(plan *arg.Plan) []string {
	var out []string
	for i, f := range plan.Positional() {
		if !f.Path {
			break
		}
		at := slices.IndexFunc(c.groups, func(g group) bool { return g.name == f.Name })
		if at < 0 && i < len(c.groups) && c.groups[i].name == "" {
			at = i
		}
		if at >= 0 {
			out = append(out, c.groups[at].text)
		}
	}
	return out
}
