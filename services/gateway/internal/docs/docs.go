// Package docs shows people every API of the gateway: a page to read and to
// try out, made of the same tables that serve the requests. It is separate
// because no API documents another.
package docs

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"

	"github.com/swaggest/swgui/v5/static"
	"github.com/vearutop/statigz"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Root is where the pages are.
const Root = "/docs"

// Deps is what the pages need of the gateway.
type Deps struct {
	APIs     []rest.Container // to be shown, in this order
	URLs     func(*http.Request) string
	Document func(c rest.Container, url string) ([]byte, error) // OpenAPI 3.1
}

type docs struct {
	Deps
	assets http.Handler
}

//go:embed pages
var files embed.FS

var pages = template.Must(template.ParseFS(files, "pages/*.html"))

// policy is as strict as Swagger UI allows: it sets styles by script and
// draws its icons from data URLs, but runs no script that is not ours.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Container returns the pages.
func Container(d Deps) rest.Container {
	s := &docs{d, statigz.FileServer(static.FS)}
	tags := []string{"docs"}
	return rest.Container{
		Name: "docs", Root: Root, Title: "Documentation", Doc: "Pages for people.",
		Routes: []rest.Route{
			rest.Raw("GET /", who.Public, rest.Doc{Title: "Read and try every API", Tags: tags}, s.index),
			rest.Raw("GET /problems", who.Public, rest.Doc{Title: "What the errors mean", Tags: tags}, s.problems),
			rest.Raw("GET /apis/{name}", who.Public, rest.Doc{Title: "One API in OpenAPI 3.1", Tags: tags}, s.document),
			rest.Raw("GET /assets/{name}", who.Public, rest.Doc{Title: "Parts of the pages", Tags: tags}, s.asset),
		},
	}
}

// api is one entry of the page's list.
type api struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

func (s *docs) index(w http.ResponseWriter, r *http.Request) error {
	here := s.URLs(r) + Root
	apis := make([]api, len(s.APIs))
	for i, c := range s.APIs {
		apis[i] = api{c.Title, here + "/apis/" + c.Name}
	}
	list, err := json.Marshal(apis)
	if err != nil {
		return err
	}
	return show(w, "index.html", map[string]string{"URL": here, "APIs": string(list)})
}

func (s *docs) document(w http.ResponseWriter, r *http.Request) error {
	for _, c := range s.APIs {
		if c.Name != r.PathValue("name") {
			continue
		}
		document, err := s.Document(c, s.URLs(r))
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(document) // the client may be gone
		return nil
	}
	return fault.New(fault.Missing, "docs.no_api", "There is no such API.")
}

// asset is ours, or Swagger UI's.
func (s *docs) asset(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "public, max-age=3600")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if name := r.PathValue("name"); name == "init.js" || name == "docs.css" {
		http.ServeFileFS(w, r, files, "pages/"+name)
		return nil
	}
	http.StripPrefix(Root+"/assets", s.assets).ServeHTTP(w, r)
	return nil
}

func show(w http.ResponseWriter, name string, data any) error {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, data); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(b.Bytes()) // the client may be gone
	return nil
}
