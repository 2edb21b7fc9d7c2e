package rest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// finding serves what ends in a letter: "a" for everybody, "b" for those who
// are known.
func finding() rest.Container {
	says := func(text string, access who.Rule) rest.Route {
		return rest.Raw("/{rest...}", access, titled, func(w http.ResponseWriter, _ *http.Request) error {
			_, err := w.Write([]byte(text))
			return err
		})
	}
	a, b := says("a", who.Public), says("b", who.Authenticated)
	a.CrossOrigin = true
	return rest.Container{Name: "finding", Root: "/f", Authenticate: byHeader, Routes: []rest.Route{a, b},
		Find: func(r *http.Request) int { return strings.Index("ab", r.URL.Path[len(r.URL.Path)-1:]) }}
}

func TestContainerThatFindsItsRoutes(t *testing.T) {
	t.Parallel()
	s := server(t, finding())
	for path, want := range map[string]int{"/f/xa": 200, "/f/b": 401, "/f//a": 200, "/f/c": 404} {
		if w := send(s, "GET", path, ""); w.Code != want {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	if w := send(s, "DELETE", "/f/b", "", "X-User: alice"); w.Code != 200 || w.Body.String() != "b" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	r, _ := http.NewRequest("POST", "/f/a", nil)
	if other, _ := http.NewRequest("POST", "/f/b", nil); !s.CrossOrigin(r) || s.CrossOrigin(other) {
		t.Error("another route is asked whether other sites may send to it")
	}
}
