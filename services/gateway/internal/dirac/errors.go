package dirac

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/gateway/internal/dirac/manifest"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// failure is the form of an error: RFC 6749's, with DIRAC's number where it
// has one.
type failure struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
	Status      int    `json:"status"`
	Field       string `json:"field,omitempty"`
	Errno       int    `json:"errno,omitempty"`
}

// errnos are DIRAC's numbers of the errors of its workload management.
var errnos = map[string]int{manifest.CodeInvalid: 1501, manifest.CodeRefused: 1503, jobsapi.CodeLimited: 1503, jobsapi.CodeNoSubmit: 1503}

func writeError(w http.ResponseWriter, r *http.Request, f *fault.Error) {
	body := failure{
		Error: strings.ReplaceAll(f.Code, ".", "_"), Description: describe(f),
		Status: rest.Status(f), Errno: errnos[f.Code],
	}
	if len(f.Fields) > 0 {
		body.Field = f.Fields[0].Name
	}
	switch {
	case body.Status == http.StatusUnauthorized:
		body.Error = challenge(w, r)
	case f.Code == edge.CodeScope:
		body.Error = "insufficient_scope"
	}
	text, _ := json.Marshal(body)
	h := w.Header()
	for _, name := range []string{"Content-Length", "Content-Disposition", "ETag", "Expires"} {
		h.Del(name) // of an answer that failed
	}
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(body.Status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(text)
	}
}

// challenge says how to authenticate (RFC 6750, section 3) and returns the
// error's code: there is none in the header where no credentials were sent.
func challenge(w http.ResponseWriter, r *http.Request) string {
	sent := r.Header.Get("Authorization") != "" || r.Header.Get(Door.Header) != "" || r.URL.Query().Has(tokenParameter) || r.PostForm.Has(tokenParameter)
	text, code := `Bearer realm="dirac"`, "unauthorized"
	if sent {
		text, code = `Bearer realm="dirac", error="invalid_token"`, "invalid_token"
	}
	w.Header()["Www-Authenticate"] = []string{text, `Basic realm="dirac"`}
	return code
}

func describe(f *fault.Error) string {
	parts := []string{f.Message}
	for _, field := range f.Fields {
		parts = append(parts, field.Name+" "+field.Message+".")
	}
	return strings.Join(parts, " ")
}

func invalid(field, format string, args ...any) error {
	return fault.New(fault.Invalid, "invalid_request", "The request is not valid.").WithField(field, format, args...)
}
