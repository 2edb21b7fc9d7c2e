package tornado_test

import (
	"context"
	"encoding/json"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/pkg/rest/tornado"
	"github.com/heddle-dev/heddle/pkg/who"
)

// byCall is a framework of a test's own: a JSON object names the endpoint and
// its arguments.
type byCall struct{ endpoints []tornado.Endpoint }

func (m byCall) Resolve(r *http.Request) (tornado.Endpoint, tornado.Args, error) {
	var body struct {
		Call string
		With map[string]any
	}
	dec := json.NewDecoder(r.Body)
	dec.UseNumber()
	if err := dec.Decode(&body); err != nil {
		return tornado.Endpoint{}, tornado.Args{}, fault.Wrap(err, fault.Invalid, "call", "That is no call.")
	}
	for _, e := range m.endpoints {
		if e.Component()+"."+e.Name() == body.Call {
			values := arg.Of(body.With)
			return e, tornado.Args{Values: &values}, nil
		}
	}
	return tornado.Endpoint{}, tornado.Args{}, fault.New(fault.Missing, "call.unknown", "There is no %s.", body.Call)
}

// covers: D0-003 D0-004 D0-006
func TestThirdFrameworkOnTheBase(t *testing.T) {
	t.Parallel()
	a := app(t, tornado.Config{}, tornado.API{System: "Test", Name: "One", Handler: both{}})
	c := a.Container(0)
	c.Routes = append(c.Routes, a.Route("POST /call", who.Public, rest.Doc{Title: "Call"}, byCall{a.Endpoints()[:1]}))
	s := served(t, c)
	for _, tc := range []struct{ body, header, want string }{
		{`{"Call":"Test/One.sum","With":{"a":1,"b":4}}`, alice, "OK 5"},
		{`{"Call":"Test/One.sum","With":{"a":"x"}}`, alice, "Bad Request invalid_request: a must be a whole number"},
		{`{"Call":"Test/One.sum"}`, alice, "Bad Request invalid_request: a is required"},
		{`{"Call":"Test/One.sum","With":{"a":1}}`, "", "Unauthorized unauthorized: Credentials are required."},
		{`{"Call":"Test/One.sum","With":{"a":1}}`, "Authorization: Bearer former", `Forbidden insufficient_scope: You are not a member of the group "users".`},
		{`{"Call":"none"}`, alice, "Not Found call_unknown: There is no none."},
		{`{`, alice, "Bad Request call: That is no call."},
	} {
		if got := says(send(s, "POST", "/call", tc.body, tc.header)); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.body, got, tc.want)
		}
	}
	if w := send(s, "POST", "/call", `{"Call":"`+strings.Repeat("x", 2<<20)+`"}`, alice); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a body without bound: %d", w.Code)
	}
	other := app(t, tornado.Config{}, tornado.API{System: "Test", Name: "One", Handler: both{}})
	c = other.Container(0)
	c.Routes = append(c.Routes, other.Route("POST /call", who.Public, rest.Doc{Title: "Call"}, byCall{a.Endpoints()}))
	if got := says(send(served(t, c), "POST", "/call", `{"Call":"Test/One.sum","With":{"a":1}}`, alice)); got != defect {
		t.Errorf("an endpoint of another app: %s", got)
	}
}

// meeting has two endpoints that wait for each other.
type meeting struct{ first, second chan struct{} }

func (m meeting) GetFirst() string {
	close(m.first)
	<-m.second
	return "met"
}

func (m meeting) GetSecond() string {
	<-m.first
	close(m.second)
	return "met"
}

// TestRequestsRunBesideOneAnother: each in a goroutine of its own, as
// TornadoREST has a thread for each; and one that panics harms no other.
//
// covers: D0-005
func TestRequestsRunBesideOneAnother(t *testing.T) {
	t.Parallel()
	s := one(t, meeting{make(chan struct{}), make(chan struct{})})
	var both sync.WaitGroup
	for _, target := range []string{"/first", "/second"} {
		both.Go(func() {
			if got := says(send(s, "GET", target, "", alice)); got != "OK met" {
				t.Errorf("%s: %s", target, got)
			}
		})
	}
	both.Wait()
}

// TestEndpointsHaveNoWayToTheClient but their result: nothing in their context
// is, or has, a http.ResponseWriter.
//
// covers: D0-054
func TestEndpointsHaveNoWayToTheClient(t *testing.T) {
	t.Parallel()
	s := one(t, struct{ goexit }{})
	if w := send(s, "GET", "/late", "", alice); says(w) != "OK result" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

type goexit struct{}

func (goexit) GetLate(ctx context.Context) (string, error) {
	if _, writes := ctx.Value(http.ServerContextKey).(http.ResponseWriter); writes {
		runtime.Goexit()
	}
	var c any = tornado.From(ctx)
	if _, writes := c.(http.ResponseWriter); writes {
		return "the call writes", nil
	}
	return "result", nil
}
