package rest_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

var titled = rest.Doc{Title: "A route"}

// says is a route that answers with a text and the wildcards it was given.
func says(pattern, text string) rest.Route {
	return rest.Raw(pattern, who.Public, titled, func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("X-Route", text)
		for _, name := range []string{"id", "name", "path"} {
			if v := r.PathValue(name); v != "" {
				w.Header().Set("X-"+name, v)
			}
		}
		w.Header().Set("X-Tail", strings.Join(rest.Tail(r), "|"))
		return nil
	})
}

func server(t testing.TB, cs ...rest.Container) *rest.Server {
	t.Helper()
	s, err := rest.NewServer(logx.Discard(), cs...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func routes(rs ...rest.Route) rest.Container { return rest.Container{Name: "test", Routes: rs} }

// send gives the answer to a request with an optional body and headers
// ("Name: value").
func send(h http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body == "" {
		r.Body = http.NoBody
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// problem is the error form as a client reads it.
type problem struct {
	Type, Title, Detail, Instance, Code string
	Status                              int
	Retryable                           bool
	RequestID                           string `json:"request_id"`
	Fields                              []fault.Field
}

func problemOf(t *testing.T, w *httptest.ResponseRecorder) problem {
	t.Helper()
	var p problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Fatalf("no problem: %d %v %s", w.Code, w.Header(), w.Body)
	}
	if p.Status != w.Code {
		t.Errorf("status %d inside, %d outside", p.Status, w.Code)
	}
	return p
}

// names are the offending fields.
func names(p problem) string {
	var out []string
	for _, f := range p.Fields {
		out = append(out, f.Name)
	}
	return strings.Join(out, " ")
}

func echo[Q any](_ context.Context, q Q) (Q, error) { return q, nil }
