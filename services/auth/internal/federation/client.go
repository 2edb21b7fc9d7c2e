package federation

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	// patience bounds one question to a provider, its answer included.
	patience = 5 * time.Second
	// maxAnswer bounds an answer, in bytes, as it is after decompression.
	maxAnswer = 1 << 20
	// maxRedirects bounds how often an answer may be elsewhere on the host.
	maxRedirects = 3
)

var (
	errTooMuch   = fmt.Errorf("the answer is larger than %d bytes", maxAnswer)
	errElsewhere = errors.New("the answer leads to another host")
)

// newClient returns a client that is not led astray.
func newClient(patience time.Duration) *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxResponseHeaderBytes = 64 << 10
	return &http.Client{Transport: bounded{t}, Timeout: patience, CheckRedirect: staysThere}
}

// staysThere follows a redirect within the host that was asked; the request
// may carry a secret that is for no other.
func staysThere(r *http.Request, via []*http.Request) error {
	if first := via[0].URL; len(via) > maxRedirects || r.URL.Host != first.Host || r.URL.Scheme != first.Scheme {
		return errElsewhere
	}
	return nil
}

// bounded lets no answer be longer than maxAnswer.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		answer.Body = &body{answer.Body, maxAnswer}
	}
	return answer, err
}

// body fails where it would be cut: half an answer is none.
type body struct {
	io.ReadCloser
	left int
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left+1)])
	if b.left -= n; b.left < 0 {
		return 0, errTooMuch
	}
	return n, err
}
