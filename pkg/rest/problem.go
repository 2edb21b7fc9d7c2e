package rest

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
)

// problem is the RFC 9457 form of a fault.
type problem struct {
	Type      string        `json:"type" doc:"A stable address of this kind of problem."`
	Title     string        `json:"title" doc:"What kind of problem this is."`
	Status    int           `json:"status" doc:"The HTTP status."`
	Detail    string        `json:"detail" doc:"What went wrong this time, for people."`
	Instance  string        `json:"instance,omitempty" doc:"The path that was asked for."`
	Code      string        `json:"code" doc:"What went wrong, for programs; codes are stable."`
	Retryable bool          `json:"retryable" doc:"Whether the same request may succeed later; see Retry-After."`
	RequestID string        `json:"request_id,omitempty" doc:"What the operators can look for."`
	Fields    []fault.Field `json:"fields,omitempty" doc:"The offending parts of the request."`
}

// statusOf is total over fault.Kinds.
var statusOf = map[fault.Kind]int{
	fault.Invalid:         http.StatusBadRequest,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Denied:          http.StatusForbidden,
	fault.Missing:         http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.Exhausted:       http.StatusTooManyRequests,
	fault.Unsupported:     http.StatusNotImplemented,
	fault.Unavailable:     http.StatusServiceUnavailable,
	fault.Timeout:         http.StatusGatewayTimeout,
	fault.Internal:        http.StatusInternalServerError,
}

// Status returns the HTTP status of a fault: its own if it has one that is an
// error, else its kind's.
func Status(f *fault.Error) int {
	if f.Status >= 400 && f.Status <= 599 {
		return f.Status
	}
	if s, ok := statusOf[f.Kind]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// Problem writes a fault as RFC 9457 problem details: the form of containers
// that have none of their own.
func Problem(w http.ResponseWriter, r *http.Request, f *fault.Error) {
	code := Status(f)
	body, _ := json.Marshal(problem{
		Type: "/docs/problems#" + f.Code, Title: http.StatusText(code), Status: code, Detail: f.Message,
		Instance: r.URL.EscapedPath(), Code: f.Code, Retryable: retryable(f),
		RequestID: logx.Request(r.Context()), Fields: f.Fields,
	})
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(code)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client may be gone
	}
}

// retryable reports whether the same request may succeed later. After a
// timeout its outcome is unknown: with the same Idempotency-Key it is safe.
func retryable(f *fault.Error) bool {
	switch Status(f) {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// announce sets the headers that every form of error shares.
func announce(h http.Header, f *fault.Error) {
	if f.RetryAfter > 0 {
		seconds := (f.RetryAfter + time.Second - 1) / time.Second
		h.Set("Retry-After", strconv.FormatInt(int64(seconds), 10))
	}
	if Status(f) == http.StatusUnauthorized && h.Get("WWW-Authenticate") == "" {
		h.Add("WWW-Authenticate", `Bearer realm="heddle"`)
		h.Add("WWW-Authenticate", `Basic realm="heddle"`)
	}
}
