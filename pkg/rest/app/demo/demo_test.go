package demo_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app/apptest"
	"github.com/heddle-dev/heddle/pkg/rest/app/demo"
)

// manual is when the manual's first conversation about arguments was.
var manual = time.Date(2018, 11, 7, 15, 52, 0, 304976000, time.UTC)

func server(t *testing.T, debug bool) *rest.Server {
	t.Helper()
	e := apptest.Env(manual)
	e.Debug = debug
	return apptest.Serve(t, e, demo.Containers()...)
}

// ask makes a request as somebody who may use all handlers, and gives the
// status, the members of the envelope, and the body. what is "METHOD target body".
func ask(t *testing.T, s *rest.Server, what string, headers ...string) (int, map[string]json.RawMessage, string) {
	t.Helper()
	method, rest, _ := strings.Cut(what, " ")
	target, body, _ := strings.Cut(rest, " ")
	a := apptest.Send(t, s, method, target, body, append([]string{"X-User: anna", "X-Perms: api://.*"}, headers...)...)
	return a.Code, a.Members, a.Body.String()
}

// covers: C2-004 C2-009 C2-027 C2-055 C2-056 C2-105
func TestExamplesOfTheManual(t *testing.T) {
	t.Parallel()
	s := server(t, false)
	for what, want := range map[string]struct {
		code          int
		message, data string // or the error
	}{
		"GET /test-server/test":     {200, "OK", `"hello world"`},
		"POST /test-server/test":    {405, "Method Not Allowed", `"tornado.web.HTTPError: HTTP 405: Method Not Allowed (Method Not Allowed)\n"`},
		"GET /core4/example/hello":  {200, "OK", `"hello world"`},
		"GET /core4/example/public": {200, "OK", `"hello world"`},
		"GET /core4/example/error":  {409, "Conflict", `"tornado.web.HTTPError: HTTP 409: Conflict (this is the ErrorTestHandler)\n"`},
		"GET /core4/example/crash":  {500, "Internal Server Error", ``},
		"GET /core4/example/flash":  {200, "OK", `"OK"`},
		"GET /core4/example/frame":  {200, "OK", `[{"a":1,"b":"x"},{"a":2,"b":"y"},{"a":3,"b":"z"}]`},
	} {
		code, members, body := ask(t, s, what)
		data := members["data"]
		if want.code >= 400 {
			data = members["error"]
		}
		if code != want.code || string(members["message"]) != `"`+want.message+`"` || want.data != "" && string(data) != want.data {
			t.Errorf("%s: %d %s", what, code, body)
		}
	}
	_, members, _ := ask(t, s, "GET /core4/example/flash")
	if string(members["flash"]) != `[{"level":"DEBUG","message":"first flash message"},{"level":"INFO","message":"another flash message"}]` {
		t.Errorf("%s", members["flash"])
	}
	if code, _, body := ask(t, s, "GET /core4/example/crash"); code != 500 || strings.Contains(body, "CrashHandler") {
		t.Errorf("%s", body)
	}
	if _, _, body := ask(t, server(t, true), "GET /core4/example/crash"); !strings.Contains(body, "this is the CrashHandler") || !strings.Contains(body, "demo.go:") {
		t.Errorf("%s", body)
	}
}

// covers: C2-118 C2-119 C2-121 C2-122 C2-123 C2-124
func TestArgumentsOfTheManual(t *testing.T) {
	t.Parallel()
	s := server(t, false)
	for what, want := range map[string]string{
		"GET /args/test":                                                         "got: None (0sec. to now)",
		"GET /args/test?dt=2018-11-07":                                           "got: 2018-11-07 00:00:00 (57120sec. to now)",
		"GET /args/test?dt=1971-06-14T07:30:00":                                  "got: 1971-06-14 07:30:00 (1495873320sec. to now)",
		"GET /args/test?dt=" + url.QueryEscape("1971-06-14T07:30:00 CET"):        "got: 1971-06-14 06:30:00 (1495876920sec. to now)",
		`POST /args/test {"dt":"1971-06-14T07:30:00 CET"}`:                       "got: 1971-06-14 06:30:00 (1495876920sec. to now)",
		"POST /args/test":                                                        "got: None (0sec. to now)",
		"GET /core4/example/dt?dt=" + url.QueryEscape("2018-11-07 00:00:00.5"):   "got: 2018-11-07 00:00:00.500000 (57119sec. to now)",
		"GET /core4/example/dt?dt=9999-aa-bb":                                    "",
		`GET /core4/example/dt {"dt":null}`:                                      "got: None (0sec. to now)",
		`POST /core4/example/dt?dt=2018-11-07 {"dt":"1971-06-14T07:30:00+0100"}`: "got: 1971-06-14 06:30:00 (1495876920sec. to now)",
	} {
		code, members, body := ask(t, s, what)
		if want == "" {
			if code != 400 || !strings.Contains(body, "parameter [dt] expected as_type [datetime]") {
				t.Errorf("%s: %d %s", what, code, body)
			}
			continue
		}
		if code != 200 || string(members["data"]) != `"`+want+`"` {
			t.Errorf("%s: %d %s", what, code, body)
		}
	}
}

func TestArgumentsOfEveryType(t *testing.T) {
	t.Parallel()
	s := server(t, false)
	const none = `{"bool":null,"datetime":null,"dict":null,"float":null,"int":null,"list":null,"str":null}`
	for what, want := range map[string]string{
		"GET /core4/example/types": none,
		"GET /core4/example/types?int=5&float=1.5&bool=yes&str=x&list=[1]&datetime=2018-2-01&dict=" + url.QueryEscape(`{"a":1}`): `{"bool":true,"datetime":"2018-02-01T00:00:00","dict":{"a":1},"float":1.5,"int":5,"list":[1],"str":"x"}`,
		`POST /core4/example/types {"int":123.456,"str":null}`:                                                                   strings.Replace(none, `"int":null`, `"int":123`, 1),
		"GET /core4/example/types?dict=&list=":                                                                                   none,
		"GET /core4/example/need?a=7":                                                                                            `{"a":7}`,
	} {
		code, members, body := ask(t, s, what)
		if code != 200 || string(members["data"]) != want {
			t.Errorf("%s: %d %s", what, code, body)
		}
	}
	for what, want := range map[string]string{
		"GET /core4/example/need":            "tornado.web.MissingArgumentError: HTTP 400: Bad Request (Missing argument a)",
		"GET /core4/example/types?int=b":     "parameter [int] expected as_type [int]",
		"GET /core4/example/types?bool=xyz":  "parameter [bool] expected as_type [bool]",
		"GET /core4/example/types?float=NaN": "parameter [float] expected as_type [float]",
	} {
		if code, _, body := ask(t, s, what); code != 400 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s", what, code, body)
		}
	}
}

func TestPagesOfSixtyRows(t *testing.T) {
	t.Parallel()
	s := server(t, false)
	for query, want := range map[string]string{
		"":                       `60 6 0 10 10 {"idx":60}`,
		"?page=-1":               `60 6 5 10 10 {"idx":10}`,
		"?page=1&per_page=25":    `60 3 1 25 25 {"idx":35}`,
		"?page=99":               `60 6 99 10 0 `,
		"?sort=1&per_page=1":     `60 60 0 1 1 {"idx":1}`,
		"?per_page=0":            "400",
		"?per_page=1000&page=-9": `60 1 0 1000 60 {"idx":60}`,
	} {
		code, m, body := ask(t, s, "GET /core4/example/page"+query)
		if want == "400" {
			if code != 400 {
				t.Errorf("%s: %d", query, code)
			}
			continue
		}
		first, _, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(string(m["data"]), "["), "]"), "},")
		first = strings.TrimSuffix(first, "}") + strings.Repeat("}", min(len(first), 1))
		got := strings.Join([]string{string(m["total_count"]), string(m["page_count"]), string(m["page"]), string(m["per_page"]), string(m["count"]), first}, " ")
		if code != 200 || got != want {
			t.Errorf("%s: %d %s: %s", query, code, got, body)
		}
	}
}

// covers: C2-203 C2-205 C2-206 C2-207 C2-208 C2-209
func TestTenantsOfTheManual(t *testing.T) {
	t.Parallel()
	s := server(t, false)
	for path, want := range map[string]string{
		"/my/api/lufthansa/0815":                 `{"_id":"0815","client":"lufthansa"}`,
		"/core4/example/named/lufthansa/0815":    `{"_id":"0815","client":"lufthansa"}`,
		"/core4/example/ordered/lufthansa/0815":  `{"_id":"0815","client":"lufthansa"}`,
		"/core4/example/named/lufthansa/x/0815":  "",
		"/core4/example/ordered/luft%68ansa/%20": `{"_id":" ","client":"lufthansa"}`,
	} {
		code, m, body := ask(t, s, "GET "+path, "X-Perms: app://client/lufthansa")
		if (want == "") != (code == 403) || string(m["data"]) != want {
			t.Errorf("%s: %d %s", path, code, body)
		}
		if code, _, _ := ask(t, s, "GET "+path); code != 403 {
			t.Errorf("%s without the client's permission: %d", path, code)
		}
	}
}
