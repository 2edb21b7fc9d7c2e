package rest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

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
