package tornado

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
)

// refusalBody is the form of an error that is no S_ERROR: RFC 6749's, and the
// offending arguments.
type refusalBody struct {
	Error       string        `json:"error"`
	Description string        `json:"error_description"`
	Status      int           `json:"status"`
	Fields      []fault.Field `json:"fields,omitempty"`
	RequestID   string        `json:"request_id,omitempty"`
}

func (a *App) writeError(w http.ResponseWriter, r *http.Request, f *fault.Error) {
	body := refusalBody{
		Error: strings.ReplaceAll(f.Code, ".", "_"), Description: f.Message, Status: rest.Status(f),
		Fields: f.Fields, RequestID: logx.Request(r.Context()),
	}
	text, _ := json.Marshal(body)
	h := w.Header()
	h.Del("Content-Length") // of an answer that failed
	h.Set("Content-Type", jsonType)
	if body.Status == http.StatusUnauthorized {
		h["Www-Authenticate"] = a.challenge(f)
	}
	w.WriteHeader(body.Status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(text)
	}
}

// challenge says how to authenticate (RFC 6750, section 3). Passwords are
// taken where the container knows callers by itself.
func (a *App) challenge(f *fault.Error) []string {
	bearer := `Bearer realm="dirac"`
	if f.Code == errBadCredentials.Code {
		bearer += `, error="invalid_token"`
	}
	if len(a.cfg.Grants) > 0 {
		return []string{bearer}
	}
	return []string{bearer, `Basic realm="dirac"`}
}

// badArguments says what is wrong with each argument, in one sentence.
func badArguments(err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || len(f.Fields) == 0 {
		return err
	}
	texts := make([]string, len(f.Fields))
	for i, field := range f.Fields {
		texts[i] = field.Name + " " + field.Message
	}
	out := *f
	out.Code, out.Message = "invalid_request", strings.Join(texts, "; ")
	return &out
}

// uncached forbids the caching of answers, save where an endpoint allows it.
func uncached(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Pragma", "no-cache")
		next.ServeHTTP(w, r)
	})
}
