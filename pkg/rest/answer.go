package rest

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/heddle-dev/heddle/pkg/rest/media"
	"github.com/heddle-dev/heddle/pkg/rest/page"
)

// Text is an answer of text as it is, in UTF-8.
type Text string

// Bytes is an answer of bytes as they are.
type Bytes struct {
	ContentType string // "" means application/octet-stream
	Body        []byte
}

// answer is what a body of a Reply may be beside a value for JSON.
type answer interface {
	write(w *writer, r *http.Request, reply Reply) error
}

// answerOf is the body of a reply, or what it points to, if it is there and no
// value for JSON.
func answerOf(v any) answer {
	if empty(v) {
		return nil
	}
	switch v := v.(type) {
	case answer:
		return v
	case media.Table:
		return table(v)
	case *media.Table:
		return table(*v)
	}
	return nil
}

// Answers reports whether Write has a form of its own for v, beside JSON.
func Answers(v any) bool {
	switch v.(type) {
	case Reply, *Reply:
		return true
	}
	return answerOf(v) != nil
}

// Write answers as a typed route does that returns v: a value for JSON, or a
// Reply, Stream, Text, Bytes, Redirect, Download or media.Table. It is for raw
// routes; an error before the first byte can still become an answer.
func Write(w http.ResponseWriter, r *http.Request, v any) error {
	out, ok := w.(*writer)
	if !ok {
		out = &writer{ResponseWriter: w}
	}
	return render(out, r, v)
}

func (t Text) write(w *writer, r *http.Request, reply Reply) error {
	return Bytes{"text/plain; charset=utf-8", []byte(t)}.write(w, r, reply)
}

func (b Bytes) write(w *writer, r *http.Request, reply Reply) error {
	h := w.Header()
	h.Set("Content-Type", b.ContentType)
	if b.ContentType == "" {
		h.Set("Content-Type", "application/octet-stream")
	}
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.Itoa(len(b.Body)))
	setHeaders(h, reply.Header)
	w.WriteHeader(or(reply.Status, http.StatusOK))
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Body) // the client may be gone: nobody has to act
	}
	return nil
}

// table is a media.Table, written row by row in the form that is asked for.
type table media.Table

func (t table) write(w *writer, r *http.Request, reply Reply) error {
	h := w.Header()
	media.Vary(h)
	form := media.Choose(r.Header, r.URL.Query().Get("content_type"))
	h.Set("Content-Type", form.ContentType())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", page.Policy{}.String())
	setHeaders(h, reply.Header)
	status := or(reply.Status, http.StatusOK)
	if r.Method == http.MethodHead {
		w.WriteHeader(status)
		return nil
	}
	if status != http.StatusOK { // else an error among the first rows is still an answer
		w.WriteHeader(status)
	}
	if err := media.Table(t).Write(w, form); err != nil {
		return fmt.Errorf("write a table: %w", err)
	}
	return nil
}
