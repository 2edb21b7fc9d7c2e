package rest_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

type passKey struct{}

// byPass knows whoever says the word of the path in the header X-Pass, and
// operators.
func byPass(_ http.ResponseWriter, r *http.Request, known rest.Known) (context.Context, error) {
	if p, err := known(); err == nil && p.Operator() {
		return context.WithValue(who.With(r.Context(), p), passKey{}, ""), nil
	}
	if r.Header.Get("X-Pass") != r.PathValue("word")+rest.Tail(r)[0] {
		return nil, fault.New(fault.Unauthenticated, "pass.wrong", "That is not the word.")
	}
	return context.WithValue(who.With(r.Context(), who.Principal{ID: "passed"}), passKey{}, "more"), nil
}

func passing(access who.Rule) rest.Container {
	rt := rest.Raw("GET /{word}/{rest...}", access, titled, func(w http.ResponseWriter, r *http.Request) error {
		_, err := w.Write([]byte(who.From(r.Context()).ID + r.Context().Value(passKey{}).(string)))
		return err
	})
	rt.Ask = byPass
	return rest.Container{Name: "asking", Authenticate: byHeader, Routes: []rest.Route{rt}}
}

func TestRouteThatAsksForItself(t *testing.T) {
	t.Parallel()
	s := server(t, passing(who.Authenticated))
	if w := send(s, "GET", "/se/same", "", "X-Pass: sesame", "X-User: forger"); w.Code != 200 || w.Body.String() != "passedmore" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := send(s, "GET", "/se/same", "", "X-User: operator"); w.Code != 200 || w.Body.String() != "operator" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := send(s, "GET", "/se/same", "", "X-User: alice"); w.Code != 401 || problemOf(t, w).Code != "pass.wrong" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := send(server(t, passing(who.Role("x"))), "GET", "/se/same", "", "X-Pass: sesame"); w.Code != 403 {
		t.Errorf("the rule of the route is not asked: %d", w.Code)
	}
}

func TestPreflight(t *testing.T) {
	t.Parallel()
	s := server(t, rest.Container{Name: "options", Authenticate: byHeader, Routes: []rest.Route{
		rest.Handle("OPTIONS /x", who.Authenticated, titled, func(context.Context, struct{}) (string, error) { return "mine", nil }),
		rest.Handle("GET /x", who.Authenticated, titled, func(context.Context, struct{}) (string, error) { return "", nil }),
	}})
	if w := send(s, "OPTIONS", "/x", "", "X-User: alice"); w.Code != 200 || w.Body.String() != "\"mine\"\n" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := send(s, "OPTIONS", "/x", ""); w.Code != 401 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w := send(s, "OPTIONS", "/x", "", "Access-Control-Request-Method: GET")
	if w.Code != 204 || w.Header().Get("Allow") != "GET, HEAD, OPTIONS" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	open := rest.Raw("OPTIONS /x", who.Public, titled, func(w http.ResponseWriter, _ *http.Request) error {
		w.WriteHeader(http.StatusOK)
		return nil
	})
	open.Unasked = true
	if w := send(server(t, rest.Container{Name: "open", Routes: []rest.Route{open}}), "OPTIONS", "/x", "", "Access-Control-Request-Method: GET"); w.Code != 200 {
		t.Errorf("a route that asks nobody answers for itself: %d", w.Code)
	}
}
