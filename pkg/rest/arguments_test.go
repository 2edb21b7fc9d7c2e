package rest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/media"
	"github.com/heddle-dev/heddle/pkg/who"
)

// anywhere takes arguments from wherever they come.
type anywhere struct {
	media.Ask
	ID    string         `path:"id"`
	N     int            `arg:"n" required:"true" doc:"How many."`
	At    time.Time      `arg:"at"`
	Tags  []string       `arg:"tags" default:"[\"a\",\"b\"]"`
	Where map[string]any `arg:"where"`
	Yes   *bool          `arg:"yes"`
	Match string         `header:"If-Match"`
}

// covers: C2-107 D0-072
func TestArgumentsFromAnywhere(t *testing.T) {
	t.Parallel()
	want := fmt.Sprintf("%+v", anywhere{Ask: media.Ask{PerPage: 10}, ID: "x", N: 3, At: time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC),
		Tags: []string{"a", "b"}, Where: map[string]any{"k": json.Number("1")}, Match: "m"})
	for name, tc := range map[string]struct{ query, contentType, body string }{
		"query":     {"?n=3&at=2026-11-21T08:00+CET&where={\"k\":1}", "", ""},
		"form":      {"?n=2", "application/x-www-form-urlencoded", "n=3&at=2026-11-21+08:00:00%2B01:00&where=%7B%22k%22:1%7D"},
		"JSON":      {"?n=2", "application/json; charset=utf-8", `{"n":3.0,"at":"2026-11-21T07:00:00Z","where":{"k":1}}`},
		"in pieces": {"?n=3", "application/json", `{"at":"2026-11-21T07:00:00Z","where":{"k":1},"yes":null}`},
	} {
		got, w := bound[anywhere](t, "POST /{id}", "POST", "/x"+tc.query, tc.body, "Content-Type: "+tc.contentType, "If-Match: m")
		if w.Code != 204 || fmt.Sprintf("%+v", got) != want {
			t.Errorf("%s: %d %s\n%+v\n%s", name, w.Code, w.Body, got, want)
		}
	}
}

// covers: D0-029 C2-109
func TestAllMistakesOfArgumentsAreTold(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		query, contentType, body string
		status                   int
		names                    string
	}{
		{"?n=x&at=today&where=[]&yes=maybe&page=1.5&b=1", "", "", 400, "page n at where yes"},
		{"", "", "", 400, "n"},
		{"?n=1", "application/json", `{"n":"1","tags":"x","other":1}`, 400, "n tags other"},
		{"?n=1", "application/json", `{"n":NaN}`, 400, "body"},
		{"?n=1", "application/json", `{"n":1} 2`, 400, "body"},
		{"?n=1", "application/json", strings.Repeat("[", 100_000), 400, "body"},
		{"?n=1", "application/json", `7`, 400, "body"},
		{"?n=1", "application/json", `[7]`, 400, "n"},
		{"?n=%zz", "application/json", ``, 400, "query"},
		{"?" + strings.Repeat("n=1&", 10_001), "", "", 400, "query"},
		{"?n=1", "text/xml", `<n/>`, 415, "Content-Type"},
		{"?n=1", "", `{"n":1}`, 400, "Content-Type"},
		{"?n=1", "application/json", strings.Repeat(" ", 1<<20+1), 413, ""},
	} {
		_, w := bound[anywhere](t, "POST /{id}", "POST", "/x"+tc.query, tc.body, "Content-Type: "+tc.contentType)
		if p := problemOf(t, w); w.Code != tc.status || names(p) != tc.names {
			t.Errorf("%.40s %.40s: %d %s", tc.query, tc.body, w.Code, names(p))
		}
	}
}

func TestArgumentsAndBodiesExcludeEachOther(t *testing.T) {
	t.Parallel()
	for want, rt := range map[string]rest.Route{
		"not both": rest.Handle("POST /", who.Public, titled, echo[struct {
			A int            `arg:"a"`
			B map[string]int `body:"json"`
		}]),
		"a body has arguments": rest.Handle("POST /", who.Public, titled, echo[struct {
			A int `arg:"a"`
			B int `form:"b"`
		}]),
		"but not both": rest.Handle("POST /", who.Public, titled, echo[struct {
			A int `arg:"a" query:"a"`
		}]),
		"unknown option": rest.Handle("POST /", who.Public, titled, echo[struct {
			A int `arg:"a,b"`
		}]),
	} {
		if _, err := rest.NewServer(logx.Discard(), routes(rt)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestArgumentsAreDescribed(t *testing.T) {
	t.Parallel()
	b, err := rest.OpenAPI(rest.Info{Title: "T", Version: "1"}, routes(
		rest.Handle("POST /{id}", who.Public, rest.Doc{Title: "Post", Request: map[string]any{"n": 1}}, echo[anywhere]),
		rest.Handle("GET /{id}", who.Public, titled, echo[anywhere])))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := openapi3.NewLoader().LoadFromData(b)
	if err == nil {
		err = parsed.Validate(t.Context())
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	var doc map[string]any
	_ = json.Unmarshal(b, &doc)
	const content = "paths|/{id}|post|requestBody|content|"
	for pointer, want := range map[string]string{
		"paths|/{id}|get|parameters|4":                                                   `{"description":"How many.","in":"query","name":"n","required":true,"schema":{"type":"integer"}}`,
		"paths|/{id}|post|parameters|4":                                                  `{"description":"How many.","in":"query","name":"n","schema":{"type":"integer"}}`,
		"paths|/{id}|get|parameters|6|schema":                                            `{"default":["a","b"],"items":{"type":"string"},"type":"array"}`,
		"paths|/{id}|get|parameters|7|schema":                                            `{"contentMediaType":"application/json","type":"string"}`,
		"paths|/{id}|get|requestBody":                                                    `null`,
		content + "application/json|example":                                             `{"n":1}`,
		content + "application/json|schema|additionalProperties":                         `false`,
		content + "application/json|schema|properties|n":                                 `{"description":"How many.","type":"integer"}`,
		content + "application/json|schema|properties|where":                             `{"additionalProperties":{},"type":"object"}`,
		content + "application/json|schema|properties|at":                                `{"format":"date-time","type":"string"}`,
		content + "application/x-www-form-urlencoded|schema|properties|per_page|default": `10`,
	} {
		if got, _ := json.Marshal(at(doc, pointer)); string(got) != want {
			t.Errorf("%s is %s, want %s", pointer, got, want)
		}
	}
}
