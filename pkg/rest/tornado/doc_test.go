package tornado_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/tornado"
)

type operation struct {
	Summary, Description string
	Access               string `json:"x-access"`
	Parameters           []struct {
		Name, In string
		Required bool
		Schema   struct{ Type string }
	}
	Request struct {
		Content map[string]struct {
			Schema struct{ Properties map[string]any }
		}
	} `json:"requestBody"`
	Responses map[string]any
}

func described(t *testing.T, apis ...tornado.API) map[string]map[string]operation {
	t.Helper()
	text, err := rest.OpenAPI(rest.Info{Title: "x", Version: "1"}, app(t, tornado.Config{}, apis...).Container(0))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]operation
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Paths
}

// TestEndpointsAreDescribed in OpenAPI, from the plans that also read requests.
func TestEndpointsAreDescribed(t *testing.T) {
	t.Parallel()
	paths := described(t, api("Job", &jobHandler{}), api("Both", both{}), api("Returns", of(tornado.GET("list", in[None], tornado.Title("A list"), tornado.Text("Of all.")))))
	parameters := func(op operation) (out []string) {
		for _, p := range op.Parameters {
			out = append(out, fmt.Sprint(p.Name, " ", p.In, " ", p.Required))
		}
		return out
	}
	for _, tc := range []struct {
		path, verb string
		want       []string
	}{
		{"/job/{jobID}/{category}", "get", []string{"jobID path true", "category path true"}},
		{"/job/{jobIDs}", "get", []string{"jobIDs path true", "category query false"}}, // one path, which DELETE names
		{"/jobs/{owner}", "get", []string{"owner path true", "jobGroup query false", "jobName query false"}},
		{"/sum", "get", []string{"a query false", "b query false"}},
		{"/list", "get", nil},
	} {
		op, ok := paths[tc.path][tc.verb]
		if got := parameters(op); !ok || !slices.Equal(got, tc.want) || op.Access == "" {
			t.Errorf("%s %s: %v", tc.verb, tc.path, got)
		}
	}
	if _, ok := paths["/job"]["post"].Request.Content["application/json"].Schema.Properties["manifest"]; !ok {
		t.Errorf("%+v", paths["/job"]["post"])
	}
	if op := paths["/list"]["get"]; op.Summary != "A list" || op.Description != "Of all." || op.Responses["200"] == nil {
		t.Errorf("%+v", op)
	}
	if op := paths["/job/{jobIDs}"]["get"]; op.Responses["2XX"] == nil {
		t.Errorf("an answer of any type: %v", op.Responses)
	}
	if op := paths["/Test/Both"]["post"]; !contains(op.Description, "`sum` (authenticated)", "- `a` (int, required)", "`total` (JobAdministrator)", "`ping` (public)") {
		t.Error(op.Description)
	}
}

func TestHandlersIntroduceThemselves(t *testing.T) {
	t.Parallel()
	c := app(t, tornado.Config{Doc: "All of it."}, api("A", with(tornado.Meta{Title: "Things", Doc: "What they are.", Author: "jane"}, of(tornado.GET("x", ok)))), api("B", minimal{})).Container(0)
	if c.Doc != "All of it.\n\nTest/A: Things\n\nWhat they are." {
		t.Errorf("%q", c.Doc)
	}
	for _, rt := range c.Routes {
		if (rt.Doc.Author == "jane") != (rt.Pattern == "GET /x") {
			t.Errorf("%s is by %q", rt.Pattern, rt.Doc.Author)
		}
	}
}
