// Package docs shows people every API of the gateway: a page to read and to
// try out, made of the same tables that serve the requests. It is separate
// because no API documents another.
package docs

import (
	"embed"
	"encoding/json"
	"net/http"

	"github.com/swaggest/swgui/v5/static"
	"github.com/vearutop/statigz"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/page"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Root is where the pages are.
const Root = "/docs"

// Deps is what the pages need of the gateway.
type Deps struct {
	APIs []rest.Container // to be shown, in this order
	// Programs are those that have joined and describe themselves, at a path of
	// this server; nil: none.
	Programs func() []Program
	URLs     func(*http.Request) string
	Document func(c rest.Container, url string) ([]byte, error) // OpenAPI 3.1
}

// Program is a program with a document of its own about itself.
type Program struct{ Title, Path string }

type docs struct {
	Deps
	assets http.Handler
}

//go:embed pages
var files embed.FS

var pages = page.Must(files, "pages/*.html")

// Container returns the pages.
func Container(d Deps) rest.Container {
	s := &docs{d, statigz.FileServer(static.FS)}
	tags := []string{"docs"}
	return rest.MustExamples(examples, "examples/docs.http").Of(rest.Container{
		Name: "docs", Root: Root, Title: "Documentation", Doc: "Pages for people.",
		Routes: []rest.Route{
			rest.Raw("GET /", who.Public, rest.Doc{Title: "Read and try every API", Tags: tags, Text: "A page that shows the OpenAPI documents of all APIs. It needs JavaScript."}, s.index),
			rest.Raw("GET /problems", who.Public, rest.Doc{Title: "What the errors mean", Tags: tags, Text: "Where the `type` of problem details leads to: each kind of error, and what to do about it."}, s.problems),
			rest.Raw("GET /apis/{name}", who.Public, rest.Doc{Title: "One API in OpenAPI 3.1", Tags: tags, Text: "JSON, made of the same table of routes that serves the requests."}, s.document),
			rest.Raw("GET /assets/{name}", who.Public, rest.Doc{Title: "Parts of the pages", Tags: tags, Text: "The scripts and styles of the page that shows the documents."}, s.asset),
		},
	})
}

//go:embed examples
var examples embed.FS

// api is one entry of the page's list.
type api struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// index is what the first page shows: a JSON list of APIs.
type index struct {
	page.Frame
	APIs string
}

func (s *docs) index(w http.ResponseWriter, r *http.Request) error {
	here := s.URLs(r) + Root
	apis := make([]api, len(s.APIs))
	for i, c := range s.APIs {
		apis[i] = api{c.Title, here + "/apis/" + c.Name}
	}
	if s.Programs != nil {
		for _, p := range s.Programs() {
			apis = append(apis, api{p.Title, s.URLs(r) + p.Path})
		}
	}
	list, err := json.Marshal(apis)
	if err != nil {
		return err
	}
	i := index{page.Frame{Root: s.URLs(r), Title: "Documentation", Shape: page.Bare}, string(list)}
	return pages.Write(w, r, http.StatusOK, "index", i, page.Policy{Inline: true})
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
	from := http.StripPrefix(Root+"/assets", s.assets)
	if name := r.PathValue("name"); name == "init.js" || name == "docs.css" {
		from = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, files, "pages/"+name) })
	}
	return rest.Adopt(from)(w, r)
}
