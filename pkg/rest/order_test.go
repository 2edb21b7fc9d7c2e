package rest_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// byHeader believes what the header X-User says: nobody, a user, an operator,
// or a forger.
func byHeader(_ http.ResponseWriter, r *http.Request) (who.Principal, error) {
	switch name := r.Header.Get("X-User"); name {
	case "":
		return who.Principal{}, nil
	case "forger":
		return who.Principal{}, fault.New(fault.Unauthenticated, "auth.forged", "The token is forged.")
	case "operator":
		return who.Principal{ID: name, Roles: []string{who.RoleOperator}}, nil
	default:
		return who.Principal{ID: name}, nil
	}
}

type submit struct {
	N    int `query:"n"`
	Body struct {
		A int `json:"a"`
	} `body:"json"`
}

func guarded() rest.Container {
	return rest.Container{Name: "guarded", Authenticate: byHeader, MaxBody: 100, Routes: []rest.Route{
		rest.Handle("POST /op", who.Role(who.RoleOperator), titled, echo[submit]),
		rest.Handle("GET /op", who.Authenticated, titled, func(ctx context.Context, _ struct{}) (string, error) {
			return who.From(ctx).ID, nil
		}),
		rest.Handle("GET /open", who.Public, titled, echo[struct{ X int }]),
	}}
}

func TestOrderOfChecks(t *testing.T) {
	t.Parallel()
	s := server(t, guarded())
	xml, big := "Content-Type: text/xml", strings.Repeat(" ", 101)
	for _, tc := range []struct {
		name, method, target, body, user, header string
		status                                   int
		code                                     string
	}{
		{"no path beats bad credentials", "PUT", "/none", "", "forger", "", 404, "request.no_path"},
		{"bad credentials beat the wrong method", "PUT", "/op", "", "forger", "", 401, "auth.forged"},
		{"bad credentials beat a public route", "GET", "/open", "", "forger", "", 401, "auth.forged"},
		{"no credentials beat the wrong method", "PUT", "/op", "", "", "", 401, "access.credentials"},
		{"no credentials beat the body", "POST", "/op?n=x", "{", "", xml, 401, "access.credentials"},
		{"access beats the body", "POST", "/op?n=x", "{", "alice", xml, 403, "access.role"},
		{"the wrong method is told to those inside", "PUT", "/op", "", "alice", "", 405, "request.method"},
		{"the wrong method of a public path is told to all", "PUT", "/open", "", "", "", 405, "request.method"},
		{"the media type beats what is in the body", "POST", "/op?n=x", "{", "operator", xml, 415, "request.media_type"},
		{"the size beats what is in the body", "POST", "/op?n=x", big, "operator", xml, 413, "request.too_large"},
		{"what is in the request comes last", "POST", "/op?n=x", "{", "operator", "", 400, "request.invalid"},
		{"all is well", "POST", "/op?n=1", "{}", "operator", "", 200, ""},
	} {
		w := send(s, tc.method, tc.target, tc.body, "X-User: "+tc.user, tc.header)
		code := ""
		if w.Code != 200 {
			code = problemOf(t, w).Code
		}
		if w.Code != tc.status || code != tc.code {
			t.Errorf("%s: %d %s", tc.name, w.Code, w.Body)
		}
		if challenges := len(w.Header().Values("WWW-Authenticate")); (challenges == 2) != (tc.status == 401) {
			t.Errorf("%s: %d challenges", tc.name, challenges)
		}
	}
}

// A login reads credentials for itself: what the container would say of them
// is not asked, and nobody is known.
func TestUnaskedRoute(t *testing.T) {
	t.Parallel()
	c := guarded()
	login := rest.Handle("POST /login", who.Public, titled, func(ctx context.Context, _ struct{}) (string, error) {
		return "nobody" + who.From(ctx).ID, nil
	})
	login.Unasked = true
	c.Routes = append(c.Routes, login)
	for _, user := range []string{"", "alice", "forger"} {
		if w := send(server(t, c), "POST", "/login", "", "X-User: "+user); w.Code != 200 || w.Body.String() != "\"nobody\"\n" {
			t.Errorf("%q: %d %s", user, w.Code, w.Body)
		}
	}
}

// Who checks origins in front of the server learns which routes need no check.
func TestCrossOriginRoute(t *testing.T) {
	t.Parallel()
	c := guarded()
	c.Root = "/x"
	token := rest.Handle("POST /token/{id}", who.Public, titled, echo[struct{ X int }])
	token.CrossOrigin = true
	c.Routes = append(c.Routes, token)
	s := server(t, c)
	for line, want := range map[string]bool{
		"POST /x/token/1": true, "PUT /x/token/1": false, "POST /x/token": false, "POST /x/token/1/2": false, "POST /x/token%2f1": false,
		"POST /x/op": false, "POST /token/1": false, "POST /y": false,
	} {
		method, path, _ := strings.Cut(line, " ")
		if got := s.CrossOrigin(httptest.NewRequest(method, path, nil)); got != want {
			t.Errorf("%s: %v", line, got)
		}
	}
	if routes := s.Routes(); !routes[len(routes)-1].CrossOrigin || routes[0].CrossOrigin {
		t.Errorf("%+v", routes)
	}
}

func TestPrincipalReachesTheFunction(t *testing.T) {
	t.Parallel()
	if w := send(server(t, guarded()), "GET", "/op", "", "X-User: alice"); w.Body.String() != "\"alice\"\n" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	s := server(t, routes(rest.Handle("GET /", who.Public, titled, func(ctx context.Context, _ struct{}) (string, error) {
		return logx.Request(ctx), nil
	})))
	for given, kept := range map[string]bool{
		"abc-DEF_1.2": true, strings.Repeat("x", 64): true, strings.Repeat("x", 65): false,
		"": false, "a b": false, "a\r\nSet-Cookie: x": false, "é": false, "<b>": false,
	} {
		w := send(s, "GET", "/", "", "X-Request-ID: "+given)
		id := w.Header().Get("X-Request-ID")
		if (id == given) != kept || id == "" || w.Body.String() != `"`+id+"\"\n" {
			t.Errorf("%q: header %q, context %s", given, id, w.Body)
		}
	}
}

func TestContainersOwnVoice(t *testing.T) {
	t.Parallel()
	s := server(t, rest.Container{Name: "own", Root: "/own",
		Errors: func(w http.ResponseWriter, _ *http.Request, f *fault.Error) {
			w.WriteHeader(rest.Status(f))
			_, _ = w.Write([]byte("own:" + f.Code))
		},
		Wrap: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("X-Wrapped", "yes")
				next.ServeHTTP(w, r)
			})
		},
		Routes: []rest.Route{rest.Handle("GET /busy", who.Public, titled, func(context.Context, struct{}) (any, error) {
			return nil, fault.New(fault.Unavailable, "busy", "Busy.").WithRetry(1500 * time.Millisecond)
		})}}, routes(says("GET /x", "")))
	w := send(s, "GET", "/own/busy", "")
	if w.Code != 503 || w.Body.String() != "own:busy" || w.Header().Get("Retry-After") != "2" || w.Header().Get("X-Wrapped") != "yes" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	if w = send(s, "GET", "/own/none", ""); w.Code != 404 || w.Body.String() != "own:request.no_path" || w.Header().Get("X-Wrapped") != "yes" {
		t.Errorf("unknown path: %d %s", w.Code, w.Body)
	}
	if w = send(s, "GET", "/none", ""); problemOf(t, w).Code != "request.no_path" || w.Header().Get("X-Wrapped") != "" {
		t.Errorf("another container: %d %s", w.Code, w.Body)
	}
}

func TestStatusIsTotal(t *testing.T) {
	t.Parallel()
	for _, k := range fault.Kinds() {
		if got := rest.Status(fault.New(k, "x", "x")); (got == 500) != (k == fault.Internal) {
			t.Errorf("%s: %d", k, got)
		}
	}
	if got := rest.Status(fault.New(fault.Unauthenticated, "x", "x").WithStatus(432)); got != 432 {
		t.Errorf("a status of its own: %d", got)
	}
	if got := rest.Status(fault.New(fault.Denied, "x", "x").WithStatus(200)); got != 403 {
		t.Errorf("a status that is no error: %d", got)
	}
	if got := rest.Status(fault.From(errors.New("x"))); got != 500 {
		t.Errorf("any error: %d", got)
	}
}
