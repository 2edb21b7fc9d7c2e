package rest_test

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

func TestTablesThatCannotBeServed(t *testing.T) {
	t.Parallel()
	ok := says("GET /a", "a")
	for name, tc := range map[string]struct {
		want string
		cs   []rest.Container
	}{
		"one root twice":   {`share the root "/x"`, []rest.Container{{Name: "a", Root: "/x"}, {Name: "b", Root: "/x/"}}},
		"root":             {"begins with a slash", []rest.Container{{Root: "x"}}},
		"root wildcard":    {"no wildcards", []rest.Container{{Root: "/{x}"}}},
		"clash":            {"clashes with GET /{id}", []rest.Container{routes(says("GET /{id}", ""), says("GET /{name}", ""))}},
		"tail clash":       {"clashes", []rest.Container{routes(says("GET /{id...}", ""), says("GET /{name...}", ""))}},
		"no access":        {"has no access rule", []rest.Container{routes(rest.Raw("GET /", who.Rule{}, titled, nil))}},
		"unasked":          {"is not public", []rest.Container{routes(rest.Route{Pattern: "GET /", Access: who.Authenticated, Doc: titled, Unasked: true})}},
		"no title":         {"has no title", []rest.Container{routes(rest.Raw("GET /", who.Public, rest.Doc{}, nil))}},
		"no function":      {"Handle or Raw", []rest.Container{routes(rest.Route{Pattern: "GET /", Access: who.Public, Doc: titled})}},
		"query twice":      {"its struct says", []rest.Container{routes(queried())}},
		"method":           {"upper case", []rest.Container{routes(says("get /", ""))}},
		"no slash":         {"begins with a slash", []rest.Container{routes(says("GET a", ""))}},
		"final slash":      {"final slash", []rest.Container{routes(says("GET /a/", ""))}},
		"empty segment":    {"no segment", []rest.Container{routes(says("GET /a//b", ""))}},
		"encoded":          {"write literals decoded", []rest.Container{routes(says("GET /a%20b", ""))}},
		"half a wildcard":  {"no wildcard", []rest.Container{routes(says("GET /{a", ""))}},
		"after the tail":   {"only literals", []rest.Container{routes(says("GET /{a...}/{b}", ""))}},
		"same end":         {"clashes", []rest.Container{routes(says("GET /{a...}/b", ""), says("GET /{c...}/b", ""))}},
		"wildcard twice":   {"twice", []rest.Container{routes(says("GET /{a}/{a}", ""))}},
		"all told at once": {"twice", []rest.Container{routes(says("get /", ""), ok, says("GET /{a}/{a}", ""))}},
	} {
		_, err := rest.NewServer(logx.Discard(), tc.cs...)
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func unbindable[Q any]() rest.Route {
	return rest.Handle("GET /{id}", who.Public, titled, func(context.Context, Q) (any, error) { return nil, nil })
}

func TestTypesThatCannotBeBound(t *testing.T) {
	t.Parallel()
	for want, rt := range map[string]rest.Route{
		"a request is a struct": unbindable[int](),
		"chan int cannot be bound": unbindable[struct {
			X chan int `query:"x"`
		}](),
		"has no {name}": unbindable[struct {
			X string `path:"name"`
		}](),
		"is not exported": unbindable[struct {
			x string `query:"x"`
		}](),
		"must be a whole number": unbindable[struct {
			X int `query:"x" default:"many"`
		}](),
		`body:"xml" is unknown`: unbindable[struct {
			X string `body:"xml"`
		}](),
		"there is another body": unbindable[struct {
			X, Y string `body:"json"`
		}](),
		"JSON or a form": unbindable[struct {
			X string `body:"json"`
			Y string `form:"y"`
		}](),
		"is the body or not": unbindable[struct {
			X string `body:"json" query:"x"`
		}](),
		"Inner.Y": unbindable[struct{ Inner }](),
	} {
		_, err := rest.NewServer(logx.Discard(), routes(rt))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

// Inner is embedded, and wrong.
type Inner struct {
	Y map[string]string `query:"y"`
}

func TestRoutesLists(t *testing.T) {
	t.Parallel()
	s := server(t, rest.Container{Name: "api", Root: "/api", Routes: []rest.Route{
		says("GET /", ""), rest.Raw("/x/{path...}", who.Role(who.RoleOperator), titled, nil)}})
	want := []rest.RouteInfo{
		{Container: "api", Method: "GET", Pattern: "/api", Access: "public", Doc: titled},
		{Container: "api", Method: "", Pattern: "/api/x/{path...}", Access: "role:operator", Doc: titled},
	}
	if got := s.Routes(); !reflect.DeepEqual(got, want) {
		t.Fatalf("%+v", got)
	}
}

// queried is a typed route that names parameters beside its struct.
func queried() rest.Route {
	r := rest.Handle("GET /", who.Public, titled, func(context.Context, struct{}) (any, error) { return nil, nil })
	r.Query = []string{"a"}
	return r
}
