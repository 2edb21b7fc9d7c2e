package filesapi

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// pipes is a listener in memory, so that a bubble's clock governs the
// deadlines.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	if c, ok := <-p; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}

func (p pipes) Close() error   { close(p); return nil }
func (p pipes) Addr() net.Addr { return &net.UnixAddr{Net: "pipe"} }

func (p pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p <- there:
		return here, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// impatient is a mover from a service that behaves as told; it bears a stall
// of a second.
func impatient(t *testing.T, f http.HandlerFunc) *Mover {
	t.Helper()
	conns := make(pipes)
	srv := &http.Server{Handler: f}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(conns) }()
	tr := &http.Transport{DialContext: conns.dial}
	t.Cleanup(func() { tr.CloseIdleConnections(); _ = srv.Close(); <-ended })
	m := NewMover(&tickets{urls: []string{"http://files"}}, &http.Client{Transport: tr})
	m.stall = time.Second
	return m
}

// TestStalls: a service that stops in the middle holds nobody for ever,
// however far the transfer has come; a client may take its time.
func TestStalls(t *testing.T) {
	t.Parallel()
	silent := func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // so that the server sees when the client goes
		<-r.Context().Done()
	}
	for name, c := range map[string]struct {
		service http.HandlerFunc
		move    func(*testing.T, *Mover)
		takes   time.Duration
	}{
		"no answer": {silent, func(t *testing.T, m *Mover) {
			if _, err, _ := get(t, m); !fault.Is(err, fault.Unavailable) {
				t.Error(err)
			}
		}, time.Second},
		"half an answer": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, "half")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, func(t *testing.T, m *Mover) {
			if _, err, aborted := get(t, m); !aborted {
				t.Error(err)
			}
		}, time.Second},
		"an upload that is not answered": {silent, func(t *testing.T, m *Mover) {
			if _, err := m.Put(t.Context(), Path{}, strings.NewReader("x")); !fault.Is(err, fault.Unavailable) {
				t.Error(err)
			}
		}, time.Second},
		"a slow client": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			_, _ = io.WriteString(w, "{}")
		}, func(t *testing.T, m *Mover) {
			if _, err := m.Put(t.Context(), Path{}, &slowly{rest: 1, wait: time.Minute}); err != nil {
				t.Error(err)
			}
		}, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				c.move(t, impatient(t, c.service))
				if took := time.Since(begin); took != c.takes {
					t.Errorf("it took %v, not %v", took, c.takes)
				}
			})
		})
	}
}

// slowly is a client that lets others wait.
type slowly struct {
	rest int
	wait time.Duration
}

func (s *slowly) Read(b []byte) (int, error) {
	if s.rest--; s.rest < 0 {
		return 0, io.EOF
	}
	<-time.After(s.wait)
	return copy(b, "x"), nil
}
