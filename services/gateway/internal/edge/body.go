package edge

import (
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// body is a request's body that may be as long as it likes but not stand
// still. That holds also for what no handler reads: net/http reads some of it
// before the answer and after the handler, without any deadline of its own.
type body struct {
	io.ReadCloser
	control *http.ResponseController
	stall   time.Duration
	over    atomic.Bool // a proxy's client may still read when the handler is gone
}

// move gives the client time for the next bytes.
func (b *body) move() {
	if !b.over.Load() {
		_ = b.control.SetReadDeadline(time.Now().Add(b.stall))
	}
}

func (b *body) Read(p []byte) (int, error) {
	b.move()
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		// Behind the body the server reads on, to notice that the client is
		// gone: that may take as long as the answer does.
		_ = b.control.SetReadDeadline(time.Time{})
	}
	if err != nil {
		b.over.Store(true)
	}
	return n, err
}
