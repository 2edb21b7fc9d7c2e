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

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/listen/listentest"
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

// nowhere is the URL of a door that is not there.
func nowhere() string { return "http://" + listentest.Host() + ":9100" }

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
