// Package page is how the product looks: one frame around every page, one
// style sheet, one policy that says what a page may load and run. It is
// separate because doors of the gateway and programs of other people show
// pages, and people should not see where one ends and the other begins.
//
// A page carries its style in itself. So it looks right under any prefix,
// behind any proxy and when nothing else of the server answers, as pages about
// errors must; and it needs no script.
package page

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed frame
var files embed.FS

// base is the frame and the parts that every page may use.
var base = template.Must(template.New("").Funcs(template.FuncMap{
	"frameStyle": func() template.CSS { return template.CSS(frameStyle) },
	"partsStyle": func() template.CSS { return template.CSS(partsStyle) },
	"breakable":  breakable,
}).ParseFS(files, "frame/*.html"))

// breakable lets a line end behind each slash of a text, as in addresses.
func breakable(text string) template.HTML {
	return template.HTML(strings.ReplaceAll(template.HTMLEscapeString(text), "/", "/<wbr>"))
}

// Set is pages that share parts of their own beside the frame.
type Set struct{ pages map[string]*template.Template }

// New reads the pages of a directory: each *.html is what lies within the
// frame, and the page is called as the file is without its ending. Files whose
// name begins with "_" hold templates that all pages of the set may use. The
// frame's own parts are "notice", "cards", "table" and "links".
func New(dir fs.FS, pattern string) (*Set, error) {
	names, err := fs.Glob(dir, pattern)
	if err != nil {
		return nil, err
	}
	shared := template.Must(base.Clone())
	s := &Set{pages: map[string]*template.Template{}}
	var own []string
	for _, name := range names {
		if !strings.HasPrefix(path.Base(name), "_") {
			own = append(own, name)
		} else if _, err := shared.ParseFS(dir, name); err != nil {
			return nil, err
		}
	}
	for _, name := range own {
		text, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err
		}
		t, err := template.Must(shared.Clone()).New("content").Parse(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		s.pages[strings.TrimSuffix(path.Base(name), ".html")] = t
	}
	return s, nil
}

// Must is New for pages that are part of the program.
func Must(dir fs.FS, pattern string) *Set {
	s, err := New(dir, pattern)
	if err != nil {
		panic(err)
	}
	return s
}

// Render makes a page of data, which is or embeds a Frame.
func (s *Set) Render(name string, data any) ([]byte, error) {
	t := s.pages[name]
	if t == nil {
		return nil, fmt.Errorf("there is no page %q", name)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "frame.html", data); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Write answers with a page. An error means that nothing was written.
func (s *Set) Write(w http.ResponseWriter, r *http.Request, status int, name string, data any, p Policy) error {
	text, err := s.Render(name, data)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Length", strconv.Itoa(len(text)))
	p.Set(h)
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(text) // the client may be gone
	}
	return nil
}
