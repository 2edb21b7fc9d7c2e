package rest_test

import (
	"io"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

type deep struct {
	Name  string         `json:"name" required:"true"`
	Count int8           `json:"count,omitempty"`
	Share float64        `json:"share"`
	OK    *bool          `json:"ok"`
	At    time.Time      `json:"at"`
	ID    id.ID          `json:"id"`
	Bytes []byte         `json:"bytes"`
	Any   any            `json:"any"`
	Env   map[string]int `json:"env"`
	Items []deep         `json:"items"`
	Own   *deep          `json:"own"`
	Base
}

// Base is embedded, so that its members are deep's own.
type Base struct {
	Note string `json:"note"`
}

type jsonBody struct {
	Limit int  `query:"limit"`
	Body  deep `body:"json"`
}

func TestJSONBody(t *testing.T) {
	t.Parallel()
	got, w := bound[jsonBody](t, "POST /", "POST", "/?limit=3",
		` {"name":"a\u00e9","count":-5,"ok":true,"at":"2026-11-21T08:00:00Z","id":"0000000000a","bytes":"AQI=",
		"any":[1],"env":{"x":1},"items":[{"name":"b"}],"own":null,"note":"n","name":"last"} `, "Content-Type: application/vnd.x+json; v=1")
	ok := true
	want := jsonBody{3, deep{Name: "last", Count: -5, OK: &ok, At: time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC), ID: 10,
		Bytes: []byte{1, 2}, Any: []any{1.0}, Env: map[string]int{"x": 1}, Items: []deep{{Name: "b"}}, Base: Base{"n"}}}
	if w.Code != 204 || !reflect.DeepEqual(got, want) {
		t.Fatalf("%d %s\n%+v", w.Code, w.Body, got)
	}
}

func TestMistakesInJSON(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{`:                            "body",
		`{"name":"a"} {}`:              "body",
		`{"name":"a"}]`:                "body",
		`{"name":"a",}`:                "body",
		`{'name':'a'}`:                 "body",
		`nonsense`:                     "body",
		`[]`:                           "body",
		`"text"`:                       "body",
		"{\"name\":\"\xff\"}":          "body",
		"\x00":                         "body",
		`{}`:                           "name",
		`{"name":null}`:                "name",
		`{"name":5}`:                   "name",
		`{"name":"a","x":1,"y":[]}`:    "x y",
		`{"name":"a","count":128}`:     "count",
		`{"name":"a","count":1.5}`:     "count",
		`{"name":"a","count":"1"}`:     "count",
		`{"name":"a","share":"1"}`:     "share",
		`{"name":"a","ok":1}`:          "ok",
		`{"name":"a","at":"today"}`:    "at",
		`{"name":"a","at":5}`:          "at",
		`{"name":"a","id":"x"}`:        "id",
		`{"name":"a","bytes":"?"}`:     "bytes",
		`{"name":"a","env":[]}`:        "env",
		`{"name":"a","env":{"k":"v"}}`: "env.k",
		`{"name":"a","items":{}}`:      "items",
		`{"name":"a","items":[{"name":"b"},{"name":1,"z":2},7,{}]}`:  "items[1].name items[1].z items[2] items[3].name",
		`{"name":"a","own":{"own":{"own":{"count":"x"},"name":""}}}`: "own.own.own.count own.own.own.name own.name",
		`{"name":"a","note":1}`: "note",
	} {
		_, w := bound[jsonBody](t, "POST /", "POST", "/", body)
		if p := problemOf(t, w); w.Code != 400 || p.Code != "request.invalid" || names(p) != want {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
}

func TestHostileJSON(t *testing.T) {
	t.Parallel()
	type q struct {
		Body any `body:"json"`
	}
	for name, tc := range map[string]struct {
		body   string
		status int
	}{
		"deep lists":           {strings.Repeat("[", 100_000), 400},
		"deep objects":         {strings.Repeat(`{"a":`, 100_000), 400},
		"101 levels":           {strings.Repeat("[", 101) + strings.Repeat("]", 101), 400},
		"100 levels":           {strings.Repeat("[", 100) + strings.Repeat("]", 100), 204},
		"brackets in text":     {`"` + strings.Repeat("[", 1000) + `\"` + strings.Repeat("{", 1000) + `"`, 204},
		"a long number":        {strings.Repeat("9", 100_000), 400},
		"over the limit":       {`"` + strings.Repeat("x", 1<<20) + `"`, 413},
		"just under the limit": {`"` + strings.Repeat("x", 1<<20-2) + `"`, 204},
		"closing only":         {strings.Repeat("]", 1000), 400},
	} {
		if _, w := bound[q](t, "POST /", "POST", "/", tc.body); w.Code != tc.status {
			t.Errorf("%s: %d %.200s", name, w.Code, w.Body)
		}
	}
}

func TestManyMistakesAreBounded(t *testing.T) {
	t.Parallel()
	body := `{"name":"a","items":[` + strings.Repeat(`{"x":1},`, 10_000) + `1]}`
	_, w := bound[jsonBody](t, "POST /", "POST", "/", body)
	if p := problemOf(t, w); w.Code != 400 || len(p.Fields) != 50 {
		t.Fatalf("%d with %d fields", w.Code, len(p.Fields))
	}
}

func TestMediaTypes(t *testing.T) {
	t.Parallel()
	type q struct {
		Body *deep `body:"json"`
	}
	for _, tc := range []struct {
		kind, body string
		status     int
	}{
		{"", `{"name":"a"}`, 204},
		{"application/json", `{"name":"a"}`, 204},
		{"Application/JSON; charset=UTF-8", `{"name":"a"}`, 204},
		{"application/merge-patch+json", `{"name":"a"}`, 204},
		{"text/plain", `{"name":"a"}`, 415},
		{"application/jsonx", `{"name":"a"}`, 415},
		{"application/x-www-form-urlencoded", `{"name":"a"}`, 415},
		{";;;", `{"name":"a"}`, 415},
		{"application/json", "", 204},
		{"text/xml", "", 204},
		{"text/xml", " ", 415},
		{"application/json", " \n", 204},
	} {
		got, w := bound[q](t, "DELETE /", "DELETE", "/", tc.body, "Content-Type: "+tc.kind)
		if w.Code != tc.status || (got.Body != nil) != (w.Code == 204 && strings.TrimSpace(tc.body) != "") {
			t.Errorf("%q %q: %d %+v", tc.kind, tc.body, w.Code, got)
		}
	}
	_, w := bound[q](t, "DELETE /", "DELETE", "/", `{}`, "Content-Encoding: gzip")
	if p := problemOf(t, w); w.Code != 415 || names(p) != "Content-Encoding" {
		t.Errorf("compressed: %d %s", w.Code, w.Body)
	}
}

func TestBodyThatMustBeThere(t *testing.T) {
	t.Parallel()
	type q struct {
		Body deep `body:"json" required:"true"`
	}
	if _, w := bound[q](t, "POST /", "POST", "/", ""); w.Code != 400 || names(problemOf(t, w)) != "body" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// cutReader is a body whose sender goes away.
type cutReader struct{}

func (cutReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestBodyOfUnknownLength(t *testing.T) {
	t.Parallel()
	s := server(t, rest.Container{MaxBody: 20, Routes: []rest.Route{
		rest.Handle("POST /", who.Public, titled, echo[jsonBody])}})
	for name, tc := range map[string]struct {
		body   io.Reader
		status int
	}{
		"short": {strings.NewReader(`{"name":"a"}`), 200},
		"none":  {strings.NewReader(``), 200},
		"long":  {strings.NewReader(strings.Repeat("[", 21)), 413},
		"cut":   {cutReader{}, 400},
	} {
		r := httptest.NewRequest("POST", "/", tc.body)
		r.ContentLength = -1
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != tc.status {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}
