package rest_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// What nobody takes of a query is refused by name, and what it says is not
// repeated; elsewhere it is nobody's business.
func TestExactQuery(t *testing.T) {
	t.Parallel()
	listing := func(context.Context, struct {
		Paging
		Tag []string `query:"tag"`
	}) (any, error) {
		return "listed", nil
	}
	plain := func(context.Context, struct{}) (any, error) { return "plain", nil }
	byHand := rest.Raw("GET /raw", who.Public, titled, func(w http.ResponseWriter, _ *http.Request) error {
		_, err := w.Write([]byte("raw"))
		return err
	})
	byHand.Query = []string{"after"}
	container := rest.Container{Name: "exact", ExactQuery: true, Routes: []rest.Route{
		rest.Handle("GET /list", who.Public, titled, listing), rest.Handle("GET /plain", who.Public, titled, plain),
		rest.Handle("POST /plain", who.Public, titled, plain), byHand,
	}}
	lenient := container
	lenient.ExactQuery = false
	exact, other := server(t, container), server(t, lenient)
	for target, want := range map[string]string{
		"/list": "", "/list?tag=a&tag=b&limit=1": "", "/plain": "", "/plain?": "", "/raw?after=1": "",
		"/list?tags=secret":          "tags: limit, tag",
		"/list?tags=secret&limit=no": "tags: limit, tag|limit",
		"/plain?x=1":                 "x: none",
		"/plain?%zz":                 "query",
		"/raw?after=1&Before=2":      "Before: after",
		"/raw?%ff=2":                 "\uFFFD: after",
		"/raw?" + strings.Repeat("n", 1000) + "=2":             strings.Repeat("n", 64) + ": after",
		"/raw?a=&b=&c=&d=&e=&f=&g=&h=&i=&j=&k=&l=&m=&n=&after": "a|b|c|d|e|f|g|h|i|j",
	} {
		w := send(exact, "GET", target, "")
		var problem struct {
			Fields []struct{ Name, Message string }
		}
		_ = json.Unmarshal(w.Body.Bytes(), &problem)
		var wants []string
		if want != "" {
			wants = strings.Split(want, "|")
		}
		if (w.Code == 200) != (want == "") || len(problem.Fields) != len(wants) || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
			continue
		}
		for i, want := range wants {
			name, known, _ := strings.Cut(want, ": ")
			if got := problem.Fields[i]; got.Name != name || !strings.HasSuffix(got.Message, known) {
				t.Errorf("%s: %+v instead of %s", target, got, want)
			}
		}
		if w := send(other, "GET", target, ""); w.Code != 200 && !strings.Contains(target, "limit=no") {
			t.Errorf("%s where it is nobody's business: %d %s", target, w.Code, w.Body)
		}
	}
	if w := send(exact, "POST", "/plain?x=1", ""); w.Code != 400 {
		t.Errorf("POST: %d", w.Code)
	}
}
