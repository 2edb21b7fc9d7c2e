package data

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/files/filesapi"
)

// covers: U4-103 U4-104
func TestRanges(t *testing.T) {
	t.Parallel()
	s := start(t)
	var b strings.Builder
	for i := range 100 {
		b.WriteByte(byte('A' + i%60))
	}
	content := b.String()
	s.write(t, "f", content)
	s.write(t, "empty", "")
	for _, c := range []struct {
		file, ask string
		status    int
		from, to  int // of the content; to is after the end
	}{
		{"f", "bytes=10-42", 206, 10, 43},
		{"f", "bytes=0-0", 206, 0, 1},
		{"f", "bytes=0-99", 206, 0, 100},
		{"f", "bytes=90-", 206, 90, 100},
		{"f", "bytes=99-", 206, 99, 100},
		{"f", "bytes=90-1000", 206, 90, 100},
		{"f", "bytes=0-99999999999999999999999", 206, 0, 100},
		{"f", "bytes=-10", 206, 90, 100},
		{"f", "bytes=-100", 206, 0, 100},
		{"f", "bytes=-1000", 206, 0, 100},
		{"f", "Bytes = 1-2", 206, 1, 3},
		{"f", "", 200, 0, 100},
		{"f", "bytes=42-10", 416, 0, 0},
		{"f", "bytes=100-", 416, 0, 0},
		{"f", "bytes=100-200", 416, 0, 0},
		{"f", "bytes=-0", 416, 0, 0},
		{"f", "bytes=0-1,5-6", 416, 0, 0},
		{"f", "bytes=0-1,", 416, 0, 0},
		{"f", "bytes=", 416, 0, 0},
		{"f", "bytes=-", 416, 0, 0},
		{"f", "bytes=a-b", 416, 0, 0},
		{"f", "bytes=+1-2", 416, 0, 0},
		{"f", "bytes=--1", 416, 0, 0},
		{"f", "lines=1-2", 416, 0, 0},
		{"f", "nonsense", 416, 0, 0},
		{"empty", "", 200, 0, 0},
		{"empty", "bytes=-100", 200, 0, 0},
		{"empty", "bytes=0-", 416, 0, 0},
		{"empty", "bytes=0-10", 416, 0, 0},
	} {
		t.Run(c.file+" "+c.ask, func(t *testing.T) {
			t.Parallel()
			var ask []string
			if c.ask != "" {
				ask = []string{"Range", c.ask}
			}
			res := do(t, "GET", s.url, s.token(filesapi.Read, c.file), nil, ask...)
			if res.StatusCode != c.status {
				t.Fatalf("status %d, want %d", res.StatusCode, c.status)
			}
			size := map[string]int{"f": 100}[c.file]
			switch c.status {
			case 416:
				if f := faultOf(t, res); f.Status != 416 || len(f.Fields) != 1 || f.Fields[0].Name != "Range" {
					t.Errorf("fault %+v", f)
				}
				if got := res.Header.Get("Content-Range"); got != fmt.Sprintf("bytes */%d", size) {
					t.Errorf("Content-Range %q", got)
				}
				return
			case 206:
				if got, want := res.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-%d/%d", c.from, c.to-1, size); got != want {
					t.Errorf("Content-Range %q, want %q", got, want)
				}
			}
			if got := text(t, res); got != content[c.from:c.to] || res.ContentLength != int64(c.to-c.from) {
				t.Errorf("got %d bytes %q, length %d", len(got), got, res.ContentLength)
			}
			if res.Header.Get("Content-Type") != "application/octet-stream" || res.Header.Get("Accept-Ranges") != "bytes" {
				t.Errorf("headers %v", res.Header)
			}
		})
	}
	res := do(t, "GET", s.url, s.token(filesapi.Read, "f"), nil, "Range", "bytes=0-1", "Range", "bytes=2-3")
	if res.StatusCode != 416 {
		t.Errorf("two Range headers: %s", res.Status)
	}
}

func TestConditions(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.write(t, "f", "0123456789")
	get := func(headers ...string) (int, string, string) {
		res := do(t, "GET", s.url, s.token(filesapi.Read, "f"), nil, headers...)
		return res.StatusCode, text(t, res), res.Header.Get("ETag")
	}
	_, _, tag := get()
	if len(tag) < 3 || tag[0] != '"' {
		t.Fatalf("ETag %q", tag)
	}
	for _, c := range []struct {
		headers []string
		status  int
		body    string
	}{
		{[]string{"If-None-Match", tag}, 304, ""},
		{[]string{"If-None-Match", `"x"`}, 200, "0123456789"},
		{[]string{"If-None-Match", tag, "Range", "bytes=99-"}, 304, ""}, // conditions come first
		{[]string{"If-Match", tag, "Range", "bytes=1-2"}, 206, "12"},
		{[]string{"If-Range", tag, "Range", "bytes=1-2"}, 206, "12"},
		{[]string{"If-Range", `"x"`, "Range", "bytes=1-2"}, 200, "0123456789"},
		{[]string{"If-Range", `"x"`, "Range", "bytes=99-"}, 200, "0123456789"},
	} {
		if status, body, _ := get(c.headers...); status != c.status || body != c.body {
			t.Errorf("%v: %d %q", c.headers, status, body)
		}
	}
	res := do(t, "GET", s.url, s.token(filesapi.Read, "f"), nil, "If-Match", `"x"`)
	if f := faultOf(t, res); res.StatusCode != 412 || f.Code != "files.changed" {
		t.Errorf("If-Match: %d %+v", res.StatusCode, f)
	}
	do(t, "PUT", s.url, s.token(filesapi.Write, "f"), strings.NewReader("0123456789"))
	if _, _, now := get(); now == tag {
		t.Error("the same tag after an upload of the same size")
	}
	head := do(t, "HEAD", s.url, s.token(filesapi.Read, "f"), nil, "Range", "bytes=99-")
	if head.StatusCode != 200 || head.ContentLength != 10 || text(t, head) != "" {
		t.Errorf("HEAD: %s, %d bytes", head.Status, head.ContentLength)
	}
}

func TestReadRefusesWhatIsNoFile(t *testing.T) {
	t.Parallel()
	s := start(t)
	must(t, os.Mkdir(filepath.Join(s.dir, "d"), 0o700))
	must(t, os.Symlink("/etc/passwd", filepath.Join(s.dir, "out")))
	for path, status := range map[string]int{"nothing": 404, "d": 409, "out": 403, "../alice/f": 403, "a\x00": 400} {
		res := do(t, "GET", s.url, s.token(filesapi.Read, path), nil)
		if f := faultOf(t, res); res.StatusCode != status {
			t.Errorf("%q: %d %+v", path, res.StatusCode, f)
		}
	}
}

// TestGrowingFile reads a file to which something writes all the while: the
// answer is as long as it promised, and its bytes are the file's.
func TestGrowingFile(t *testing.T) {
	t.Parallel()
	s := start(t)
	const begin = 4 << 20
	s.write(t, "log", strings.Repeat("x", begin))
	res := do(t, "GET", s.url, s.token(filesapi.Read, "log"), nil)
	f, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	defer f.Close()
	_, err = f.WriteString(strings.Repeat("y", begin))
	must(t, err)
	if got := text(t, res); len(got) != begin || strings.Trim(got, "x") != "" || res.ContentLength != begin {
		t.Errorf("%d bytes, promised %d", len(got), res.ContentLength)
	}
}

// TestShrinkingFile: what cannot be sent whole is cut off, never padded.
func TestShrinkingFile(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.write(t, "log", "")
	must(t, os.Truncate(filepath.Join(s.dir, "log"), 1<<30))
	res := do(t, "GET", s.url, s.token(filesapi.Read, "log"), nil)
	must(t, os.Truncate(filepath.Join(s.dir, "log"), 10))
	if n, err := io.Copy(io.Discard, res.Body); err == nil || n >= 1<<30 {
		t.Errorf("%d bytes, %v", n, err)
	}
}

// TestLargeFilesNeedLittleMemory moves 1 GiB out and 64 MiB in, and counts
// every byte that the whole process allocates for it, the client included.
// It is not parallel, so that it counts only its own.
func TestLargeFilesNeedLittleMemory(t *testing.T) {
	s := start(t)
	s.write(t, "large", "")
	const out, in, most = 1 << 30, 64 << 20, 16 << 20
	must(t, os.Truncate(filepath.Join(s.dir, "large"), out))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	n, err := io.Copy(io.Discard, do(t, "GET", s.url, s.token(filesapi.Read, "large"), nil).Body)
	if err != nil || n != out {
		t.Fatalf("%d bytes out, %v", n, err)
	}
	f, err := os.Open(filepath.Join(s.dir, "large"))
	must(t, err)
	defer f.Close()
	if res := do(t, "PUT", s.url, s.token(filesapi.Write, "copy"), io.LimitReader(f, in)); res.StatusCode != 200 {
		t.Fatalf("put: %s", res.Status)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > most {
		t.Errorf("allocated %d bytes", used)
	}
}
