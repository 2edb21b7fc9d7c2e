package filesapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// Put stores body as the file, replacing it whole or not at all. If reading
// the body fails, so does Put: with the body's own fault, Exhausted for an
// http.MaxBytesError, else Invalid.
func (m *Mover) Put(ctx context.Context, p Path, body io.Reader) (File, error) {
	return upload[File](ctx, m, http.MethodPut, TicketRequest{Path: p, For: Write}, http.Header{}, body)
}

// upload sends a body and returns the JSON that it is answered with.
func upload[T any](ctx context.Context, m *Mover, method string, t TicketRequest, header http.Header, body io.Reader) (answer T, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	clock := time.AfterFunc(m.stall, cancel) // stands still while we wait for the client
	defer clock.Stop()
	src := &watched{body: body, clock: clock, stall: m.stall, length: length(body)}
	res, err := m.send(ctx, method, t, header, src)
	if err != nil {
		return answer, err
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		return answer, unreachable(err)
	}
	return answer, nil
}

// length is what a body is known to hold, -1 if that is unknown.
func length(body io.Reader) int64 {
	if l, ok := body.(interface{ Len() int }); ok && l.Len() > 0 {
		return int64(l.Len())
	}
	return -1
}

// watched is a client's body on its way. It knows whether any of it was taken
// and why it failed, and it lets a clock run only between the reads.
type watched struct {
	body   io.Reader
	clock  *time.Timer
	stall  time.Duration
	length int64

	mu   sync.Mutex
	read bool
	err  error
}

func (s *watched) Read(b []byte) (int, error) {
	s.clock.Stop()
	defer s.clock.Reset(s.stall)
	n, err := s.body.Read(b)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read = true
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// taken reports whether any of the body was asked for; it cannot be sent again.
func (s *watched) taken() bool {
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.read
}

// failure is the body's own failure as a fault.
func (s *watched) failure() error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var known *fault.Error
	var limit *http.MaxBytesError
	switch {
	case s.err == nil || errors.As(s.err, &known):
		return s.err
	case errors.As(s.err, &limit):
		return fault.Wrap(s.err, fault.Exhausted, "files.too_large", "The body may be at most %d bytes large.", limit.Limit).WithStatus(http.StatusRequestEntityTooLarge)
	default:
		return fault.Wrap(s.err, fault.Invalid, "files.cut", "The upload broke off; nothing was stored.")
	}
}
