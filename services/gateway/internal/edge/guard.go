package edge

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// guard is an HTTP/1 connection on which even those requests that net/http
// refuses to read are answered in the form of the door they were meant for,
// and on which a client that stops reading does not hold an answer for ever.
type guard struct {
	net.Conn
	tls    *tls.ConnectionState // nil: plain
	refuse Refuse
	stall  time.Duration

	mu       sync.Mutex
	head     []byte // beginning of the request that is being read
	answered bool   // a handler has seen the request
}

// maxHead bounds what is kept of a request to tell its path.
const maxHead = 2 << 10

// What is still read of a refused request, so that the client gets to see the
// answer instead of a reset connection: so many bytes, as long as they come.
const (
	maxDrain   = 32 << 20
	drainPause = time.Second // at the most between two of them
)

func (g *guard) Read(b []byte) (int, error) {
	n, err := g.Conn.Read(b)
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.answered && len(g.head) < maxHead {
		g.head = append(g.head, b[:min(n, maxHead-len(g.head))]...)
	}
	return n, err
}

func (g *guard) Write(b []byte) (int, error) {
	if err := g.SetWriteDeadline(time.Now().Add(g.stall)); err != nil {
		return 0, err
	}
	if status, ok := refusal(b); ok && !g.seen() {
		return len(b), g.answer(status)
	}
	return g.Conn.Write(b)
}

// CloseWrite is what net/http does after a refusal.
func (g *guard) CloseWrite() error { return closeWrite(g.Conn) }

// handling notes that a handler has the request: what is written now is its
// answer, whatever it looks like.
func (g *guard) handling() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.answered, g.head = true, nil
}

// idle notes that the request is over.
func (g *guard) idle() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.answered = false
}

func (g *guard) seen() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.answered
}

// answer writes a refusal in its door's form and reads what the client still
// sends, which may take a slow one a while.
func (g *guard) answer(status int) error {
	w := &canned{header: http.Header{"Connection": {"close"}, "Date": {time.Now().UTC().Format(http.TimeFormat)}}}
	g.refuse(w, g.request(), refusalFault(status))
	if err := w.send(g.Conn); err != nil {
		return err
	}
	_ = closeWrite(g.Conn)
	_, _ = io.CopyN(io.Discard, rest{g.Conn, time.Now().Add(g.stall)}, maxDrain)
	return nil
}

// rest is what a client sends without a pause, until the end.
type rest struct {
	net.Conn
	end time.Time
}

func (r rest) Read(b []byte) (int, error) {
	deadline := time.Now().Add(drainPause)
	if deadline.After(r.end) {
		deadline = r.end
	}
	_ = r.SetReadDeadline(deadline)
	return r.Conn.Read(b)
}

// request is what is known of the request that was refused.
func (g *guard) request() *http.Request {
	g.mu.Lock()
	defer g.mu.Unlock()
	r := &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/"}, Header: http.Header{}, TLS: g.tls}
	line, _, _ := bytes.Cut(g.head, []byte("\r\n"))
	if words := bytes.Fields(line); len(words) >= 2 {
		if u, err := url.ParseRequestURI(string(words[1])); err == nil {
			r.URL = &url.URL{Path: u.Path, RawPath: u.RawPath}
		}
	}
	return r
}
