package rest

import (
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// Content is http.ServeContent for endpoints: it answers with content that can
// be read from the middle, and honours ranges and conditions. What it refuses
// is a fault, which the container shows in its own form: a range outside of the
// content (416, RFC 9110 section 15.5.17, with Content-Range), a condition
// that does not hold (412). name gives the content's type by its ending; it is
// not shown to anybody.
func Content(w http.ResponseWriter, r *http.Request, name string, modified time.Time, content io.ReadSeeker) error {
	size, err := content.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("how long the content is: %w", err)
	}
	return adopted(w, size, func(w http.ResponseWriter) { http.ServeContent(w, r, name, modified, content) })
}

// Adopt makes an endpoint of a handler that refuses in net/http's way: its
// errors become faults, which the container shows in its own form.
func Adopt(h http.Handler) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		return adopted(w, unknownSize, func(w http.ResponseWriter) { h.ServeHTTP(w, r) })
	}
}

const unknownSize = -1

func adopted(w http.ResponseWriter, size int64, serve func(http.ResponseWriter)) error {
	out := &adoptive{writer: writer{ResponseWriter: w}, size: size}
	serve(out)
	return out.refused
}

// adoptive keeps back an answer that is an error.
type adoptive struct {
	writer
	size    int64
	refused error
}

// ofContent are headers of the answer that is not given.
var ofContent = []string{"Content-Disposition", "Content-Encoding", "Content-Length", "Content-Type", "ETag", "Last-Modified", "Cache-Control"}

func (a *adoptive) WriteHeader(status int) {
	if status < 400 {
		a.writer.WriteHeader(status)
		return
	}
	for _, name := range ofContent {
		a.Header().Del(name)
	}
	switch status {
	case http.StatusRequestedRangeNotSatisfiable:
		text := "There is no such range."
		if a.size != unknownSize {
			a.Header().Set("Content-Range", fmt.Sprintf("bytes */%d", a.size))
			text = fmt.Sprintf("The content has %d bytes, and no such range.", a.size)
		}
		a.refused = fault.New(fault.Invalid, "request.range", "%s", text).WithField("Range", "must be a range of bytes inside the content").WithStatus(status)
	case http.StatusPreconditionFailed:
		a.refused = fault.New(fault.Conflict, "request.changed", "It is not as the request demands.").WithStatus(status)
	case http.StatusNotFound:
		a.refused = errNoFile
	default:
		a.refused = fault.New(kindOf(status), "request.refused", "%s.", http.StatusText(status)).WithStatus(status)
	}
}

// kindOf is the kind of fault that a status of an error stands for.
func kindOf(status int) fault.Kind {
	for _, kind := range fault.Kinds() {
		if statusOf[kind] == status {
			return kind
		}
	}
	if status >= http.StatusInternalServerError {
		return fault.Internal
	}
	return fault.Invalid
}

func (a *adoptive) Write(b []byte) (int, error) {
	if a.refused != nil {
		return len(b), nil
	}
	return a.writer.Write(b)
}

// ReadFrom keeps the way open from a file straight to the socket.
func (a *adoptive) ReadFrom(r io.Reader) (int64, error) {
	if a.refused != nil {
		return 0, a.refused
	}
	return a.writer.ReadFrom(r)
}
