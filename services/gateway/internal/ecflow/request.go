package ecflow

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// call is what is remembered of a request while it is answered.
type call struct {
	counted bool
	read    bool
	body    []byte
}

type callKey struct{}

// callOf is never nil; a request that did not come through wrap has no past.
func callOf(r *http.Request) *call {
	if c, ok := r.Context().Value(callKey{}).(*call); ok {
		return c
	}
	return &call{}
}

// paths are those that can be of the interface, decoded: no other letters, and
// no slash at the end.
var paths = regexp.MustCompile(`^/v1(/[A-Za-z0-9_./]*[A-Za-z0-9_.])?$`)

// wrap goes around all requests of the dialect.
func wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Referrer-Policy", "no-referrer") // the address may have a key in it
		if !paths.MatchString(r.URL.Path) {
			nothing(w, r, http.StatusNotFound)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callKey{}, &call{})))
	})
}

// bodyOf reads a body, once.
func bodyOf(r *http.Request, limit int64) ([]byte, error) {
	c := callOf(r)
	if c.read || r.Body == nil {
		return c.body, nil
	}
	c.read = true
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	switch {
	case err != nil:
		return nil, fault.Wrap(err, fault.Invalid, "ecflow.body", "The body could not be read to its end.")
	case int64(len(body)) > limit:
		return nil, fault.New(fault.Exhausted, "ecflow.too_large", "The body is larger than %d bytes.", limit).
			WithStatus(http.StatusRequestEntityTooLarge)
	}
	c.body = body
	return body, nil
}

func isObject(body []byte) bool {
	var members map[string]json.RawMessage
	return json.Unmarshal(body, &members) == nil && members != nil
}

// isChild reports whether a body is a job's word to its own task.
func isChild(body []byte) bool {
	var members map[string]json.RawMessage
	return json.Unmarshal(body, &members) == nil && members["ECF_NAME"] != nil
}

func invalid(text string) error { return fault.New(fault.Invalid, "ecflow.invalid", "%s", text) }
