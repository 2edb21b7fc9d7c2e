package app_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// What a client sends can neither stop a handler nor put a header into its
// answer.
//
// covers: C2-073
func TestHostileRequests(t *testing.T) {
	t.Parallel()
	type in struct {
		N    int            `arg:"n" default:"0"`
		Dict map[string]any `arg:"dict,optional"`
		To   string         `arg:"to" default:"/"`
	}
	s := serve(t, env(), under(
		app.Rule{Pattern: "/y", Handler: typed(app.Post(func(c *app.Call, in in) (int, error) { return in.N, nil }))},
		app.Rule{Pattern: "/go", Handler: typed(app.Post(func(c *app.Call, in in) (any, error) { return nil, c.Redirect(http.StatusFound, in.To) }))},
		app.Rule{Pattern: "/flash", Handler: typed(app.Post(func(c *app.Call, in in) (any, error) { c.FlashInfo(in.To); return nil, app.Error(409, "%s", in.To) }))},
	))
	deep := strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000)
	for name, tc := range map[string]struct {
		target, body string
		want         int
	}{
		"deep JSON":            {"/x/y", deep, 200}, // is no argument
		"deep JSON in a form":  {"/x/y", `{"dict":` + deep + `}`, 200},
		"duplicate keys":       {"/x/y", `{"n":1,"n":2}`, 200},
		"a huge number":        {"/x/y", `{"n":1e400}`, 400},
		"NaN":                  {"/x/y?n=NaN", "", 400},
		"too many":             {"/x/y?" + strings.Repeat("n=1&", 10_001), "", 400},
		"much":                 {"/x/y", strings.Repeat(" ", 1<<20+1), 413},
		"a long path":          {"/x/" + strings.Repeat("y/", 10_000), "", 414},
		"a header in a path":   {"/x/go?to=/%0d%0aX-Evil:%201", "", 400},
		"a header in an error": {"/x/flash?to=%0d%0aX-Evil:%201%00%ff", "", 409},
		"markup in an error":   {"/x/flash?content_type=html&to=%3Cscript%3E", "", 409},
	} {
		a := send(t, s, "POST", tc.target, tc.body)
		if a.Code != tc.want || a.Header().Get("X-Evil") != "" || strings.ContainsAny(a.Header().Get("Location"), "\r\n") {
			t.Errorf("%s: %d %v %.200s", name, a.Code, a.Header(), a.Body)
		}
		if a.Header().Get("Server") != "" || strings.Contains(a.Body.String(), "<script>") && strings.HasPrefix(a.Header().Get("Content-Type"), "text/html") {
			t.Errorf("%s: %v %s", name, a.Header(), a.Body)
		}
	}
}
