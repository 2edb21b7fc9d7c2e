package ecflow

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
)

// failure is the form of an error.
type failure struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Path    string `json:"path"`
	Method  string `json:"method"`
	Body    string `json:"body,omitempty"`
}

// absence is the form of an answer about what is not offered.
type absence struct {
	Path   string `json:"path"`
	Status int    `json:"status"`
}

// maxEcho bounds the request's body in an error, in bytes.
const maxEcho = 64 << 10

// fail writes an error.
func (d *door) fail(w http.ResponseWriter, r *http.Request, f *fault.Error) {
	status := rest.Status(f)
	if f.Code == "request.no_path" {
		nothing(w, r, status)
		return
	}
	d.handled(w, r)
	d.statistics.errors.Add(1)
	message := f.Message
	if status == http.StatusUnauthorized {
		message = "Unauthorized"
	}
	for _, field := range f.Fields {
		message += " " + field.Name + " " + field.Message + "."
	}
	w.Header().Del("Location")
	write(w, r, status, encode(failure{status, message, r.URL.Path, r.Method, echo(r)}))
}

// nothing says that a path or a method is not there.
func nothing(w http.ResponseWriter, r *http.Request, status int) {
	write(w, r, status, encode(absence{r.URL.Path, status}))
}

// echo is the request's body for its sender, if it is of a sensible size. A
// job's password is left out: what a job prints is read by others.
func echo(r *http.Request) string {
	if n := r.ContentLength; !callOf(r).read && (n <= 0 || n > maxEcho) {
		return ""
	}
	body, err := bodyOf(r, maxEcho)
	if err != nil || len(body) > maxEcho {
		return ""
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil && bytes.Contains(body, []byte(password)) {
		return "" // where it is cannot be told
	}
	if secret := members[password]; len(secret) > 0 {
		body = bytes.ReplaceAll(slices.Clone(body), secret, []byte(`"***"`))
	}
	return string(body)
}

// password is the member of a body with a job's password.
const password = "ECF_PASS"
