package outbound

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// ErrStalled is the cause of a request that stood still for too long.
var ErrStalled = errors.New("the transfer stood still for too long")

// patient ends requests that stand still: a body that the server does not take,
// or an answer that does not go on. How long a whole transfer takes, it does
// not ask, nor how long whoever reads the answer lets it wait.
type patient struct {
	next http.RoundTripper
	idle time.Duration
}

// RoundTrip implements http.RoundTripper.
func (p *patient) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(r.Context())
	if r.Body == nil || r.Body == http.NoBody {
		r = r.WithContext(ctx)
		res, err := p.next.RoundTrip(r)
		return p.answer(ctx, cancel, res, err)
	}
	// What comes before the body is read, to wait for a connection or for leave
	// to send, has limits of its own.
	clock := time.AfterFunc(p.idle, func() { cancel(ErrStalled) })
	clock.Stop()
	r = r.WithContext(ctx)
	body := &sent{ReadCloser: r.Body, clock: clock, idle: p.idle}
	r.Body = body
	res, err := p.next.RoundTrip(r)
	clock.Stop()
	return p.answer(ctx, cancel, res, err)
}

func (p *patient) answer(ctx context.Context, cancel context.CancelCauseFunc, res *http.Response, err error) (*http.Response, error) {
	if err != nil {
		err = because(ctx, err)
		cancel(nil)
		return nil, err
	}
	clock := time.AfterFunc(p.idle, func() { cancel(ErrStalled) })
	clock.Stop()
	res.Body = &received{ReadCloser: res.Body, ctx: ctx, cancel: cancel, clock: clock, idle: p.idle}
	return res, nil
}

// because prefers the reason that a request was ended for.
func because(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); errors.Is(cause, ErrStalled) && err != io.EOF {
		return cause
	}
	return err
}

// sent is a request's body: the clock runs between two reads of it, until its
// end; then the timeout for the header of the answer takes over.
type sent struct {
	io.ReadCloser
	clock *time.Timer
	idle  time.Duration
}

func (s *sent) Read(b []byte) (int, error) {
	s.clock.Stop()
	n, err := s.ReadCloser.Read(b)
	if err == nil {
		s.clock.Reset(s.idle)
	}
	return n, err
}

// received is an answer's body: the clock runs while it is read.
type received struct {
	io.ReadCloser
	ctx    context.Context
	cancel context.CancelCauseFunc
	clock  *time.Timer
	idle   time.Duration
}

func (r *received) Read(b []byte) (int, error) {
	r.clock.Reset(r.idle)
	n, err := r.ReadCloser.Read(b)
	r.clock.Stop()
	if err != nil {
		err = because(r.ctx, err)
	}
	return n, err
}

func (r *received) Close() error {
	r.clock.Stop()
	r.cancel(nil)
	return r.ReadCloser.Close()
}
