package rest

import (
	"net/http"
	"reflect"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
)

// bindArguments fills the fields that take arguments wherever they come from:
// the query, a form or a JSON object.
func bindArguments(c *call, plan *arg.Plan, q reflect.Value) ([]fault.Field, error) {
	v, err := arg.ReadStrict(c.w, c.r, c.maxBody)
	if err != nil {
		f := fault.From(err)
		if len(f.Fields) == 0 { // no argument is to blame
			return nil, err
		}
		return f.Fields, nil
	}
	if len(v.Body()) > 0 {
		if err := mediaType(c.r.Header, isArguments); err != nil {
			return nil, err
		}
		if c.r.Header.Get("Content-Type") == "" { // it was not looked at
			return []fault.Field{{Name: "Content-Type", Message: "is required with a body"}}, nil
		}
	}
	var bad []fault.Field
	for _, p := range plan.Bind(q, v) {
		bad = append(bad, fault.Field{Name: p.Name, Message: p.Text})
	}
	return bad, nil
}

// isArguments reports whether a body of this media type has arguments.
func isArguments(kind string) bool { return arg.IsJSON(kind) || isForm(kind) }

// takesBody reports whether a request of a method may have arguments in a body.
func takesBody(method string) bool { return method != http.MethodGet && method != http.MethodHead }
