// Package resttest holds a server to its documentation: it has every example
// of every route run, as a conversation with the server itself. It is separate
// because only tests need it.
package resttest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest"
)

// Test is what is told of failures: a *testing.T.
type Test interface {
	Helper()
	Errorf(format string, args ...any)
}

// Run has the examples of the routes talk to h, and their texts read; a
// conversation that several routes show is held once. prepare, if it is not
// nil, is shown each request before it is sent, to sign it in. What does not go
// as it is documented fails the test. It returns how many conversations there
// were.
func Run(t Test, h http.Handler, prepare func(*http.Request), routes []rest.RouteInfo) int {
	t.Helper()
	held := map[string]bool{}
	for _, route := range routes {
		for _, p := range Check(route.Doc) {
			t.Errorf("%s: %s", name(route), p)
		}
		for _, e := range route.Doc.Examples {
			if held[e.Conversation] {
				continue
			}
			held[e.Conversation] = true
			if w, ok := h.(*witness); ok {
				w.conversation = e.Conversation
			}
			if err := Talk(h, prepare, e.Conversation); err != nil {
				t.Errorf("%s: its example %q does not run: %v\n%s", name(route), e.Title, err, e.Conversation)
			}
		}
	}
	return len(held)
}

// Server is a handler that knows which route a request is for; *rest.Server is one.
type Server interface {
	http.Handler
	Route(*http.Request) (rest.RouteInfo, bool)
}

// RunAll is Run, and wants of every route that one of its examples asks it
// itself; and of the methods of a route for every method, that one of its
// examples, or of another route of the same handler, uses it.
func RunAll(t Test, s Server, prepare func(*http.Request), routes []rest.RouteInfo) int {
	t.Helper()
	w := &witness{Server: s, asked: map[[2]string]bool{}, used: map[string]bool{}}
	count := Run(t, w, prepare, routes)
	for _, route := range routes {
		asks := func(e rest.Example) bool { return w.asked[[2]string{e.Conversation, name(route)}] }
		switch {
		case len(route.Doc.Examples) == 0:
			t.Errorf("%s: has no example", name(route))
		case !slices.ContainsFunc(route.Doc.Examples, asks):
			t.Errorf("%s: none of its examples asks it", name(route))
		}
		for _, m := range route.Methods {
			if !w.used[handler(route)+m] {
				t.Errorf("%s: no example asks it with %s", name(route), m)
			}
		}
	}
	return count
}

// witness sees which requests are for which route.
type witness struct {
	Server
	conversation string             // that is held
	asked        map[[2]string]bool // conversations, and the names of routes that they ask
	used         map[string]bool    // methods of handlers
}

func (w *witness) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.see(r)
	w.Server.ServeHTTP(rw, r)
}

func (w *witness) see(r *http.Request) {
	if route, ok := w.Server.Route(r); ok {
		w.asked[[2]string{w.conversation, name(route)}] = true
		w.used[handler(route)+r.Method] = true
	}
}

// handler is what routes have in common that are several ways to one handler.
func handler(route rest.RouteInfo) string {
	return route.Container + "\n" + route.Doc.Title + "\n" + route.Doc.Text + "\n"
}

// Dial is the server's, if it has one.
func (w *witness) Dial(r *http.Request) (Conn, *http.Response, error) {
	w.see(r)
	d, ok := w.Server.(Dialer)
	if !ok {
		return nil, nil, errNoDialer
	}
	return d.Dial(r)
}

func name(route rest.RouteInfo) string { return strings.TrimSpace(route.Method + " " + route.Pattern) }

// Check says what is wrong with a route's documentation: there is no title, or
// no text beside it, or the text is not the markup that it seems to be, or it
// shows an example that nothing runs. What is not offered, and so not listed,
// needs no text.
func Check(d rest.Doc) []string {
	var out []string
	if d.Title == "" {
		out = append(out, "has no title")
	}
	if strings.TrimSpace(d.Text) == "" && !d.Unlisted {
		out = append(out, "has no text beside its title")
	}
	_, problems := d.HTML(nil)
	for _, p := range problems {
		out = append(out, "its text, "+p.String())
	}
	for _, code := range idle(d) {
		out = append(out, fmt.Sprintf("its text shows what no test runs: %.60q. Make it an example (rest.Example)", code))
	}
	return out
}
