package gateway_test

import (
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/heddle-dev/heddle/pkg/rest"
)

// published: each door's OpenAPI document is one, and what people read there
// and on help pages are the conversations that were held.
//
// covers: C2-091
func published(t *testing.T, d *documented) {
	t.Helper()
	documents, roots := map[string]string{}, map[string]string{}
	for _, r := range d.routes {
		if root, found := strings.CutSuffix(r.Pattern, "/_info/openapi.json"); found {
			roots[r.Container] = root
		}
	}
	for _, r := range d.routes {
		if r.Container == "site" || r.Container == "docs" || ofPages(roots[r.Container], r) {
			continue
		}
		text, read := documents[r.Container]
		if !read {
			at := "/docs/apis/" + r.Container
			if root, found := roots[r.Container]; found {
				at = root + "/_info/openapi.json"
			}
			text = d.described(t, at)
			documents[r.Container] = text
		}
		for _, e := range r.Doc.Examples {
			if !r.Doc.Unlisted && !strings.Contains(text, strings.TrimSpace(e.Conversation)) {
				t.Errorf("%s %s: its document does not show\n%s", r.Method, r.Pattern, e.Conversation)
			}
		}
	}
	if len(documents) < 14 {
		t.Errorf("there are only %d documents", len(documents))
	}
}

// ofPages are the routes that every container of core4's kind has about its
// others.
func ofPages(root string, r rest.RouteInfo) bool {
	return strings.HasPrefix(r.Pattern, root+"/_") || r.Pattern == root+"/{rest...}" && r.Method == ""
}

// described are the texts of all operations of a valid document.
func (d *documented) described(t *testing.T, at string) string {
	t.Helper()
	a := d.as("admin", "hans").ok(nil, "GET", at, "")
	doc, err := openapi3.NewLoader().LoadFromData([]byte(a.body))
	if err == nil {
		err = doc.Validate(t.Context())
	}
	if err != nil || !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Fatalf("%s: %v", at, err)
	}
	var out strings.Builder
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			out.WriteString(op.Description + "\n")
		}
	}
	return out.String()
}

// helped: a handler's page tells what its OpenAPI document tells.
func helped(t *testing.T, d *documented) {
	t.Helper()
	c := d.as("admin", "hans")
	var list struct {
		Data []struct {
			ID   string `json:"rsc_id"`
			Qual string `json:"qual_name"`
		}
	}
	c.ok(&list, "GET", "/args/_info?api=1&per_page=1000", "")
	for _, h := range list.Data {
		if !strings.HasSuffix(h.Qual, ".ArgTestHandler") {
			continue
		}
		page := c.ok(nil, "GET", "/args/_info/help/"+h.ID, "", "Accept: text/html").body
		if !strings.Contains(page, "&gt; GET /args/test?dt=2018-11-07") {
			t.Errorf("its page does not show its examples: %s", page)
		}
		return
	}
	t.Errorf("the handler is not listed: %+v", list)
}
