package rest

import (
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
)

// wrongMethod answers for a path that has other methods. Which ones is told
// only to those who may use one of them, or who ask with OPTIONS.
func (m *mount) wrongMethod(w *writer, r *http.Request, others []*route) {
	if r.Method == http.MethodOptions {
		tellMethods(w, others)
		return
	}
	ctx, err := m.known(w, r)
	if err == nil {
		err = anyAccess(who.From(ctx), others)
	}
	if err != nil {
		m.fail(w, r, err)
		return
	}
	methods := allow(others)
	w.Header().Set("Allow", methods)
	m.fail(w, r, fault.New(fault.Unsupported, "request.method",
		"This path does not take the method; it takes %s.", methods).WithStatus(http.StatusMethodNotAllowed))
}

// deaf reports whether a request is a browser's question whether a page may
// send another one, for a route of OPTIONS that wants to know who asks: a
// browser sends no credentials with it, and means the path, not the route.
func (rt *route) deaf(r *http.Request) bool {
	return rt.pattern.method == http.MethodOptions && !rt.unasked && r.Header.Get("Access-Control-Request-Method") != ""
}

func tellMethods(w http.ResponseWriter, routes []*route) {
	w.Header().Set("Allow", allow(routes))
	w.WriteHeader(http.StatusNoContent)
}

// anyAccess is nil if one of the routes lets the principal in, else the
// reason of the first.
func anyAccess(p who.Principal, routes []*route) error {
	var first error
	for _, rt := range routes {
		err := rt.access.Check(p)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// fail writes an error in the container's form.
func (m *mount) fail(w http.ResponseWriter, r *http.Request, err error) {
	f := fault.From(err)
	announce(w.Header(), f)
	if m.Errors != nil {
		m.Errors(w, r, f)
		return
	}
	Problem(w, r, f)
}

// recover answers for a panic outside the endpoint's chain: in Authenticate,
// Errors or a value's own MarshalJSON.
func (m *mount) recover(w *writer, r *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler {
		panic(p)
	}
	err := fmt.Errorf("panic: %v\n%s", p, debug.Stack())
	m.log.ErrorContext(r.Context(), "request failed", "container", m.Name, "err", err)
	if w.wrote {
		panic(http.ErrAbortHandler)
	}
	Problem(w, r, fault.From(err))
}
