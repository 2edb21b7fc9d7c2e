package filesapi

import (
	"context"
	"io"
	"net/http"
	"time"
)

// The headers that pass from the client's request to the files service, and
// from its answer to the client.
var (
	conditions = []string{"Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range"}
	properties = []string{"Content-Type", "Content-Length", "Content-Range", "Accept-Ranges", "Etag", "Last-Modified", "X-Content-Type-Options"}
)

// Get answers w with a file: whole, by Range, or by condition (RFC 9110,
// sections 13 and 14). Headers set on w before the call win over the file's.
// A fault is returned only if nothing was written yet; with a 416 the header
// Content-Range is set. Whatever goes wrong later cuts the connection
// (http.ErrAbortHandler), lest a part be taken for the whole.
func (m *Mover) Get(w http.ResponseWriter, r *http.Request, p Path) error {
	return m.relay(w, r, TicketRequest{Path: p, For: Read})
}

// Archive answers w with the files below p that match the patterns, as tar.gz;
// otherwise it is like Get, without ranges and conditions.
func (m *Mover) Archive(w http.ResponseWriter, r *http.Request, p Path, patterns []string) error {
	return m.relay(w, r, TicketRequest{Path: p, For: Archive, Patterns: patterns})
}

func (m *Mover) relay(w http.ResponseWriter, r *http.Request, t TicketRequest) error {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	clock := time.AfterFunc(m.stall, cancel) // runs while we wait for the service
	defer clock.Stop()
	header := http.Header{}
	if t.For == Read || t.For == SandboxRead {
		keep(header, r.Header, conditions)
	}
	method := http.MethodGet
	if r.Method == http.MethodHead {
		method = http.MethodHead
	}
	res, err := m.send(ctx, method, t, header, nil)
	clock.Stop()
	if err != nil {
		if res != nil {
			keep(w.Header(), res.Header, []string{"Content-Range"})
		}
		return err
	}
	defer res.Body.Close()
	keep(w.Header(), res.Header, properties)
	w.WriteHeader(res.StatusCode)
	if method == http.MethodHead {
		return nil
	}
	if _, err := io.Copy(w, &timed{res.Body, clock, m.stall}); err != nil {
		panic(http.ErrAbortHandler)
	}
	return nil
}

// keep copies headers that the target does not have.
func keep(to, from http.Header, names []string) {
	for _, name := range names {
		if v := from.Values(name); len(v) > 0 && to.Get(name) == "" {
			to[http.CanonicalHeaderKey(name)] = v
		}
	}
}

// timed lets a clock run while it reads.
type timed struct {
	io.Reader
	clock *time.Timer
	stall time.Duration
}

func (t *timed) Read(b []byte) (int, error) {
	t.clock.Reset(t.stall)
	defer t.clock.Stop()
	return t.Reader.Read(b)
}
