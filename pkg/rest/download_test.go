package rest_test

import (
	"bytes"
	"crypto/sha256"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

func readAll(r *http.Response) ([]byte, error) { return io.ReadAll(r.Body) }

var files = fstest.MapFS{
	"dir/test.dat": {Data: []byte("0123456789"), ModTime: time.Unix(1e9, 0)},
	"bare":         {Data: []byte("x")},
}

func downloads(d rest.Download) rest.Container { return routes(answers(d, nil)) }

// covers: C2-195
func TestDownload(t *testing.T) {
	t.Parallel()
	s := server(t, downloads(rest.Download{From: files, Path: "dir/test.dat"}))
	w := send(s, "GET", "/", "")
	h := w.Header()
	if w.Code != 200 || w.Body.String() != "0123456789" || h.Get("Content-Type") != "application/octet-stream" ||
		h.Get("Content-Disposition") != "attachment; filename=test.dat" || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %v %s", w.Code, h, w.Body)
	}
	tag := h.Get("ETag")
	for name, tc := range map[string]struct {
		header, value string
		status        int
		body          string
	}{
		"a range":          {"Range", "bytes=2-4", 206, "234"},
		"the end":          {"Range", "bytes=-3", 206, "789"},
		"no range of it":   {"Range", "bytes=20-", 416, ""},
		"the client's own": {"If-None-Match", tag, 304, ""},
		"an older one":     {"If-None-Match", `"x"`, 200, "0123456789"},
		"not changed":      {"If-Modified-Since", "Sun, 09 Sep 2001 01:46:40 GMT", 304, ""},
	} {
		w := send(s, "GET", "/", "", tc.header+": "+tc.value)
		if w.Code != tc.status || tc.body != "" && w.Body.String() != tc.body {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	refused := send(s, "GET", "/", "", "Range: bytes=20-")
	if h := refused.Header(); h.Get("Content-Type") != "application/problem+json" || h.Get("Content-Range") != "bytes */10" ||
		h.Get("Content-Disposition") != "" || !strings.Contains(refused.Body.String(), `"code":"request.range"`) {
		t.Errorf("%v %s", h, refused.Body)
	}
	if tag == "" || strings.HasPrefix(tag, "W/") {
		t.Errorf("tag is %q", tag)
	}
	if w := send(s, "HEAD", "/", ""); w.Code != 200 || w.Body.Len() > 0 || w.Header().Get("Content-Length") != "10" {
		t.Errorf("HEAD: %d %v", w.Code, w.Header())
	}
	w = send(server(t, downloads(rest.Download{From: files, Path: "bare", ContentType: "text/css", Inline: true})), "GET", "/", "")
	if w.Header().Get("Content-Disposition") != "" || w.Header().Get("Content-Type") != "text/css" || w.Header().Get("ETag") != `"11f6ad8ec52a2984abaafd7c3b516503785c2072"` || w.Body.String() != "x" {
		t.Errorf("%v", w.Header())
	}
}

func TestDownloadsStayInside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	inside := filepath.Join(dir, "inside")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(inside, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(inside, "link")); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(inside)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for _, path := range []string{"", ".", "..", "../secret", "/etc/passwd", "sub", "sub/", "sub/../../secret", "./link", "link", "none",
		"none/x", "link/x", "a\x00b", `..\secret`, "%2e%2e/secret"} {
		w := send(server(t, downloads(rest.Download{From: root.FS(), Path: path})), "GET", "/", "")
		if p := problemOf(t, w); w.Code != 404 || p.Code != "request.no_file" || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%q: %d %s", path, w.Code, w.Body)
		}
	}
	locked := brokenFS{fs.ErrPermission}
	if w := send(server(t, downloads(rest.Download{From: locked, Path: "x"})), "GET", "/", ""); w.Code != 500 {
		t.Errorf("what operators can mend: %d", w.Code)
	}
}

type brokenFS struct{ err error }

func (b brokenFS) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: b.err}
}

func TestNamesOfDownloads(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"a.txt": "attachment; filename=a.txt", "a b.txt": `attachment; filename="a b.txt"`, "../../etc/passwd": "attachment; filename=passwd",
		`C:\x\y.txt`: "attachment; filename=y.txt", "a\"b;c.txt": `attachment; filename="a_b;c.txt"; filename*=UTF-8''a%22b%3Bc.txt`,
		"Prüfung.csv": "attachment; filename=Pr_fung.csv; filename*=UTF-8''Pr%C3%BCfung.csv", "x\r\nSet-Cookie: a=b": `attachment; filename="xSet-Cookie: a=b"`,
		"": "attachment", "..": "attachment", "a/": "attachment", "\xff\xfe": "attachment", "evil\u202etxt.exe": "attachment; filename=eviltxt.exe",
		"100%.txt": `attachment; filename=100_.txt; filename*=UTF-8''100%25.txt`, strings.Repeat("x", 300): "attachment",
	} {
		if got := rest.Attachment(name); got != want {
			t.Errorf("%q: %s", name, got)
		}
	}
}

func FuzzAttachment(f *testing.F) {
	f.Add("Prüfung \"1\";.csv")
	f.Fuzz(func(t *testing.T, name string) {
		value := rest.Attachment(name)
		if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) || strings.ContainsAny(rest.FileName(name), "/\\\x00\r\n") {
			t.Errorf("%q: %q", name, value)
		}
	})
}

// A client that goes away ends the download, and nothing is said about it.
func TestAClientThatGoesAway(t *testing.T) {
	t.Parallel()
	big := fstest.MapFS{"big": {Data: bytes.Repeat([]byte("x"), 64<<20)}}
	done := make(chan error, 1)
	front := httptest.NewServer(server(t, routes(rest.Raw("GET /", who.Public, titled, func(w http.ResponseWriter, r *http.Request) error {
		err := rest.Write(w, r, rest.Download{From: big, Path: "big"})
		done <- err
		return err
	}))))
	defer front.Close()
	conn, err := net.Dial("tcp", front.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_, _ = conn.Write([]byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
	_, _ = io.ReadFull(conn, make([]byte, 1<<16))
	conn.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
	resp, err := http.Get(front.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	sum := sha256.New()
	if n, err := io.Copy(sum, resp.Body); n != 64<<20 || err != nil || <-done != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
}
