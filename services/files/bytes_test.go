package files_test

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
)

// put uses a ticket to write, and returns the status.
func put(t *testing.T, ticket filesapi.Ticket, content string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, ticket.URL, strings.NewReader(content))
	must(t, err)
	req.Header.Set("Authorization", "Bearer "+ticket.Token)
	res, err := http.DefaultClient.Do(req)
	must(t, err)
	defer res.Body.Close()
	return res.StatusCode
}

// get reads a file as a client of the gateway would.
func (s *site) get(ctx context.Context, p filesapi.Path, method string, headers ...string) (*httptest.ResponseRecorder, error) {
	r := httptest.NewRequest(method, "/", nil).WithContext(ctx)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", "text/plain")
	return w, s.mover.Get(w, r, p)
}

// covers: U4-103 U4-104
func TestBytesThroughTheMover(t *testing.T) {
	t.Parallel()
	s := start(t, 2)
	ctx := as(t, "alice")
	p := at("home", "dir/file")
	if f, err := s.mover.Put(ctx, p, io.LimitReader(strings.NewReader("0123456789abc"), 10)); err != nil || f.Size != 10 || f.Path != "/dir/file" {
		t.Fatalf("put: %+v, %v", f, err)
	}
	w, err := s.get(ctx, p, "GET")
	must(t, err)
	tag := w.Header().Get("Etag")
	if w.Code != 200 || w.Body.String() != "0123456789" || tag == "" || w.Header().Get("Content-Type") != "text/plain" ||
		w.Header().Get("Content-Length") != "10" || w.Header().Get("Authorization") != "" {
		t.Errorf("get: %d %q %v", w.Code, w.Body, w.Header())
	}
	for _, c := range []struct {
		method, header, value string
		status                int
		body                  string
	}{
		{"GET", "Range", "bytes=2-4", 206, "234"},
		{"GET", "Range", "bytes=-3", 206, "789"},
		{"GET", "If-None-Match", tag, 304, ""},
		{"HEAD", "Accept", "*/*", 200, ""},
	} {
		w, err := s.get(ctx, p, c.method, c.header, c.value)
		if err != nil || w.Code != c.status || w.Body.String() != c.body {
			t.Errorf("%v: %d %q, %v", c, w.Code, w.Body, err)
		}
	}
	w, err = s.get(ctx, p, "GET", "Range", "bytes=10-")
	if f := fault.From(err); err == nil || f.Status != 416 || w.Header().Get("Content-Range") != "bytes */10" || w.Flushed || w.Body.Len() > 0 {
		t.Errorf("no such range: %v, %v", err, w.Header())
	}
	for _, p := range []filesapi.Path{at("home", "nothing"), at("home", "dir"), at("home-bob", "f"), at("home", "../x")} {
		w, err := s.get(ctx, p, "GET")
		if err == nil || w.Body.Len() > 0 || len(w.Header()) != 1 {
			t.Errorf("%v: %v, %v", p, err, w.Header())
		}
	}
}

func TestUploadsThatFailThroughTheMover(t *testing.T) {
	t.Parallel()
	s := start(t, 1)
	ctx := as(t, "alice")
	p := at("home", "f")
	_, err := s.mover.Put(ctx, p, strings.NewReader("old"))
	must(t, err)
	cut := io.MultiReader(strings.NewReader(strings.Repeat("x", 1<<20)), iotest.ErrReader(io.ErrUnexpectedEOF))
	if _, err := s.mover.Put(ctx, p, cut); code(err) != "files.cut" || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("cut: %v", err)
	}
	limited := http.MaxBytesReader(nil, io.NopCloser(strings.NewReader(strings.Repeat("x", 100))), 10)
	if _, err := s.mover.Put(ctx, p, limited); fault.From(err).Status != 413 {
		t.Errorf("over the door's limit: %v", err)
	}
	for _, p := range []filesapi.Path{at("home", "f/below"), at("home", "/")} {
		if _, err := s.mover.Put(ctx, p, strings.NewReader("x")); !fault.Is(err, fault.Conflict) {
			t.Errorf("%v: %v", p, err)
		}
	}
	dir := filepath.Join(s.base, "files/homes/alice")
	until(t, "nothing is left behind", func() bool { names, _ := os.ReadDir(dir); return len(names) == 1 })
	if w, err := s.get(ctx, p, "GET"); err != nil || w.Body.String() != "old" {
		t.Errorf("the file is now %q, %v", w.Body, err)
	}
}

func TestArchiveThroughTheMover(t *testing.T) {
	t.Parallel()
	s := start(t, 1)
	ctx := as(t, "alice")
	storage := s.submit(t, "alice", 1)
	for _, name := range []string{"stdout", "stderr", "out/a.dat"} {
		_, err := s.mover.Put(ctx, at(storage, name), strings.NewReader("in "+name))
		must(t, err)
	}
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/", nil).WithContext(ctx)
	must(t, s.mover.Archive(w, r, at(storage, ""), []string{"stdout", "out/*", "nothing"}))
	zip, err := gzip.NewReader(w.Body)
	must(t, err)
	var names []string
	for in := tar.NewReader(zip); ; {
		h, err := in.Next()
		if err == io.EOF {
			break
		}
		must(t, err)
		b, _ := io.ReadAll(in)
		if string(b) != "in "+h.Name {
			t.Errorf("%s: %q", h.Name, b)
		}
		names = append(names, h.Name)
	}
	if got := strings.Join(names, " "); got != "out/a.dat stdout" && got != "stdout out/a.dat" {
		t.Errorf("archive of %s", got)
	}
}

// TestReplicaThatWentAway: a ticket of a replica that has stopped since is no
// obstacle as long as another one runs.
func TestReplicaThatWentAway(t *testing.T) {
	t.Parallel()
	s := start(t, 1)
	stop := s.replica(t)
	ctx := as(t, "alice")
	_, err := s.mover.Put(ctx, at("home", "f"), strings.NewReader("x"))
	must(t, err)
	stop()
	for range 20 {
		if w, err := s.get(ctx, at("home", "f"), "GET"); err != nil || w.Body.String() != "x" {
			t.Fatalf("%q, %v", w.Body, err)
		}
	}
}
