package app

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/rest"
)

// Header is that of the answer.
func (c *Call) Header() http.Header { return c.w.Header() }

// SetStatus sets the status of the answer. With one of an error, what is
// replied is its text.
func (c *Call) SetStatus(code int) { c.status = code }

// Writer is for a handler that writes the answer itself: what it returns is
// then not replied. What is written is sent when the handler has returned, at
// Flush, or when it becomes long; until then an error may still take its place.
func (c *Call) Writer() http.ResponseWriter {
	c.wrote = true
	c.out.c = c
	return &c.out
}

// Flush sends what was written so far.
func (c *Call) Flush() error {
	c.Writer()
	return c.out.FlushError()
}

// Finish ends the answer, with text if there is any; what is written later is
// an error.
func (c *Call) Finish(text ...string) error {
	w := c.Writer()
	for _, t := range text {
		if _, err := w.Write([]byte(t)); err != nil {
			return err
		}
	}
	return c.finish()
}

// Redirect sends the client elsewhere on this server, with a status of 301,
// 302, 303, 307 or 308. A target on another one is refused with 400, so that
// it may come from the request.
func (c *Call) Redirect(status int, to string) error {
	return rest.Write(c.Writer(), c.r, rest.Redirect{To: to, Status: status})
}

// Write answers with bytes of a type, without an envelope.
func (c *Call) Write(code int, contentType string, body []byte) error {
	c.Header().Set("Content-Type", contentType)
	c.Writer().WriteHeader(code)
	c.out.buf.Write(body)
	return c.finish()
}

// maxHeld bounds what is held back of an answer that a handler writes itself.
const maxHeld = 1 << 20

// output holds an answer back until it is complete, so that an error may take
// its place and its length and tag are known.
type output struct {
	c       *Call
	buf     bytes.Buffer
	code    int
	started bool // the header is sent
	done    bool
}

func (o *output) Header() http.Header { return o.c.w.Header() }

func (o *output) WriteHeader(code int) {
	if code < 200 {
		o.c.w.WriteHeader(code)
		return
	}
	if o.code == 0 {
		o.code = code
	}
}

var errFinished = errors.New("the answer is finished")

func (o *output) Write(b []byte) (int, error) {
	if o.done {
		return 0, errFinished
	}
	if !o.started && o.buf.Len()+len(b) <= maxHeld {
		return o.buf.Write(b)
	}
	if err := o.start(); err != nil {
		return 0, err
	}
	return o.c.w.Write(b)
}

// start sends what is held back, without knowing what follows.
func (o *output) start() error {
	if o.started {
		return nil
	}
	o.started = true
	nosniff(o.Header())
	o.c.w.WriteHeader(o.status())
	_, err := o.buf.WriteTo(o.c.w)
	return err
}

func (o *output) status() int {
	for _, code := range []int{o.code, o.c.status} {
		if code != 0 {
			return code
		}
	}
	return http.StatusOK
}

// Flush and FlushError are for whoever streams.
func (o *output) Flush() { _ = o.FlushError() }

func (o *output) FlushError() error {
	if o.done {
		return errFinished
	}
	if err := o.start(); err != nil {
		return err
	}
	return http.NewResponseController(o.c.w).Flush()
}

// Unwrap is for http.ResponseController: deadlines, and taking the connection over.
func (o *output) Unwrap() http.ResponseWriter { return o.c.w }

// Hijack hands the connection over, for websockets: whoever has it answers.
func (o *output) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(o.c.w).Hijack()
	o.done = err == nil
	return conn, rw, err
}

// finish sends the rest of the answer.
func (c *Call) finish() error {
	o := &c.out
	if o.c = c; o.done {
		return nil
	}
	o.done = true
	if o.started {
		return nil
	}
	c.send(o.status(), o.buf.Bytes(), "")
	return nil
}

// After has something done when the answer is sent, whatever it was. The
// context is not ended by the client; it ends after ten seconds.
func (c *Call) After(f func(context.Context)) { c.after = append(c.after, f) }
