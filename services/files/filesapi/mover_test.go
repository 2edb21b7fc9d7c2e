package filesapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// tickets is a service that gives tickets for one URL after the other.
type tickets struct {
	Service
	urls  []string
	asked atomic.Int32
}

func (s *tickets) Ticket(context.Context, TicketRequest) (Ticket, error) {
	n := int(s.asked.Add(1)) - 1
	return Ticket{URL: s.urls[min(n, len(s.urls)-1)], Token: "t"}, nil
}

// serve starts a door that behaves as told.
func serve(t *testing.T, f http.HandlerFunc) string {
	t.Helper()
	srv := httptest.NewServer(f)
	t.Cleanup(srv.Close)
	return srv.URL
}

// nowhere is the URL of a door that has closed.
func nowhere() string {
	srv := httptest.NewServer(nil)
	defer srv.Close()
	return srv.URL
}

func get(t *testing.T, m *Mover) (w *httptest.ResponseRecorder, err error, aborted bool) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			aborted = p == any(http.ErrAbortHandler)
		}
	}()
	w = httptest.NewRecorder()
	err = m.Get(w, httptest.NewRequest("GET", "/", nil).WithContext(t.Context()), Path{})
	return w, err, false
}

func TestGoesToAnotherReplica(t *testing.T) {
	t.Parallel()
	there := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			_, _ = io.Copy(io.Discard, r.Body)
			_, _ = io.WriteString(w, `{"path":"/f"}`)
			return
		}
		_, _ = io.WriteString(w, "content")
	})
	s := &tickets{urls: []string{nowhere(), there}}
	if w, err, _ := get(t, NewMover(s, nil)); err != nil || w.Body.String() != "content" {
		t.Errorf("get: %v", err)
	}
	s = &tickets{urls: []string{nowhere(), there}}
	if f, err := NewMover(s, nil).Put(t.Context(), Path{}, strings.NewReader("x")); err != nil || f.Path != "/f" {
		t.Errorf("put: %+v, %v", f, err)
	}
	s = &tickets{urls: []string{nowhere()}}
	_, err, _ := get(t, NewMover(s, nil))
	if !fault.Is(err, fault.Unavailable) || fault.From(err).RetryAfter <= 0 || s.asked.Load() != tries {
		t.Errorf("nobody there: %v after %d tries", err, s.asked.Load())
	}
}

func TestAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]http.HandlerFunc{
		"a strange server": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "hello", http.StatusBadGateway) },
		"a redirect loop":  func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) },
	} {
		w, err, _ := get(t, NewMover(&tickets{urls: []string{serve(t, f)}}, nil))
		if !fault.Is(err, fault.Unavailable) || w.Body.Len() > 0 {
			t.Errorf("%s: %v, %q", name, err, w.Body)
		}
	}
	unreadable := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(HeaderFault, string(fault.Denied))
		w.WriteHeader(http.StatusForbidden)
	})
	if _, err, _ := get(t, NewMover(&tickets{urls: []string{unreadable}}, nil)); !fault.Is(err, fault.Denied) || fault.From(err).Status != 403 {
		t.Errorf("a fault without a body: %v", err)
	}
}

func TestHalfAnAnswerIsCutOff(t *testing.T) {
	t.Parallel()
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) { // chunked, as archives are
		_, _ = io.WriteString(w, "half")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	if _, err, aborted := get(t, NewMover(&tickets{urls: []string{url}}, nil)); !aborted {
		t.Errorf("passed on as if it were whole: %v", err)
	}
}

// TestStalls: a service that stops in the middle holds nobody for ever,
// however far the transfer has come; a client may take its time.
func TestStalls(t *testing.T) {
	t.Parallel()
	hang := func(begin func(http.ResponseWriter, *http.Request)) string {
		return serve(t, func(w http.ResponseWriter, r *http.Request) {
			begin(w, r)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		})
	}
	short := func(url string) *Mover {
		m := NewMover(&tickets{urls: []string{url}}, nil)
		m.stall = 400 * time.Millisecond
		return m
	}
	silent := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // so that the server sees when the client goes
		<-r.Context().Done()
	})
	if _, err, _ := get(t, short(silent)); !fault.Is(err, fault.Unavailable) {
		t.Errorf("no answer: %v", err)
	}
	half := hang(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "half") })
	if _, err, aborted := get(t, short(half)); !aborted {
		t.Errorf("half an answer: %v", err)
	}
	if _, err := short(silent).Put(t.Context(), Path{}, strings.NewReader("x")); !fault.Is(err, fault.Unavailable) {
		t.Errorf("an upload that is not answered: %v", err)
	}

	ok := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "{}")
	})
	m := short(ok)
	slow := &slowly{rest: 1, wait: m.stall + m.stall/2}
	if _, err := m.Put(t.Context(), Path{}, slow); err != nil {
		t.Errorf("a slow client: %v", err)
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

func TestBodysOwnFaultWins(t *testing.T) {
	t.Parallel()
	url := serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })
	m := NewMover(&tickets{urls: []string{url}}, nil)
	own := fault.New(fault.Exhausted, "edge.quota", "Enough.")
	if _, err := m.Put(t.Context(), Path{}, failing{own}); !errors.Is(err, own) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
