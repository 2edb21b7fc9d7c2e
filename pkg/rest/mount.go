package rest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
)

// mount is a Container made ready.
type mount struct {
	Container
	log     *slog.Logger
	root    []string
	tree    node
	routes  []*route     // in the container's order, for its Find
	handler http.Handler // Wrap around serve
}

var errNoPath = fault.New(fault.Missing, "request.no_path", "There is nothing at this path.")

// under returns what follows the root, if the path is under it at all.
func (m *mount) under(segs []string) ([]string, bool) {
	if len(segs) < len(m.root) {
		return nil, false
	}
	for i, s := range m.root {
		if segs[i] != s {
			return nil, false
		}
	}
	return segs[len(m.root):], true
}

type restKey struct{}

func withRest(ctx context.Context, segs []string) context.Context {
	return context.WithValue(ctx, restKey{}, segs)
}

// find looks up what a request under the root is for.
func (m *mount) find(r *http.Request, segs []string) (match, bool) {
	if m.Find == nil {
		return m.tree.find(r.Method, segs)
	}
	at := m.Find(r)
	if at < 0 {
		return match{}, false
	}
	return match{route: m.routes[at]}, true
}

// serve answers a request under the root.
func (m *mount) serve(w http.ResponseWriter, r *http.Request) {
	out := &writer{ResponseWriter: w, tags: m.ETags}
	defer m.recover(out, r)
	segs, _ := r.Context().Value(restKey{}).([]string)
	found, ok := m.find(r, segs)
	switch {
	case !ok:
		m.fail(out, r, errNoPath)
	case found.route == nil:
		m.wrongMethod(out, r, found.others)
	case found.route.deaf(r):
		tellMethods(out, append(found.others, found.route))
	default:
		m.run(out, r, found)
	}
}

// run answers with the route that was found.
func (m *mount) run(w *writer, r *http.Request, found match) {
	if found.rest != nil {
		r = r.WithContext(context.WithValue(r.Context(), tailKey{}, found.rest))
	}
	for i, s := range found.route.pattern.wilds {
		r.SetPathValue(s.text, found.values[i])
	}
	ctx, err := m.asker(found.route, w, r)
	if err != nil {
		m.fail(w, r, err)
		return
	}
	r = r.WithContext(ctx)
	out, err := found.route.kit(ctx, &call{w, r, found, m.MaxBody, m.ExactQuery})
	if err == nil {
		err = render(w, r, out)
	}
	switch {
	case err == nil:
	case w.wrote:
		panic(http.ErrAbortHandler)
	default:
		m.fail(w, r, ended(r, err))
	}
}

// ended is why the request was ended before its time, if somebody in front of
// the server did that and said why; else err. What may have changed something
// keeps err, which says that its outcome is unknown.
func ended(r *http.Request, err error) error {
	var reason *fault.Error
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead
	if safe && errors.As(context.Cause(r.Context()), &reason) {
		return reason
	}
	return err
}

// asker is known, for a route that has a use for it.
func (m *mount) asker(rt *route, w http.ResponseWriter, r *http.Request) (context.Context, error) {
	switch {
	case rt.ask != nil:
		return rt.ask(w, r, func() (who.Principal, error) { return m.identify(w, r) })
	case rt.unasked:
		return who.With(r.Context(), who.Principal{}), nil
	}
	return m.known(w, r)
}

// known returns a context with who asks.
func (m *mount) known(w http.ResponseWriter, r *http.Request) (context.Context, error) {
	p, err := m.identify(w, r)
	return who.With(r.Context(), p), err
}

func (m *mount) identify(w http.ResponseWriter, r *http.Request) (who.Principal, error) {
	if m.Authenticate == nil {
		return who.Principal{}, nil
	}
	return m.Authenticate(w, r)
}

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
