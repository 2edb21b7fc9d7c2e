package unicore

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
)

// failure is UNICORE's form of an error.
type failure struct {
	Status  int    `json:"status"`
	Message string `json:"errorMessage"`
}

func (d *door) writeError(w http.ResponseWriter, r *http.Request, f *fault.Error) {
	status := rest.Status(f)
	body, _ := json.Marshal(failure{status, message(f)})
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Del("Content-Length")
	d.takes.Offer(h)
	if status == statusSessionGone {
		h.Del(headerSession)
		h.Del(headerLifetime)
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

// message is the fault in one line, with every offending field.
func message(f *fault.Error) string {
	parts := make([]string, 0, len(f.Fields))
	for _, field := range f.Fields {
		parts = append(parts, field.Name+": "+field.Message)
	}
	if len(parts) == 0 {
		return f.Message
	}
	return f.Message + " " + strings.Join(parts, "; ")
}

func missing(what, id string) error {
	return fault.New(fault.Missing, "unicore.missing", "There is no %s %q.", what, id)
}
