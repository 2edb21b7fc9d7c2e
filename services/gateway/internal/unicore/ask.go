package unicore

import (
	"crypto/sha256"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
)

// maxDocument bounds a JSON document that a client sends, in bytes.
const maxDocument = 1 << 20

// ask is a request as the handlers of this dialect see it.
type ask struct {
	*http.Request
	w    http.ResponseWriter
	me   caller
	root string // path of the core services
	base string // absolute URL of the core services
	sent []byte // SHA-256 of the body, once it was read
	self string // absolute URL of the request, without query and final slash
}

// route makes one line of the table.
func (d *door) route(pattern string, access who.Rule, doc rest.Doc, f func(*ask) error) rest.Route {
	return rest.Raw(pattern, access, doc, func(w http.ResponseWriter, r *http.Request) error {
		server := d.URLs(r)
		return f(&ask{
			Request: r, w: w, me: *callerOf(r.Context()),
			root: "/" + d.Site + "/rest/core", base: server + "/" + d.Site + "/rest/core",
			self: server + strings.TrimSuffix(r.URL.EscapedPath(), "/"),
		})
	})
}

// user makes a route that needs a known user.
func (d *door) user(pattern, title, text string, f func(*ask) error) rest.Route {
	return d.route(pattern, who.Authenticated, rest.Doc{Title: title, Text: text, Tags: []string{"UNICORE"}}, f)
}

// created answers that there is something new at a path of this site.
func (a *ask) created(path string) error {
	a.w.Header().Set("Location", a.base+path)
	a.w.WriteHeader(http.StatusCreated)
	return nil
}

// done answers that it is done: a program with nothing more, and whoever sent
// the form of a page with the resource that it was about.
func (a *ask) done() error {
	if a.sentForm() && a.wantsPage() {
		resource, _, _ := strings.Cut(a.self, "/actions/")
		a.w.Header().Set("Location", resource)
		a.w.WriteHeader(http.StatusSeeOther)
		return nil
	}
	a.w.WriteHeader(http.StatusNoContent)
	return nil
}

// sendsJSON reports whether the body is said to be JSON.
func (a *ask) sendsJSON() bool {
	media, _, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
	return err == nil && (media == "application/json" || strings.HasSuffix(media, "+json"))
}

// document reads the JSON object of the body. An empty body is an empty
// object, whatever its type is said to be: clients name a type always.
func (a *ask) document() (lenient.Object, error) {
	text, err := io.ReadAll(http.MaxBytesReader(a.w, a.Body, maxDocument))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, fault.New(fault.Exhausted, "unicore.too_large",
			"The document is larger than %d bytes.", maxDocument).WithStatus(http.StatusRequestEntityTooLarge)
	case err != nil:
		return nil, fault.Wrap(err, fault.Invalid, "unicore.body", "The body could not be read to its end.")
	case len(text) == 0:
		return lenient.Object{}, nil
	case !a.sendsJSON():
		return nil, fault.New(fault.Unsupported, "unicore.media_type",
			"The body must be application/json, not %q.", a.Header.Get("Content-Type")).
			WithStatus(http.StatusUnsupportedMediaType)
	}
	sum := sha256.Sum256(text)
	a.sent = sum[:]
	v, err := lenient.Parse(text)
	if err != nil {
		return nil, fault.New(fault.Invalid, "unicore.json", "The body is not JSON: %s.", err)
	}
	o, ok := v.(lenient.Object)
	if !ok {
		return nil, fault.New(fault.Invalid, "unicore.json", "The body must be a JSON object.")
	}
	return o, nil
}
