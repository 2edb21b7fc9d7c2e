package carry

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
)

// shelf is a server that keeps what is put.
type shelf struct {
	mu     sync.Mutex
	files  map[string]string
	header http.Header
}

func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.header = r.Header
	_, there := s.files[r.URL.Path]
	switch {
	case err != nil || r.Method == http.MethodPut && int64(len(b)) != r.ContentLength:
		w.WriteHeader(http.StatusBadRequest)
	case r.Method == http.MethodHead && !there:
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodPut && there && r.Header.Get("If-None-Match") == "*":
		w.WriteHeader(http.StatusPreconditionFailed)
	case r.Method == http.MethodPut:
		s.files[r.URL.Path] = string(b)
		w.WriteHeader(http.StatusNoContent)
	}
}

func TestSend(t *testing.T) {
	t.Parallel()
	w := start(t)
	for name, content := range map[string]string{"out/a b.dat": "A", "out/deep/b.dat": "B", "c.txt": "", "out/x#?%.dat": "X"} {
		w.put(t, name, content)
	}
	s := &shelf{files: map[string]string{}}
	url := serve(t, s.ServeHTTP)
	for _, c := range []struct{ from, to, arrived string }{
		{"out/a b.dat", "/one?key=secret", "/out/a b.dat"},
		{"out/a b.dat", "/dir/", "/out/a b.dat"},
		{"c.txt", "", "/c.txt"},
		{"out", "/all", "/out/a b.dat /out/deep/b.dat /out/x#?%.dat"},
		{"out/*/*.dat", "/some/", "/out/deep/b.dat"},
	} {
		what := out(c.from, url+c.to)
		what.Authorization = "Bearer secret"
		if arrived, err := w.carry(t.Context(), what); err != nil || arrived != c.arrived {
			t.Errorf("%+v: %q, %v", c, arrived, err)
		}
		if got := s.header; got.Get("Authorization") != "Bearer secret" || got.Get("Content-Type") != "application/octet-stream" {
			t.Errorf("sent with %v", got)
		}
	}
	want := map[string]string{"/one": "A", "/dir/a b.dat": "A", "/c.txt": "", "/all/a b.dat": "A", "/all/deep/b.dat": "B", "/all/x#?%.dat": "X", "/some/deep/b.dat": "B"}
	for name, content := range want {
		if got, ok := s.files[name]; got != content || !ok {
			t.Errorf("%s: %q", name, got)
		}
	}
	if len(s.files) != len(want) {
		t.Errorf("arrived: %v", s.files)
	}
	free := out("out/a b.dat", url+"/one")
	free.Mode = filesapi.CarryNoOverwrite
	_, err := w.carry(t.Context(), free)
	refused(t, "there already", err, fault.Conflict, "/out/a b.dat: "+url+"/one: is there already")
	free.URL = url + "/new"
	_, err = w.carry(t.Context(), free)
	must(t, err)
	free.Mode = filesapi.CarryAppend
	_, err = w.carry(t.Context(), free)
	refused(t, "append", err, fault.Invalid, "appended")
	for _, from := range []string{"nothing", "no*thing"} {
		_, err = w.carry(t.Context(), out(from, url))
		refused(t, from, err, fault.Missing, from)
	}
}

// TestNoOverwriteWhereServersKnowNoConditions: such a server is asked first.
func TestNoOverwriteWhereServersKnowNoConditions(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.put(t, "f", "new")
	url := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			t.Error("overwritten")
		}
	})
	what := out("f", url+"/f")
	what.Mode = filesapi.CarryNoOverwrite
	_, err := w.carry(t.Context(), what)
	refused(t, "there already", err, fault.Conflict, "is there already")
}

func TestSendTriesAgainAndFollows(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.put(t, "f", text)
	s := &shelf{files: map[string]string{}}
	other := serve(t, s.ServeHTTP)
	var asked atomic.Int32
	url := serve(t, func(rw http.ResponseWriter, r *http.Request) {
		switch asked.Add(1) {
		case 1:
			rw.WriteHeader(http.StatusServiceUnavailable)
		case 2:
			_, _ = io.CopyN(io.Discard, r.Body, 5)
			panic(http.ErrAbortHandler)
		default:
			http.Redirect(rw, r, other+"/elsewhere", http.StatusTemporaryRedirect)
		}
	})
	what := out("f", url+"/f")
	what.Authorization = "Bearer secret"
	_, err := w.carry(t.Context(), what)
	must(t, err)
	if s.files["/elsewhere"] != text || s.header.Get("Authorization") != "" {
		t.Errorf("arrived %v with %v", s.files, s.header)
	}
}

func TestSendsThatFail(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.put(t, "f", text)
	for status, kind := range map[int]fault.Kind{
		302: fault.Invalid, 303: fault.Invalid, 304: fault.Invalid, 400: fault.Invalid, 401: fault.Denied, 404: fault.Missing, 405: fault.Unsupported,
		409: fault.Conflict, 412: fault.Conflict, 413: fault.Exhausted, 507: fault.Unavailable,
	} {
		url := serve(t, func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("Location", "/")
			rw.WriteHeader(status)
			_, _ = io.WriteString(rw, "secret")
		})
		_, err := w.carry(t.Context(), out("f", url+"/f?secret"))
		refused(t, url, err, kind, "/f: "+url+"/f: answered ")
	}
	w.is(t, "f", text)
}

func TestCancelledSend(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.put(t, "f", strings.Repeat(text, 1<<16))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	url := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.CopyN(io.Discard, r.Body, 5)
		cancel()
		_, _ = io.Copy(io.Discard, r.Body)
	})
	_, err := w.carry(ctx, out("f", url+"/f"))
	refused(t, "cancelled", err, fault.Timeout, "")
}

// TestNoOverwriteIsAConditionToo: what comes between the question and the
// sending is not overwritten.
func TestNoOverwriteIsAConditionToo(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.put(t, "f", "new")
	s := &shelf{files: map[string]string{"/f": "old"}}
	url := serve(t, func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			rw.WriteHeader(http.StatusNotFound)
			return
		}
		s.ServeHTTP(rw, r)
	})
	what := out("f", url+"/f")
	what.Mode = filesapi.CarryNoOverwrite
	_, err := w.carry(t.Context(), what)
	refused(t, "there already", err, fault.Conflict, "is there already")
	if s.files["/f"] != "old" {
		t.Error("overwritten")
	}
}
