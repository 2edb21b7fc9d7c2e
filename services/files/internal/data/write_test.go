package data

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
)

func TestPutAnswersWithTheFile(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, body := range []io.Reader{strings.NewReader("123"), io.MultiReader(strings.NewReader("123"))} { // with length, chunked
		res := do(t, "PUT", s.url, s.token(filesapi.Write, "a/b"), body)
		var f filesapi.File
		must(t, json.NewDecoder(res.Body).Decode(&f))
		if res.StatusCode != 200 || f.Path != "/a/b" || f.Size != 3 {
			t.Errorf("%s: %+v", res.Status, f)
		}
	}
	must(t, os.Mkdir(filepath.Join(s.dir, "d"), 0o700))
	for path, status := range map[string]int{"d": 409, "a/b/c": 409, "/": 409, "../x": 403} {
		res := do(t, "PUT", s.url, s.token(filesapi.Write, path), strings.NewReader("x"))
		if faultOf(t, res); res.StatusCode != status {
			t.Errorf("%s: %s", path, res.Status)
		}
	}
}

// raw speaks HTTP by hand, for what a decent client never says.
func (s *site) raw(t *testing.T) net.Conn {
	t.Helper()
	u, err := url.Parse(s.url)
	must(t, err)
	c, err := net.Dial("tcp", u.Host)
	must(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

func TestTooLargeIsSaidBeforeTheFirstByte(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.write(t, "f", "old")
	c := s.raw(t)
	fmt.Fprintf(c, "PUT /data HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n", s.token(filesapi.Write, "f"), int64(maxUpload)+1)
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	must(t, err)
	defer res.Body.Close()
	if f := faultOf(t, res); res.StatusCode != 413 || f.Code != "files.too_large" {
		t.Errorf("%d %+v", res.StatusCode, f)
	}
	s.has(t, "old")
}

func TestNoRoomIsSaidBeforeTheFirstByte(t *testing.T) {
	t.Parallel()
	s := start(t)
	d := &door{Config: Config{Disk: s.disk, Gate: newGate()}}
	free, _ := s.disk.Space(key.Kind)
	if err := d.room(t.Context(), key.Kind, free/2); err != nil {
		t.Errorf("half of what is free: %v", err)
	}
	err := d.room(t.Context(), key.Kind, 1<<62)
	if f := fault.From(err); f.Kind != fault.Unavailable || f.RetryAfter <= 0 || f.Code != "files.no_space" {
		t.Errorf("more than any disk: %v", err)
	}
}

// has checks that the home holds the file f with its content, and nothing else.
func (s *site) has(t *testing.T, content string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(s.dir, "f"))
	names, _ := os.ReadDir(s.dir)
	if err != nil || string(b) != content || len(names) != 1 {
		t.Errorf("f is %q (%v) among %v", b, err, names)
	}
}

// TestCutUploads breaks the connection after each byte of an upload, with a
// length and chunked: the old file stays and nothing else is left.
func TestCutUploads(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"Content-Length: 10":         "0123456789",
		"Transfer-Encoding: chunked": "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n",
	} {
		s := start(t)
		s.write(t, "f", "old")
		for n := range len(body) {
			c := s.raw(t)
			fmt.Fprintf(c, "PUT /data HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n%s\r\n\r\n%s", s.token(filesapi.Write, "f"), name, body[:n])
			must(t, c.(*net.TCPConn).CloseWrite())
			_, err := io.Copy(io.Discard, c) // until the door has noticed
			must(t, err)
			s.has(t, "old")
		}
		if res := do(t, "PUT", s.url, s.token(filesapi.Write, "f"), strings.NewReader("0123456789")); res.StatusCode != 200 {
			t.Errorf("afterwards: %s", res.Status)
		}
		s.has(t, "0123456789")
	}
}

func TestArchive(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.write(t, "a.txt", "a")
	s.write(t, "b.dat", "b")
	res := do(t, "GET", s.url, s.token(filesapi.Archive, "/", "*.txt"), nil)
	zip, err := gzip.NewReader(res.Body)
	must(t, err)
	in := tar.NewReader(zip)
	h, err := in.Next()
	must(t, err)
	b, _ := io.ReadAll(in)
	if h.Name != "a.txt" || string(b) != "a" || res.Header.Get("Content-Type") != "application/gzip" {
		t.Errorf("%q: %q, %v", h.Name, b, res.Header)
	}
	if _, err := in.Next(); err != io.EOF {
		t.Errorf("more than asked: %v", err)
	}
	for i := range 101 {
		s.write(t, fmt.Sprint("many", i), "x")
	}
	res = do(t, "GET", s.url, s.token(filesapi.Archive, "/", "many*"), nil)
	if f := faultOf(t, res); res.StatusCode != 413 || f.Code != "files.archive_too_large" {
		t.Errorf("too many files: %s %+v", res.Status, f)
	}
	if head := do(t, "HEAD", s.url, s.token(filesapi.Archive, "/", "*.txt"), nil); head.StatusCode != 200 {
		t.Errorf("HEAD: %s", head.Status)
	}
}
