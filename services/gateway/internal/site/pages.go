package site

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
)

//go:embed pages
var files embed.FS

var pages = template.Must(template.ParseFS(files, "pages/*.html"))

// policy lets a page load its style from here and nothing else from anywhere.
const policy = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

type page struct {
	URL, Site     string
	Authority     bool
	Status        int
	Title, Detail string
}

func (s *site) home(w http.ResponseWriter, r *http.Request) error {
	return write(w, http.StatusOK, "home.html", page{URL: s.URLs(r), Site: s.Site, Authority: s.Authority != nil})
}

func style(w http.ResponseWriter, r *http.Request) error {
	http.ServeFileFS(w, r, files, "pages/style.css")
	return nil
}

// writeError answers people with a page and programs with problem details.
func writeError(w http.ResponseWriter, r *http.Request, f *fault.Error) {
	if !strings.Contains(r.Header.Get("Accept"), "text/html") || r.Method == http.MethodHead {
		rest.Problem(w, r, f)
		return
	}
	status := rest.Status(f)
	if err := write(w, status, "error.html", page{Status: status, Title: http.StatusText(status), Detail: f.Message}); err != nil {
		rest.Problem(w, r, f)
	}
}

func write(w http.ResponseWriter, status int, name string, p page) error {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, p); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the client may be gone
	return nil
}
