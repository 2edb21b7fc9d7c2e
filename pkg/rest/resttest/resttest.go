// Package resttest holds a server to its documentation: it has every example
// of every route run, as a conversation with the server itself. It is separate
// because only tests need it.
package resttest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest"
)

// Run has the examples of the routes talk to h, and their texts read. prepare,
// if it is not nil, is shown each request before it is sent, to sign it in.
// What does not go as it is documented fails the test. It returns how many
// examples there were.
func Run(t *testing.T, h http.Handler, prepare func(*http.Request), routes []rest.RouteInfo) int {
	t.Helper()
	count := 0
	for _, route := range routes {
		name := strings.TrimSpace(route.Method + " " + route.Pattern)
		for _, p := range Check(route.Doc) {
			t.Errorf("%s: %s", name, p)
		}
		for _, e := range route.Doc.Examples {
			count++
			t.Run(name+" "+e.Title, func(t *testing.T) {
				if err := Talk(h, prepare, e.Conversation); err != nil {
					t.Errorf("%v\n%s", err, e.Conversation)
				}
			})
		}
	}
	return count
}

// Check says what is wrong with a route's documentation: there is no title, or
// no text beside it, or the text is not the markup that it seems to be. What
// is not offered, and so not listed, needs no text.
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
	return out
}

// Talk plays a conversation, see rest.Example. The error says where it went
// another way.
func Talk(h http.Handler, prepare func(*http.Request), conversation string) error {
	exchanges, err := parse(conversation)
	if err != nil {
		return err
	}
	known := names{}
	for _, e := range exchanges {
		r := httptest.NewRequest(e.method, known.fill(e.target), strings.NewReader(known.fill(e.body)))
		for _, h := range e.header {
			r.Header.Add(h.name, known.fill(h.value))
		}
		if prepare != nil {
			prepare(r)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if err := e.check(known, w); err != nil {
			return err
		}
	}
	return nil
}
