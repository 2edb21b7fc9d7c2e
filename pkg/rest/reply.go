package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"sync"
)

// render writes an endpoint's answer. An error before the first byte can
// still become an answer of its own.
func render(w *writer, r *http.Request, out any) error {
	switch v := out.(type) {
	case written:
		return nil
	case Reply:
		return renderReply(w, r, v)
	case *Reply:
		if v == nil {
			return renderReply(w, r, Reply{})
		}
		return renderReply(w, r, *v)
	default:
		return renderReply(w, r, Reply{Body: out})
	}
}

func renderReply(w *writer, r *http.Request, reply Reply) error {
	if a := answerOf(reply.Body); a != nil {
		return a.write(w, r, reply)
	}
	if empty(reply.Body) {
		setHeaders(w.Header(), reply.Header)
		w.WriteHeader(or(reply.Status, http.StatusNoContent))
		return nil
	}
	return renderJSON(w, r, reply)
}

// empty reports whether there is nothing to show: nil, or struct{}. An empty
// list is something.
func empty(v any) bool {
	if v == nil || v == struct{}{} {
		return true
	}
	rv := reflect.ValueOf(v)
	return rv.Kind() == reflect.Pointer && rv.IsNil()
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func renderJSON(w *writer, r *http.Request, reply Reply) error {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	if err := encodeJSON(buf, reply.Body); err != nil {
		return fmt.Errorf("encode %T: %w", reply.Body, err)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(buf.Len()))
	setHeaders(h, reply.Header)
	if w.unchanged(r, or(reply.Status, http.StatusOK), buf.Bytes()) {
		return nil
	}
	w.WriteHeader(or(reply.Status, http.StatusOK))
	if r.Method != http.MethodHead {
		_, _ = w.Write(buf.Bytes()) // the client may be gone: nobody has to act
	}
	return nil
}

// encodeJSON shows text as it is (no HTML escapes) and an absent list or map
// as an empty one.
func encodeJSON(buf *bytes.Buffer, v any) error {
	switch rv := reflect.ValueOf(v); {
	case rv.Kind() == reflect.Slice && rv.IsNil() && rv.Type() != reflect.TypeFor[json.RawMessage]():
		buf.WriteString("[]\n")
		return nil
	case rv.Kind() == reflect.Map && rv.IsNil():
		buf.WriteString("{}\n")
		return nil
	}
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

func (s Stream) write(w *writer, r *http.Request, reply Reply) error {
	if s.Reader == nil {
		return fmt.Errorf("a stream without a reader")
	}
	var once sync.Once
	closeReader := func() { once.Do(func() { _ = s.Reader.Close() }) }
	defer closeReader()
	// A reader that waits for more (a log that grows) must not outlive the client.
	defer context.AfterFunc(r.Context(), closeReader)()
	h := w.Header()
	if s.ContentType != "" {
		h.Set("Content-Type", s.ContentType)
	}
	setHeaders(h, s.Header)
	setHeaders(h, reply.Header)
	w.WriteHeader(or(reply.Status, http.StatusOK))
	if r.Method == http.MethodHead {
		return nil
	}
	if h.Get("Content-Length") != "" {
		_, err := io.Copy(w, s.Reader)
		return err
	}
	return copyFlushing(w, s.Reader)
}

// copyFlushing sends each piece as soon as it is there.
func copyFlushing(w *writer, r io.Reader) error {
	buf := make([]byte, 32<<10)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			if _, werr := w.Write(buf[:n]); werr != nil {
				return werr
			}
			w.Flush()
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func setHeaders(to, from http.Header) {
	for k, vs := range from {
		to[http.CanonicalHeaderKey(k)] = vs
	}
}

func or(status, otherwise int) int {
	if status != 0 {
		return status
	}
	return otherwise
}
