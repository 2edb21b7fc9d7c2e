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

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/pkg/rest/internal/body"
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
	text, err := readBody(c, arg.IsJSON)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(text)) == 0 {
		if b.required {
			return []fault.Field{{Name: "body", Message: "is required"}}, nil
		}
		return nil, nil
	}
	if problem := body.CheckJSON(text); problem != "" {
		return []fault.Field{{Name: "body", Message: problem}}, nil
	}
	dst := q.FieldByIndex(b.index)
	if err := decodeStrict(text, dst.Addr().Interface()); err != nil {
		return explain(text, dst.Type(), err), nil
	}
	if b.requires {
		return missing(text, dst.Type()), nil
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
	text, err := body.Read(c.w, c.r, c.maxBody)
	if err != nil || text == nil {
		return nil, err
	}
	return text, mediaType(c.r.Header, wanted)
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
