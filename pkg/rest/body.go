package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// bodyField is the struct field that takes the whole JSON body.
type bodyField struct {
	index    []int
	required bool // a body must be there
	requires bool // its type has members that must be there
}

// decode reads the body into its field. Unknown members, trailing data and
// wrong types are errors; of a member that is there twice the last one holds,
// as in encoding/json.
func (b *bodyField) decode(c *call, q reflect.Value) ([]fault.Field, error) {
	body, err := readBody(c, isJSON)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(body)) == 0 {
		if b.required {
			return []fault.Field{{Name: "body", Message: "is required"}}, nil
		}
		return nil, nil
	}
	if problem := checkJSON(body); problem != "" {
		return []fault.Field{{Name: "body", Message: problem}}, nil
	}
	dst := q.FieldByIndex(b.index)
	if err := decodeStrict(body, dst.Addr().Interface()); err != nil {
		return explain(body, dst.Type(), err), nil
	}
	if b.requires {
		return missing(body, dst.Type()), nil
	}
	return nil, nil
}

func decodeStrict(body []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return errTrailing
	}
	return nil
}

var errTrailing = errors.New("has something after its end")

// readBody reads a body of a kind that is wanted, up to the container's
// bound. No body is of every kind, since clients send Content-Type without one.
func readBody(c *call, wanted func(kind string) bool) ([]byte, error) {
	r := c.r
	if r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 {
		return nil, nil
	}
	if r.ContentLength > c.maxBody {
		return nil, tooLarge(c.maxBody)
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.w, r.Body, c.maxBody))
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return nil, tooLarge(c.maxBody)
	case err != nil:
		return nil, fault.Wrap(err, fault.Invalid, "request.cut", "The request's body ended too early.")
	case len(body) == 0:
		return nil, nil
	}
	return body, mediaType(r.Header, wanted)
}

func tooLarge(limit int64) error {
	return fault.New(fault.Exhausted, "request.too_large", "The body is larger than %d bytes.", limit).
		WithStatus(http.StatusRequestEntityTooLarge)
}

// mediaType refuses a body whose headers say that it is something else.
func mediaType(h http.Header, wanted func(kind string) bool) error {
	given := h.Get("Content-Type")
	kind, _, err := mime.ParseMediaType(given)
	if given != "" && (err != nil || !wanted(kind)) {
		return fault.New(fault.Unsupported, "request.media_type", "A body of this Content-Type is not understood here.").
			WithField("Content-Type", "%q is not supported", given).WithStatus(http.StatusUnsupportedMediaType)
	}
	if enc := h.Get("Content-Encoding"); enc != "" && !strings.EqualFold(enc, "identity") {
		return fault.New(fault.Unsupported, "request.encoding", "The body must not be compressed.").
			WithField("Content-Encoding", "%q is not supported", enc).WithStatus(http.StatusUnsupportedMediaType)
	}
	return nil
}

func isJSON(kind string) bool {
	return kind == "application/json" || kind == "text/json" || strings.HasSuffix(kind, "+json")
}

// maxDepth bounds the nesting of a JSON body.
const maxDepth = 100

// checkJSON looks at what a decoder would meet too late or not at all:
// characters that are none, and nesting that costs stack.
func checkJSON(body []byte) string {
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
				return "is nested too deeply"
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return ""
}
