package page_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing/fstest"

	"github.com/heddle-dev/heddle/pkg/rest/page"
)

// A program's page: what lies within the frame is all there is to write.
func Example() {
	pages := page.Must(fstest.MapFS{
		"hello.html": {Data: []byte(`<h1>Hello {{.Name}}</h1>{{template "cards" .Cards}}`)},
	}, "*.html")
	type hello struct {
		page.Frame
		Name  string
		Cards []page.Card
	}
	w := httptest.NewRecorder()
	err := pages.Write(w, httptest.NewRequest("GET", "/", nil), http.StatusOK, "hello", hello{
		Frame: page.Frame{Title: "Hello", Brand: "My program"},
		Name:  "<you>",
		Cards: []page.Card{{Title: "Jobs", Text: "What runs.", URL: "/jobs"}},
	}, page.Policy{})
	fmt.Println(err, strings.Contains(w.Body.String(), "<h1>Hello &lt;you&gt;</h1>"))
	// Output: <nil> true
}
