package edge

import (
	"io"
	"net/http"
	"sync"
	"time"
)

// body is a request's body that may be as long as it likes but not stand
// still. That holds also for what no handler reads: net/http reads some of it
// before the answer and after the handler, without any deadline of its own.
type body struct {
	io.ReadCloser
	control *http.ResponseController
	stall   time.Duration

	mu   sync.Mutex // a proxy's client may still read when the handler is gone
	over bool
}

// move gives the client time for the next bytes.
func (b *body) move() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.over {
		_ = b.control.SetReadDeadline(time.Now().Add(b.stall))
	}
}

// cut ends the reading: nothing of what the client still sends is taken. What
// was read to its end is left alone: behind it comes the next request.
func (b *body) cut() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over {
		return
	}
	b.over = true
	_ = b.control.SetReadDeadline(time.Unix(1, 0))
}

// end leaves the connection to the server.
func (b *body) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.over = true
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
		b.end()
	}
	return n, err
}
