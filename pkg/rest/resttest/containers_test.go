package resttest_test

import (
	"context"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/resttest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// A route without an access rule, one without a title or a text, and an example
// that does not go as it is written: each fails the test of its own program,
// which names the route.
func TestContainers(t *testing.T) {
	t.Parallel()
	good := rest.Doc{Title: "Greet", Text: "Says hello.", Examples: talks("> GET /x/hello\n< 200\n<\n< \"hello anna\"")}
	for name, tc := range map[string]struct {
		access who.Rule
		change func(*rest.Doc)
		want   string
	}{
		"good":             {who.Authenticated, func(*rest.Doc) {}, ""},
		"no access rule":   {who.Rule{}, func(*rest.Doc) {}, "rest: container x: GET /hello: has no access rule"},
		"no title":         {who.Authenticated, func(d *rest.Doc) { d.Title = "" }, "rest: container x: GET /hello: has no title"},
		"no documentation": {who.Authenticated, func(d *rest.Doc) { d.Text = "" }, "GET /x/hello: has no text"},
		"no truth":         {who.Authenticated, func(d *rest.Doc) { d.Examples = talks("> GET /x/hello\n< 204") }, "GET /x/hello: its example \"\" does not run: GET /x/hello: 200 instead of 204"},
		"no example":       {who.Authenticated, func(d *rest.Doc) { d.Text += "\n\n>>> hello()" }, "GET /x/hello: its text shows what no test runs"},
		"not for this one": {who.Role("operator"), func(*rest.Doc) {}, "GET /x/hello: its example \"\" does not run: GET /x/hello: 403 instead of 200"},
	} {
		d := good
		tc.change(&d)
		hello := rest.Handle("GET /hello", tc.access, d, func(ctx context.Context, _ struct{}) (string, error) {
			return "hello " + who.From(ctx).Name, nil
		})
		var r report
		resttest.Containers(&r, who.Principal{ID: "a", Name: "anna"}, rest.Container{Name: "x", Root: "/x", Routes: []rest.Route{hello}})
		if said := strings.Join(r.said, "\n"); (tc.want == "") != (said == "") || !strings.HasPrefix(said, tc.want) || len(r.said) > 1 {
			t.Errorf("%s: it says %q, not %q", name, said, tc.want)
		}
	}
}
