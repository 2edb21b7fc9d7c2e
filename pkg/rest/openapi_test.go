package rest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Page is generic, and refers to a type that refers to itself.
type Page[T any] struct {
	Items []T    `json:"items" doc:"This page."`
	Next  string `json:"next,omitempty"`
}

func described() []rest.Container {
	fault404 := rest.Doc{Title: "Get", Text: "Gets *one*.", Tags: []string{"things"}, Errors: []fault.Kind{fault.Missing},
		Response: deep{Name: "example", Any: 1}}
	return []rest.Container{
		{Name: "api", Root: "/api", Title: "The API", Doc: "Of things.", Routes: []rest.Route{
			rest.Handle("GET /", who.Public, rest.Doc{Title: "Index"}, func(context.Context, struct{}) (struct{}, error) { return struct{}{}, nil }),
			rest.Handle("GET /things/{id}", who.Authenticated, fault404, func(context.Context, struct {
				ID    int    `path:"id"`
				Match string `header:"If-None-Match" doc:"An earlier ETag."`
			}) (rest.Reply, error) {
				return rest.Reply{}, nil
			}),
			rest.Handle("PATCH /things/{name}", who.Authenticated, rest.Doc{Title: "Change", Request: map[string]any{"name": "x"}}, echo[jsonBody]),
			rest.Handle("GET /things", who.Authenticated, rest.Doc{Title: "List"}, func(context.Context, listing) (Page[deep], error) {
				return Page[deep]{}, nil
			}),
			rest.Handle("POST /login", who.Public, rest.Doc{Title: "Log in"}, func(context.Context, struct {
				User string `form:"user"`
			}) (*rest.Stream, error) {
				return nil, nil
			}),
			rest.Raw("/files/{path...}", who.Role("x"), rest.Doc{Title: "Files"}, func(http.ResponseWriter, *http.Request) error { return nil }),
		}},
		{Name: "own form", Errors: func(http.ResponseWriter, *http.Request, *fault.Error) {}, Routes: []rest.Route{
			says("GET /{path...}", ""), says("PROPFIND /{path...}", "")}},
	}
}

type listing struct {
	Paging
	Tags  []string      `query:"tags" doc:"All of these."`
	Since time.Time     `query:"since"`
	Wait  time.Duration `query:"wait" default:"5s"`
	IDs   []id.ID       `query:"ids" required:"true"`
}

func TestOpenAPI(t *testing.T) {
	t.Parallel()
	b, err := rest.OpenAPI(rest.Info{Title: "T", Version: "1", Doc: "D", Servers: []string{"https://h"}}, described()...)
	if err != nil {
		t.Fatal(err)
	}
	loader := openapi3.NewLoader()
	doc, err := loader.LoadFromData(b)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	again, _ := rest.OpenAPI(rest.Info{Title: "T", Version: "1", Doc: "D", Servers: []string{"https://h"}}, described()...)
	if !bytes.Equal(b, again) {
		t.Error("two documents of the same tables differ")
	}
	var ids []string
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			ids = append(ids, op.OperationID)
			for _, p := range op.Parameters {
				if p.Value.In == "path" && !strings.Contains(path, "{"+p.Value.Name+"}") {
					t.Errorf("%s %s has no {%s}", method, path, p.Value.Name)
				}
			}
		}
	}
	slices.Sort(ids)
	want := []string{"api_delete_api_files_by_path", "api_get_api", "api_get_api_files_by_path", "api_get_api_things",
		"api_get_api_things_by_id", "api_patch_api_files_by_path", "api_patch_api_things_by_id", "api_post_api_files_by_path",
		"api_post_api_login", "api_put_api_files_by_path", "own_form_get_by_path"}
	if !slices.Equal(ids, want) {
		t.Errorf("operations are %q", ids)
	}
}

func TestOpenAPIDetails(t *testing.T) {
	t.Parallel()
	b, err := rest.OpenAPI(rest.Info{Title: "T", Version: "1"}, described()...)
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	for pointer, want := range map[string]string{
		"openapi":                                  `"3.1.0"`,
		"paths|/api|get|responses|204":             `{"description":"Done."}`,
		"paths|/api|get|security":                  `[]`,
		"paths|/api/things/{id}|get|tags":          `["things"]`,
		"paths|/api/things/{id}|get|x-access":      `"authenticated"`,
		"paths|/api/things/{id}|get|security":      `[{"basic":[]},{"bearer":[]}]`,
		"paths|/api/things/{id}|get|responses|404": `{"$ref":"#/components/responses/Problem"}`,
		"paths|/api/things/{id}|get|responses|2XX|content|application/json|schema":    `{"$ref":"#/components/schemas/Deep"}`,
		"paths|/api/things/{id}|get|parameters|0|schema":                              `{"type":"integer"}`,
		"paths|/api/things/{id}|get|parameters|1|description":                         `"An earlier ETag."`,
		"paths|/api/things/{id}|patch|requestBody|content|application/json|example":   `{"name":"x"}`,
		"paths|/api/things/{id}|patch|responses|415":                                  `{"$ref":"#/components/responses/Problem"}`,
		"paths|/api/things|get|parameters|0":                                          `{"in":"query","name":"limit","schema":{"default":20,"type":"integer"}}`,
		"paths|/api/things|get|parameters|1":                                          `{"description":"All of these.","in":"query","name":"tags","schema":{"items":{"type":"string"},"type":"array"}}`,
		"paths|/api/things|get|parameters|2|schema":                                   `{"format":"date-time","type":"string"}`,
		"paths|/api/things|get|parameters|3|schema":                                   `{"default":"5s","type":"string"}`,
		"paths|/api/things|get|parameters|4":                                          `{"in":"query","name":"ids","required":true,"schema":{"items":{"type":"string"},"type":"array"}}`,
		"paths|/api/things|get|responses|200|content|application/json|schema":         `{"$ref":"#/components/schemas/Page_deep"}`,
		"paths|/api/login|post|responses|200|content":                                 `{"application/octet-stream":{}}`,
		"paths|/api/login|post|requestBody|content|application/x-www-form-urlencoded": `{"schema":{"properties":{"user":{"type":"string"}},"type":"object"}}`,
		"paths|/{path}|get|responses|default":                                         `{"description":"Any other problem"}`,
		"components|schemas|Page_deep|properties|items":                               `{"description":"This page.","items":{"$ref":"#/components/schemas/Deep"},"type":["array","null"]}`,
		"components|schemas|Deep|properties|own":                                      `{"anyOf":[{"$ref":"#/components/schemas/Deep"},{"type":"null"}]}`,
		"components|schemas|Deep|properties|at":                                       `{"format":"date-time","type":"string"}`,
		"components|schemas|Deep|properties|id":                                       `{"type":"string"}`,
		"components|schemas|Deep|properties|bytes":                                    `{"contentEncoding":"base64","type":["string","null"]}`,
		"components|schemas|Deep|properties|env":                                      `{"additionalProperties":{"type":"integer"},"type":["object","null"]}`,
		"components|schemas|Deep|properties|note":                                     `{"type":"string"}`,
		"components|schemas|Deep|required":                                            `["name"]`,
		"components|schemas|Problem|properties|code|type":                             `"string"`,
	} {
		if got, _ := json.Marshal(at(doc, pointer)); string(got) != want {
			t.Errorf("%s is %s, want %s", pointer, got, want)
		}
	}
}

// at follows a path of names and numbers into a JSON value.
func at(v any, pointer string) any {
	for name := range strings.SplitSeq(pointer, "|") {
		switch x := v.(type) {
		case map[string]any:
			v = x[name]
		case []any:
			v = x[name[0]-'0']
		}
	}
	return v
}
