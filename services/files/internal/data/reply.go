package data

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/files/filesapi"
)

// piece is how much is written under one deadline, in bytes.
const piece = 1 << 20

// reply is a ResponseWriter that gives every piece a deadline, so that a
// reader that has stopped reading cannot hold a file open for ever, and that
// remembers whether anything was said yet.
type reply struct {
	http.ResponseWriter
	control *http.ResponseController
	idle    time.Duration
	begun   bool
	failed  error // of a write
}

func newReply(w http.ResponseWriter, idle time.Duration) *reply {
	r := &reply{ResponseWriter: w, control: http.NewResponseController(w), idle: idle}
	r.extend()
	return r
}

func (r *reply) extend() { _ = r.control.SetWriteDeadline(time.Now().Add(r.idle)) }

func (r *reply) WriteHeader(status int) {
	r.begun = true
	r.ResponseWriter.WriteHeader(status)
}

func (r *reply) Write(b []byte) (int, error) {
	r.begun = true
	r.extend()
	n, err := r.ResponseWriter.Write(b)
	r.failed = err
	return n, err
}

// ReadFrom hands pieces to the connection as they are, so that the kernel can
// copy from file to socket.
func (r *reply) ReadFrom(src io.Reader) (total int64, err error) {
	r.begun = true
	left := &io.LimitedReader{R: src, N: 1<<63 - 1}
	if lr, ok := src.(*io.LimitedReader); ok {
		left = lr // one limit, not two: the kernel's copy sees through only one
	}
	for left.N > 0 {
		r.extend()
		part := &io.LimitedReader{R: left.R, N: min(piece, left.N)}
		n, err := io.Copy(r.ResponseWriter, part)
		total += n
		left.N -= n
		if err != nil {
			r.failed = err
			return total, err
		}
		if part.N > 0 { // the source has ended
			break
		}
	}
	return total, nil
}

// refuse answers with a fault as JSON; the header HeaderFault marks it.
func refuse(w http.ResponseWriter, err error) {
	f := fault.From(err)
	h := w.Header()
	for _, name := range []string{"Content-Disposition", "Content-Encoding", "Content-Length", "Etag", "Last-Modified"} {
		h.Del(name)
	}
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set(filesapi.HeaderFault, string(f.Kind))
	if f.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int((f.RetryAfter+time.Second-1)/time.Second)))
	}
	body, _ := json.Marshal(f)
	w.WriteHeader(rest.Status(f))
	_, _ = w.Write(body)
}
