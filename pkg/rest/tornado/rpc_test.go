package tornado_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/tornado"
)

// both has REST and RPC side by side, on the same base.
type both struct{}

type sum struct {
	A int `arg:"a"`
	B int `arg:"b" default:"1"`
}

func (both) Meta() tornado.Meta { return tornado.Meta{Authorization: []string{"authenticated"}} }

func (both) Endpoints() []tornado.Endpoint {
	add := func(_ context.Context, in *sum) (int, error) { return in.A + in.B, nil }
	return []tornado.Endpoint{
		tornado.GET("sum", add),
		tornado.RPC("sum", add),
		tornado.RPC("total", func(_ context.Context, in struct {
			All []int `arg:"all"`
		}) (tornado.Result, error) {
			n := 0
			for _, one := range in.All {
				n += one
			}
			return tornado.OK(n), nil
		}, tornado.Allow("JobAdministrator")),
		tornado.RPC("ping", ok, tornado.Allow("all"), tornado.Grants("VISITOR")),
		tornado.RPC("fail", func(context.Context, tornado.None) (any, error) {
			return nil, fault.New(fault.Missing, "x", "It is away.")
		}),
	}
}

// covers: D0-002 D0-003 D0-004
func TestRPC(t *testing.T) {
	t.Parallel()
	s := one(t, both{})
	const bob = "Authorization: Bearer bob"
	for _, tc := range []struct{ method, args, header, want string }{
		{"sum", "[1,2]", alice, `OK {"OK":true,"Value":3}`},
		{"sum", "[1]", alice, `OK {"OK":true,"Value":2}`},
		{"sum", "[]", alice, `OK {"OK":false,"Errno":1004,"Message":"Wrong value passed ( 1004 : a is required)"}`},
		{"sum", "", alice, `OK {"OK":false,"Errno":1004,"Message":"Wrong value passed ( 1004 : a is required)"}`},
		{"sum", `["x",1.5]`, alice, `OK {"OK":false,"Errno":1004,"Message":"Wrong value passed ( 1004 : a must be a whole number; b must be a whole number)"}`},
		{"sum", "[1,2,3]", alice, `OK {"OK":false,"Errno":1004,"Message":"Wrong value passed ( 1004 : arguments are 3; 2 are taken by position)"}`},
		{"sum", `{"a":1}`, alice, `OK {"OK":false,"Errno":1004,"Message":"Wrong value passed ( 1004 : args must be a JSON list)"}`},
		{"sum", "[1", alice, `OK {"OK":false,"Errno":1004,"Message":"Wrong value passed ( 1004 : args is no JSON: it ends too early)"}`},
		{"total", "[[1,2,3]]", bob, `OK {"OK":true,"Value":6}`},
		{"total", "[1,2,3]", bob, `OK {"OK":false,"Errno":1004,"Message":"Wrong value passed ( 1004 : all must be a JSON list; arguments are 3; 1 are taken by position)"}`},
		{"fail", "[]", alice, `OK {"OK":false,"Errno":2,"Message":"No such file or directory ( 2 : It is away.)"}`},
		{"nothing", "[]", alice, `OK {"OK":false,"Errno":1002,"Message":"No such method or function ( 1002 : Test/One has no method \"nothing\")"}`},
		{"", "[]", alice, `OK {"OK":false,"Errno":1002,"Message":"No such method or function ( 1002 : Test/One has no method \"\")"}`},
		// who may
		{"ping", "[]", "", `OK {"OK":true,"Value":"in"}`},
		{"sum", "[1]", "", "Unauthorized unauthorized: Credentials are required."},
		{"sum", "[1", "", "Unauthorized unauthorized: Credentials are required."},
		{"sum", "[1]", "Authorization: Bearer x", "Unauthorized invalid_token: The credentials are not valid."},
		{"total", "[[]]", alice, "Forbidden insufficient_scope: Your group entitles to none of jobadministrator."},
	} {
		form := url.Values{"method": {tc.method}, "args": {tc.args}}.Encode()
		if got := says(send(s, "POST", "/Test/One", form, tc.header)); got != tc.want {
			t.Errorf("%s%s: %s, want %s", tc.method, tc.args, got, tc.want)
		}
	}
	if got := says(send(s, "GET", "/sum/1/2", "", alice)); got != "OK 3" {
		t.Errorf("REST beside it: %s", got)
	}
	if w := send(s, "GET", "/Test/One", "", alice); w.Code != 405 || w.Header().Get("Allow") != "OPTIONS, POST" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if got := says(send(s, "POST", "/Test/One?method=sum&args=[1]", "", alice)); !strings.Contains(got, "1002") {
		t.Errorf("the query is no form: %s", got)
	}
	if w := send(s, "POST", "/Test/One", "method=sum&args=["+strings.Repeat("1,", 1<<20)+"1]", alice); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("%d %.100s", w.Code, w.Body)
	}
}

func TestRPCByMultipart(t *testing.T) {
	t.Parallel()
	body := "--b\r\nContent-Disposition: form-data; name=\"method\"\r\n\r\nsum\r\n--b\r\nContent-Disposition: form-data; name=\"args\"\r\n\r\n[4,5]\r\n--b--\r\n"
	w := send(one(t, both{}), "POST", "/Test/One", body, alice, "Content-Type: multipart/form-data; boundary=b")
	if got := says(w); got != `OK {"OK":true,"Value":9}` {
		t.Error(got)
	}
}
