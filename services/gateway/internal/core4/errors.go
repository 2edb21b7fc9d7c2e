package core4

import (
	"fmt"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
)

// The codes of faults about arguments, which core4 has names of its own for.
const (
	codeMissing  = "core4.missing_argument"
	codeMistyped = "core4.argument"
)

// exceptions are the kinds of error that core4's clients look for.
var exceptions = map[string]string{
	codeMissing:  "tornado.web.MissingArgumentError",
	codeMistyped: "core4.error.ArgumentParsingError",
}

// failure is the envelope of an error.
type failure struct {
	ID        string `json:"_id"`
	Code      int    `json:"code"`
	Message   string `json:"message"`
	Timestamp string `json:"timestamp"`
	Version   string `json:"version"`
	Error     string `json:"error"`
}

// writeError answers programs with an envelope and people with a page. Who
// has a browser and is not signed in is sent to where one signs in.
func (d *door) writeError(w http.ResponseWriter, r *http.Request, f *fault.Error) {
	c := d.call(w, r)
	code := rest.Status(f)
	w.Header().Del("ETag") // of an answer that failed
	form := prefers(r, c.args)
	if code == http.StatusUnauthorized {
		w.Header()["Www-Authenticate"] = []string{"Bearer", `Basic realm="core4"`}
		if c.asked && d.redirects(r, form) {
			w.Header().Del("Www-Authenticate")
			http.Redirect(w, r, d.loginURL(c.root, r), http.StatusFound)
			return
		}
	}
	e := failure{c.ID, code, http.StatusText(code), stamp(d.Now()), d.version(), errorText(code, f)}
	switch form {
	case formHTML:
		_ = d.page(w, r, code, "error.html", map[string]any{"Failure": e, "Contact": d.Contact})
	case formText, formCSV:
		_ = write(w, r, code, "text/plain; charset=utf-8",
			fmt.Appendf(nil, "%d %s\n%s_id: %s\n", e.Code, e.Message, e.Error, e.ID))
	default:
		_ = write(w, r, code, "application/json; charset=UTF-8", asJSON(e))
	}
}

// errorText is how core4 spells an error: its kind, its status and its reason.
func errorText(code int, f *fault.Error) string {
	kind, ok := exceptions[f.Code]
	if !ok {
		kind = "tornado.web.HTTPError"
	}
	reason := f.Message
	for _, field := range f.Fields {
		reason += "; " + field.Name + ": " + field.Message
	}
	return fmt.Sprintf("%s: HTTP %d: %s (%s)\n", kind, code, http.StatusText(code), reason)
}
