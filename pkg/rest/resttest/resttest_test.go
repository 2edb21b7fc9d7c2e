package resttest_test

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/resttest"
	"github.com/heddle-dev/heddle/pkg/who"
)

type thing struct {
	ID   string   `json:"id"`
	Name string   `json:"name"`
	Tags []string `json:"tags"`
	Size int      `json:"size"`
}

func server(t *testing.T) *rest.Server {
	t.Helper()
	s, err := rest.NewServer(slog.New(slog.DiscardHandler), rest.Container{Name: "things", Root: "/things", Routes: []rest.Route{
		rest.Handle("POST /", who.Public, rest.Doc{Title: "Make a thing", Text: "It is there at once.", Examples: []rest.Example{{Title: "of a name", Conversation: making}}},
			func(_ context.Context, q struct {
				Body thing `body:"json"`
			}) (rest.Reply, error) {
				made := thing{"t17", q.Body.Name, []string{"a", "b"}, 3}
				return rest.Reply{Status: 201, Header: http.Header{"Location": {"/things/t17"}}, Body: made}, nil
			}),
		rest.Handle("GET /{id}", who.Public, rest.Doc{Title: "Look at a thing", Text: "As it is now."}, func(_ context.Context, q struct {
			ID string `path:"id"`
			As string `header:"X-As"`
		}) (thing, error) {
			return thing{q.ID, q.As, nil, 0}, nil
		}),
	}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const making = `
	> POST /things
	> Content-Type: application/json
	>
	> {"name": "x"}
	< 201 Created
	< Location: /things/{id}
	< Content-Type: application/*
	<
	< {"id": "{id}", "name": "x", "tags": ["a", "..."], "size": "*"}

	> GET /things/{id}
	< 200
	<
	< {"id": "{id}", "name": "me", "tags": "*"}`

func asMe(r *http.Request) { r.Header.Set("X-As", "me") }

func TestRun(t *testing.T) {
	t.Parallel()
	s := server(t)
	if n := resttest.Run(t, s, asMe, s.Routes()); n != 1 {
		t.Errorf("%d examples", n)
	}
}

// An example that is not true is found out, and why.
//
// covers: C2-091
func TestTalk(t *testing.T) {
	t.Parallel()
	s := server(t)
	for change, want := range map[string]string{
		"": "", "201 Created|200": "201 instead of 200", "/things/{id}\n|/other/{id}\n": "the header Location is", `"{id}", "name": "me"|"x{id}", "name": "me"`: "body.id is t17",
		`"size": "*"|"weight": "*"`: "there is no body.weight", `["a", "..."]|["a"]`: "body.tags is", `["a", "..."]|["b", "..."]`: "body.tags[0] is a",
		`["a", "..."]|["a", "b", "c"]`: "body.tags is", `"size": "*"|"size": 4`: "body.size is 3", `"size": "*"|"size": 3.0`: "", `"size": "*"|"size": "{size}", "again": "x"`: "there is no body.again", `"size": "*"|"size": "3"`: "body.size is 3", `"tags": "*"}|"tags": []}`: "body.tags is",
		`"size": "*"}|"size": {}}`: "body.size is 3", `"size": "*"}|`: "the body is", "> POST /things|POST /things": "begins with neither", "> POST /things|> POST": "no method and path",
		"< 201 Created|< fine": "no status", `"me"|"you"`: "body.name is me", "GET /things/{id}|GET /nothing/{id}": "404 instead of 200", making + "|": "nothing in it",
		"< 201|> 201": "no method|status|no JSON|400", making + "|> GET /": "no answer",
	} {
		from, to, _ := strings.Cut(change, "|")
		text := strings.Replace(making, from, to, 1)
		err := resttest.Talk(s, asMe, text)
		if want == "" {
			if err != nil {
				t.Errorf("%v", err)
			}
			continue
		}
		found := false
		for w := range strings.SplitSeq(want, "|") {
			found = found || err != nil && strings.Contains(err.Error(), w)
		}
		if !found {
			t.Errorf("%q: %v", change, err)
		}
	}
}

// What is not documented is said.
//
// covers: C2-084
func TestCheck(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]rest.Doc{
		"":                                    {Title: "List jobs", Text: "Newest first."},
		"has no title":                        {Text: "x"},
		"has no text beside its title":        {Title: "List jobs", Text: " ", Request: 1, Response: 1},
		"its text, line 1: ** is not closed":  {Title: "x", Text: "**x"},
		"shows what no test runs: \">>> get(": {Title: "x", Text: "Examples:\n    >>> get(url)"},
		"shows what no test runs: \"curl x\"": {Title: "x", Text: "Text.\n\nExamples:\n    curl x"},
		"shows what no test runs: \"```http":  {Title: "x", Text: "```http\n> GET /a\n< 200\n```", Examples: []rest.Example{{Conversation: "> GET /a\n< 201\n"}}},
		"shows what no test runs: \"So::":     {Title: "x", Text: "So::\n\n    x = get(url)"},
	} {
		got := strings.Join(resttest.Check(d), "\n")
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%+v: %s", d, got)
		}
	}
}
