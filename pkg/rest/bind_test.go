package rest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Paging is embedded in requests that list.
type Paging struct {
	Limit int `query:"limit" default:"20"`
}

type everything struct {
	Paging
	ID       id.ID         `path:"id"`
	Rest     []string      `path:"path"`
	Joined   string        `path:"path"`
	S        string        `query:"s"`
	B        bool          `query:"b"`
	I        int8          `query:"i"`
	U        uint16        `query:"u"`
	F        float64       `query:"f"`
	T        time.Time     `query:"t"`
	D        time.Duration `query:"d"`
	Tags     []string      `query:"tags"`
	Nums     []int         `query:"nums" default:"1,2"`
	IDs      []id.ID       `query:"ids"`
	Opt      *int          `query:"opt"`
	Match    string        `header:"if-match"`
	Prefer   []string      `header:"Prefer"`
	Must     string        `query:"must" required:"true"`
	Either   string        `query:"either" header:"X-Either"`
	Untagged int
}

// bound sends a request to a route that hands its argument out.
func bound[Q any](t testing.TB, pattern, method, target, body string, headers ...string) (Q, *httptest.ResponseRecorder) {
	t.Helper()
	var got Q
	s := server(t, routes(rest.Handle(pattern, who.Public, titled, func(_ context.Context, q Q) (any, error) {
		got = q
		return nil, nil
	})))
	w := send(s, method, target, body, headers...)
	return got, w
}

// covers: D0-027 D0-072
func TestBinds(t *testing.T) {
	t.Parallel()
	got, w := bound[everything](t, "GET /{id}/{path...}", "GET",
		"/0000000000A/x,y/a%2Fb+/?s=a+b%2B&b=Yes&i=-128&u=65535&f=1e3&t=2026-11-21T08:00:00+01:00&d=90"+
			"&tags=a,b&tags=+c,,&ids=0000000000a,0000000000b&opt=0&must=", "",
		`If-Match: "1"`, "Prefer: wait=5, respond-async", "Prefer: return=minimal", "X-Either: header")
	if w.Code != 204 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	zero := 0
	want := everything{Paging: Paging{20}, ID: 10, Rest: []string{"x,y", "a/b+", ""}, Joined: "x,y/a/b+/",
		S: "a b+", B: true, I: -128, U: 65535, F: 1000, T: got.T, D: 90 * time.Second,
		Tags: []string{"a", "b", "c"}, Nums: []int{1, 2}, IDs: []id.ID{10, 11}, Opt: &zero,
		Match: `"1"`, Prefer: []string{"wait=5", "respond-async", "return=minimal"}, Either: "header"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if !got.T.Equal(time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC)) {
		t.Errorf("time is %s", got.T)
	}
}

// covers: D0-029
func TestAllMistakesAreTold(t *testing.T) {
	t.Parallel()
	_, w := bound[everything](t, "GET /{id}/{path...}", "GET",
		"/nonsense/%FF?s=%FF&b=maybe&i=128&u=-1&f=NaN&t=today&d=soon&nums=1,x&ids=x&opt=1.5&limit=1&limit=2", "")
	p := problemOf(t, w)
	if w.Code != 400 || p.Code != "request.invalid" || names(p) != "limit id path path s b i u f t d nums ids opt must" {
		t.Fatalf("%d %s %s", w.Code, p.Code, names(p))
	}
	for _, f := range p.Fields {
		if f.Message == "" || strings.Contains(f.Message, "strconv") || strings.Contains(f.Message, "nonsense") {
			t.Errorf("%s: %q", f.Name, f.Message)
		}
	}
}

func TestScalars(t *testing.T) {
	t.Parallel()
	type q struct {
		B *bool          `query:"b"`
		I *int64         `query:"i"`
		F *float32       `query:"f"`
		D *time.Duration `query:"d"`
		T *time.Time     `query:"t"`
	}
	for query, ok := range map[string]bool{
		"b=TRUE": true, "b=off": true, "b=0": true, "b=": false, "b=2": false,
		"i=9223372036854775807": true, "i=9223372036854775808": false, "i=1_000": false, "i=0x10": false, "i=%2B1": true, "i=+1": false, "i= 1": false,
		"f=-0.5": true, "f=Inf": false, "f=1e39": false, "f=": false,
		"d=1h30m": true, "d=0.5": true, "d=-3": true, "d=1e300": false, "d=NaN": false, "d=5d": false,
		"t=2026-11-21T08:00:00Z": true, "t=2026-11-21T08:00:00.123%2B02:00": true, "t=2026-11-21T08:00:00": false, "t=2026-11-21": false, "t=0": false,
	} {
		if _, w := bound[q](t, "GET /", "GET", "/?"+strings.ReplaceAll(query, " ", "%20"), ""); (w.Code == 204) != ok {
			t.Errorf("%s: %d %s", query, w.Code, w.Body)
		}
	}
}

func TestBrokenQuery(t *testing.T) {
	t.Parallel()
	for _, query := range []string{"limit=%zz", "limit=1;limit=2", strings.Repeat("a=1&", 10_001)} {
		if _, w := bound[Paging](t, "GET /", "GET", "/?"+query, ""); w.Code != 400 || names(problemOf(t, w)) != "query" {
			t.Errorf("%.20s: %d %s", query, w.Code, w.Body)
		}
	}
}

func TestManyParameters(t *testing.T) {
	t.Parallel()
	type q struct {
		N []int `query:"n"`
	}
	got, w := bound[q](t, "GET /", "GET", "/?"+strings.Repeat("n=7&", 9_999)+"n=8,9", "")
	if w.Code != 204 || len(got.N) != 10_001 {
		t.Fatalf("%d, %d values", w.Code, len(got.N))
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	type q struct {
		User string   `form:"user" required:"true"`
		N    int      `form:"n"`
		L    []string `form:"l"`
	}
	multi := "--b\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\nalice\r\n--b--\r\n"
	for _, tc := range []struct {
		body, kind string
		status     int
		user       string
	}{
		{"user=a%26b&n=3&l=x&l=y,z", "application/x-www-form-urlencoded; charset=utf-8", 204, "a&b"},
		{"user=a", "", 204, "a"},
		{multi, "multipart/form-data; boundary=b", 204, "alice"},
		{multi, "multipart/form-data", 400, ""},
		{multi[:40], "multipart/form-data; boundary=b", 400, ""},
		{"user=%zz", "application/x-www-form-urlencoded", 400, ""},
		{"n=1", "application/x-www-form-urlencoded", 400, ""},
		{"", "text/xml", 400, ""},
		{`{"user":"a"}`, "application/json", 415, ""},
	} {
		got, w := bound[q](t, "POST /", "POST", "/", tc.body, "Content-Type: "+tc.kind)
		if w.Code != tc.status || got.User != tc.user {
			t.Errorf("%s %q: %d %+v %s", tc.kind, tc.body, w.Code, got, w.Body)
		}
	}
}

func FuzzBind(f *testing.F) {
	f.Add("limit=3&tags=a,b", "7", `{"a":1}`)
	f.Add("t=2026-11-21T08:00:00+01:00&d=1e9", "%2F..", `{"a":{"b":[1]}}`)
	f.Add("i=%00;", "a%FFb", "[[[")
	type q struct {
		everything
		Body map[string]struct {
			A []int     `json:"a"`
			T time.Time `json:"t"`
		} `body:"json"`
	}
	s := server(f, routes(rest.Handle("POST /{id}/{path...}", who.Public, titled, echo[q])))
	f.Fuzz(func(t *testing.T, query, path, body string) {
		r := httptest.NewRequest("POST", "/x", strings.NewReader(body))
		u, err := url.Parse("/" + path + "/z")
		if err != nil || u.Host != "" {
			return
		}
		r.URL, u.RawQuery = u, query
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		switch w.Code {
		case 200, 400, 404, 413, 414:
		default:
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if !json.Valid(w.Body.Bytes()) {
			t.Errorf("no JSON: %s", w.Body)
		}
		if w.Code == 400 && len(problemOf(t, w).Fields) == 0 {
			t.Errorf("a 400 that names nothing: %s", w.Body)
		}
	})
}

func ExampleHandle() {
	type greet struct {
		Name  string `path:"name" doc:"Whom to greet."`
		Times int    `query:"times" default:"1" doc:"How often."`
	}
	hello := rest.Handle("GET /hello/{name}", who.Public, rest.Doc{Title: "Say hello"},
		func(_ context.Context, q greet) (map[string]string, error) {
			return map[string]string{"hello": strings.Repeat(q.Name, q.Times)}, nil
		})
	s, _ := rest.NewServer(logx.Discard(), rest.Container{Routes: []rest.Route{hello}})
	fmt.Print(send(s, "GET", "/hello/jo?times=2", "").Body)
	fmt.Print(send(s, "GET", "/hello/jo?times=two", "").Code)
	// Output:
	// {"hello":"jojo"}
	// 400
}
