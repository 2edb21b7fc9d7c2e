package ecflow

import (
	"net/http"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/gateway/internal/ecflow/filter"
)

func (d *door) routes() []rest.Route {
	var out []rest.Route
	for _, res := range table {
		for _, op := range res.operations {
			out = append(out, d.route(res, op))
		}
		out = append(out, d.others(res))
	}
	return out
}

// route has the access rule of an operation: reading is open unless the
// operator closes it, and a job's own word to its task is told from a user's
// by its body, so that such a route looks at credentials for itself.
func (d *door) route(res resource, op operation) rest.Route {
	open := op.child || op.method == get && !d.AuthGet
	access := who.Authenticated
	if open {
		access = who.Public
	}
	rt := rest.Raw(op.method+" "+res.path, access, rest.Doc{
		Title: op.title, Text: texts[op.title], Tags: []string{"ecFlow"}, Examples: op.example(res)}, d.answer(res, op))
	rt.Unasked = open
	return rt
}

// answer does the operation, and shows the part of the answer that is wanted.
func (d *door) answer(res resource, op operation) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		d.handled(w, r)
		path, err := filter.Parse(r.URL.Query().Get("filter"))
		if err != nil {
			return invalid("filter " + err.Error() + ".")
		}
		do := op.own
		if do == nil {
			do = func(d *door, r *http.Request) (Answer, error) { return d.command(w, r, res, op) }
		}
		a, err := do(d, r)
		if err != nil {
			return err
		}
		text, err := a.text(path, r.Method)
		if err != nil {
			return err
		}
		if op.cached {
			d.statistics.cached.Add(1)
		}
		a.send(w, r, text)
		return nil
	}
}

// others answers the methods that a path does not have, without asking who
// wants to know: what is offered is no secret.
func (d *door) others(res resource) rest.Route {
	rt := rest.Raw(res.path, who.Public, rest.Doc{Title: "What is not offered", Unlisted: true, Examples: res.others()}, func(w http.ResponseWriter, r *http.Request) error {
		switch r.Method {
		case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions:
			if res.allow == "" {
				nothing(w, r, http.StatusNotFound)
				return nil
			}
		case http.MethodPatch:
			nothing(w, r, http.StatusNotFound)
			return nil
		default:
			nothing(w, r, http.StatusBadRequest)
			return nil
		}
		d.handled(w, r)
		if r.Method != http.MethodOptions {
			nothing(w, r, http.StatusNotImplemented)
			return nil
		}
		w.Header().Set("Allow", res.allow)
		w.Header().Set("Access-Control-Allow-Methods", res.allow)
		w.WriteHeader(http.StatusNoContent)
		return nil
	})
	rt.Unasked = true
	return rt
}
