package edge

import (
	"io"
	"net/http"
	"time"
)

// body is a request's body that may be as long as it likes but not stand
// still.
type body struct {
	io.ReadCloser
	control *http.ResponseController
	stall   time.Duration
}

func (b *body) Read(p []byte) (int, error) {
	_ = b.control.SetReadDeadline(time.Now().Add(b.stall))
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		// Behind the body the server reads on, to notice that the client is
		// gone: that may take as long as the answer does.
		_ = b.control.SetReadDeadline(time.Time{})
	}
	return n, err
}
