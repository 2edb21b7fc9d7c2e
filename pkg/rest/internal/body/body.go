// Package body reads what comes with a request, within bounds. It is separate
// because typed routes and the one name space of arguments read the same
// bodies with the same limits.
package body

import (
	"errors"
	"io"
	"net/http"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// Read returns the whole body, of at most max bytes; none is nil. A longer
// one is a fault with status 413, one that breaks off is an Invalid fault.
func Read(w http.ResponseWriter, r *http.Request, max int64) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 {
		return nil, nil
	}
	if r.ContentLength > max {
		return nil, TooLarge(max)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, max))
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return nil, TooLarge(max)
	case err != nil:
		return nil, fault.Wrap(err, fault.Invalid, "request.cut", "The request's body ended too early.")
	case len(body) == 0:
		return nil, nil
	}
	return body, nil
}

// TooLarge is the fault of a body above its limit, in bytes.
func TooLarge(limit int64) *fault.Error {
	return fault.New(fault.Exhausted, "request.too_large", "The body is larger than %d bytes.", limit).
		WithStatus(http.StatusRequestEntityTooLarge)
}

// maxDepth bounds the nesting of JSON.
const maxDepth = 100

// TooDeep is CheckJSON's objection to nesting.
const TooDeep = "is nested too deeply"

// CheckJSON looks at what a decoder would meet too late or not at all:
// characters that are none, and nesting that costs stack. The text completes
// the sentence "The body …"; "" is no objection.
func CheckJSON(body []byte) string {
	if !utf8.Valid(body) {
		return "must be UTF-8 text"
	}
	depth, inString := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return TooDeep
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return ""
}
