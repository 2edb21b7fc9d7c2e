package rest_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

const told = `# GET /a
# GET /b/{id}
Two ways
> GET {{ root }}/a
< 200

# GET /a
> GET {{ root }}/b/1
< 200
<
< {"x": 1}
`

func TestExamples(t *testing.T) {
	t.Parallel()
	read := func() rest.Examples {
		return rest.MustExamples(fstest.MapFS{"x.http": {Data: []byte(told)}}, "x.http")
	}
	nothing := func(http.ResponseWriter, *http.Request) error { return nil }
	c := read().Of(rest.Container{Name: "c", Root: "/root", Routes: []rest.Route{
		rest.Raw("GET /a", who.Public, titled, nothing), rest.Raw("GET /b/{id}", who.Public, titled, nothing)}})
	a, b := c.Routes[0].Doc.Examples, c.Routes[1].Doc.Examples
	if len(a) != 2 || len(b) != 1 || b[0].Title != "Two ways" || b[0].Conversation != "> GET /root/a\n< 200" || a[0] != b[0] ||
		a[1].Title != "" || !strings.HasSuffix(a[1].Conversation, "<\n< {\"x\": 1}") {
		t.Errorf("%+v %+v", a, b)
	}
	defer func() {
		if p, _ := recover().(string); !strings.Contains(p, `x.http: container c has no route "GET /b/{id}"`) {
			t.Errorf("%q", p)
		}
	}()
	read().Of(rest.Container{Name: "c", Routes: []rest.Route{rest.Raw("GET /a", who.Public, titled, nothing)}})
}
