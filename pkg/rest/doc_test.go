package rest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

const submitDoc = `# Submit a job

Author: jobs@example.org
Tags: jobs, new

It *runs*.

Parameters:
    - executable: what runs

Examples:

` + "```http\n> GET /jobs\n< 200\n```\n"

// A file is a route's documentation, and what OpenAPI and help pages say.
//
// covers: C2-085 C2-086 C2-138
func TestReadDoc(t *testing.T) {
	t.Parallel()
	d := rest.MustReadDoc(fstest.MapFS{"submit.md": {Data: []byte(submitDoc)}}, "submit.md")
	if d.Title != "Submit a job" || d.Author != "jobs@example.org" || fmt.Sprint(d.Tags) != "[jobs new]" ||
		!strings.HasPrefix(d.Text, "It *runs*.") || len(d.Examples) != 1 || d.Examples[0].Conversation != "> GET /jobs\n< 200\n" {
		t.Errorf("%+v", d)
	}
	d.Examples = append(d.Examples, rest.Example{Title: "Another <one>", Conversation: "> GET /others\n< 404"})
	page, problems := d.HTML(nil)
	for _, want := range []string{"<em>runs</em>", "<h3>Parameters</h3>", "&gt; GET /jobs\n&lt; 200", "<p>Another &lt;one&gt;</p>", "GET /others"} {
		if !strings.Contains(string(page), want) || len(problems) > 0 {
			t.Errorf("no %s, %v in\n%s", want, problems, page)
		}
	}
	if n := strings.Count(string(page), "GET /jobs"); n != 1 || strings.Count(string(page), "<h3>Examples") != 1 {
		t.Errorf("the example is there %d times:\n%s", n, page)
	}
	text, err := rest.OpenAPI(rest.Info{}, rest.Container{Name: "x", Routes: []rest.Route{rest.Raw("GET /jobs", who.Public, d, nil)}})
	if err != nil {
		t.Fatal(err)
	}
	var api struct {
		Paths map[string]struct {
			Get struct {
				Summary, Description string
				Author               string `json:"x-author"`
			}
		}
	}
	if err := json.Unmarshal(text, &api); err != nil {
		t.Fatal(err)
	}
	op := api.Paths["/jobs"].Get
	for _, want := range []string{"It *runs*.\n\n#### Parameters\n\n- executable", "```http\n> GET /jobs", "Another <one>\n\n```http\n> GET /others"} {
		if !strings.Contains(op.Description, want) {
			t.Errorf("no %q in\n%s", want, op.Description)
		}
	}
	if op.Author != d.Author || op.Summary != d.Title {
		t.Errorf("%+v", op)
	}
}

func TestReadDocRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"empty": "", "no title": "Author: x", "blank title": "#  \nx", "second level": "## x"} {
		if _, err := rest.ReadDoc(fstest.MapFS{"x.md": {Data: []byte(text)}}, "x.md"); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if _, err := rest.ReadDoc(fstest.MapFS{}, "x.md"); err == nil {
		t.Error("a file that is not there was read")
	}
	if d, err := rest.ReadDoc(fstest.MapFS{"x.md": {Data: []byte("# x\nText: y")}}, "x.md"); err != nil || d.Text != "Text: y" {
		t.Errorf("%+v %v", d, err)
	}
}
