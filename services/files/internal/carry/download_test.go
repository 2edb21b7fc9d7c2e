package carry

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/outbound"
	"github.com/heddle-dev/heddle/services/files/filesapi"
)

const text = "the content of a file that is somewhere else"

func whole200(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }

func TestFetch(t *testing.T) {
	t.Parallel()
	w := start(t)
	var seen http.Header
	url := serve(t, func(rw http.ResponseWriter, r *http.Request) { seen = r.Header; whole200(rw, r) })
	c := in(url+"/dir/a%20b?key=secret", "sub/")
	c.Authorization = "Bearer secret"
	arrived, err := w.carry(t.Context(), c)
	if err != nil || arrived != "/sub/a b" || seen.Get("Authorization") != "Bearer secret" || seen.Get("Accept-Encoding") != "identity" {
		t.Errorf("%q, %v; asked with %v", arrived, err, seen)
	}
	_, err = w.carry(t.Context(), in(url, "plain"))
	must(t, err)
	w.is(t, "sub/a b", text, "plain", text)
	_, err = w.carry(t.Context(), in(url, "sub"))
	refused(t, "no name at all", err, fault.Invalid, "without the name")
	c = in(url, "plain")
	c.Mode = filesapi.CarryAppend
	_, err = w.carry(t.Context(), c)
	must(t, err)
	c.Mode = filesapi.CarryNoOverwrite
	_, err = w.carry(t.Context(), c)
	refused(t, "there already", err, fault.Conflict, `"plain" is there already`)
	w.is(t, "sub/a b", text, "plain", text+text)
}

func TestAnswersThatAreNoFile(t *testing.T) {
	t.Parallel()
	w := start(t)
	url := serve(t, func(rw http.ResponseWriter, r *http.Request) {
		status, _ := strconv.Atoi(strings.Trim(r.URL.Path, "/"))
		rw.Header().Set("Retry-After", "7")
		rw.WriteHeader(status)
		_, _ = io.WriteString(rw, "the body holds a secret")
	})
	for status, kind := range map[int]fault.Kind{
		201: fault.Invalid, 206: fault.Invalid, 304: fault.Invalid, 400: fault.Invalid, 401: fault.Denied, 403: fault.Denied, 404: fault.Missing,
		410: fault.Missing, 409: fault.Conflict, 429: fault.Unavailable, 500: fault.Unavailable, 503: fault.Unavailable, 501: fault.Unsupported,
	} {
		target := fmt.Sprintf("%s/%d", url, status)
		_, err := w.carry(t.Context(), in(target+"?secret#secret", "f"))
		refused(t, target, err, kind, fmt.Sprintf("%s: answered %d %s", target, status, http.StatusText(status)))
		if retry := fault.From(err).RetryAfter; (retry > 0) != (kind == fault.Unavailable) {
			t.Errorf("%d: again after %v", status, retry)
		}
	}
	for target, c := range map[string]struct {
		kind fault.Kind
		says string
	}{
		"http://127.0.0.1:1/x?secret":              {fault.Unavailable, "http://127.0.0.1:1/x: the host refuses the connection"},
		"http://user:secret@127.0.0.2/x":           {fault.Denied, "http://127.0.0.2/x: 127.0.0.2 has a loopback address"},
		"http://169.254.169.254/latest/meta-data/": {fault.Denied, "HEDDLE_OUTBOUND_ALLOW"},
		"http:///x":             {fault.Invalid, "not valid"},
		"http:opaque":           {fault.Invalid, "not valid"},
		"http://ho st/x secret": {fault.Invalid, "not valid"},
	} {
		_, err := w.carry(t.Context(), in(target, "f"))
		refused(t, target, err, c.kind, c.says)
	}
	c := in(url+"/200", "f")
	c.Authorization = "Bearer secret\r\nX: y"
	_, err := w.carry(t.Context(), c)
	refused(t, "two headers in one", err, fault.Invalid, "")
	w.is(t)
}

func TestTriesAgainWhatMayPass(t *testing.T) {
	t.Parallel()
	w := start(t)
	var asked atomic.Int32
	url := serve(t, func(rw http.ResponseWriter, r *http.Request) {
		if asked.Add(1) < tries {
			rw.WriteHeader(http.StatusBadGateway)
			return
		}
		whole200(rw, r)
	})
	_, err := w.carry(t.Context(), in(url, "f"))
	must(t, err)
	w.is(t, "f", text)
	if w.pauses != tries-1 {
		t.Errorf("%d pauses", w.pauses)
	}
}

// cutter serves the text, of which each answer ends after so many bytes more
// than its beginning.
type cutter struct {
	most   int
	header func(http.Header)
	ranges bool // does it know them
	length bool // does it say how much there is
	asked  []string
}

func (c *cutter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.asked = append(c.asked, r.Header.Get("Range")+" "+r.Header.Get("If-Range"))
	from := 0
	c.header(w.Header())
	if c.ranges && r.Header.Get("Range") != "" {
		_, _ = fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &from)
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(text)-1, len(text)))
	}
	if c.length {
		w.Header().Set("Content-Length", strconv.Itoa(len(text)-from))
	}
	if from > 0 {
		w.WriteHeader(http.StatusPartialContent)
	}
	end := min(len(text), from+c.most)
	_, _ = io.WriteString(w, text[from:end])
	if end < len(text) {
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

func tagged(h http.Header) { h.Set("ETag", `"v1"`) }

// TestGoesOnAfterABreak: whatever byte the connection breaks at, the rest alone
// is asked for.
func TestGoesOnAfterABreak(t *testing.T) {
	t.Parallel()
	w := start(t)
	for most := 1; most <= len(text); most++ {
		c := &cutter{most: most, header: tagged, ranges: true, length: most%2 == 0}
		_, err := w.carry(t.Context(), in(serve(t, c.ServeHTTP), "f"))
		if want := (len(text) + most - 1) / most; err != nil || len(c.asked) != want {
			t.Fatalf("%d bytes each: %d requests, %v", most, len(c.asked), err)
		}
		if len(c.asked) > 1 && c.asked[1] != fmt.Sprintf(`bytes=%d- "v1"`, most) {
			t.Errorf("asked for %q", c.asked[1])
		}
		w.is(t, "f", text)
	}
}

// TestCutAnswerIsNoFile: where the rest cannot be asked for, all is asked for
// again, and what never comes whole is not there at all.
func TestCutAnswerIsNoFile(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]func(http.Header){
		"no tag":     func(http.Header) {},
		"a weak tag": func(h http.Header) { h.Set("ETag", `W/"v1"`) },
		"a new time": func(h http.Header) {
			h.Set("Last-Modified", "Mon, 02 Jan 2006 15:04:05 GMT")
			h.Set("Date", "Mon, 02 Jan 2006 15:05:00 GMT")
		},
		"no ranges":   tagged,
		"wrong parts": func(h http.Header) { tagged(h); h.Set("Content-Range", "bytes 1-2/3") },
	} {
		w := start(t)
		w.put(t, "f", "old")
		c := &cutter{most: len(text) / 2, header: header, length: true}
		_, err := w.carry(t.Context(), in(serve(t, c.ServeHTTP), "f"))
		refused(t, name, err, fault.Unavailable, ": ")
		w.is(t, "f", "old")
		if ranges := strings.Count(strings.Join(c.asked, ""), "bytes="); (ranges > 0) != (name == "no ranges" || name == "wrong parts") {
			t.Errorf("%s: asked %q", name, c.asked)
		}
	}
}

func TestValidators(t *testing.T) {
	t.Parallel()
	const then, soon, later = "Mon, 02 Jan 2006 15:04:05 GMT", "Mon, 02 Jan 2006 15:05:04 GMT", "Mon, 02 Jan 2006 15:05:05 GMT"
	for _, c := range []struct{ tag, modified, date, want string }{
		{`"v"`, then, soon, `"v"`}, {`W/"v"`, then, later, then}, {"", then, later, then}, {"", then, soon, ""}, {"", then, "", ""}, {"", "x", later, ""},
	} {
		h := http.Header{"Etag": {c.tag}, "Last-Modified": {c.modified}, "Date": {c.date}}
		if got := validator(h); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestContentThatChangesMeanwhile(t *testing.T) {
	t.Parallel()
	w := start(t)
	var asked atomic.Int32
	url := serve(t, func(rw http.ResponseWriter, r *http.Request) {
		if n := asked.Add(1); n == 1 {
			(&cutter{most: 5, header: tagged, ranges: true, length: true}).ServeHTTP(rw, r)
		}
		rw.Header().Set("ETag", `"v2"`) // for If-Range, that is the whole of another content
		_, _ = io.WriteString(rw, "new content")
	})
	_, err := w.carry(t.Context(), in(url, "f"))
	must(t, err)
	w.is(t, "f", "new content")
}

func TestWrongLength(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, length := range []int{len(text) + 1, len(text) - 1} {
		url := serve(t, func(rw http.ResponseWriter, _ *http.Request) {
			conn, buf, err := http.NewResponseController(rw).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			fmt.Fprintf(buf, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", length, text)
			buf.Flush()
		})
		_, err := w.carry(t.Context(), in(url, "f"))
		if length > len(text) {
			refused(t, "too short", err, fault.Unavailable, "broke the connection off")
			w.is(t)
		} else {
			must(t, err) // what is behind the end is no part of the answer
			w.is(t, "f", text[:length])
		}
	}
}

func TestFilesThatAreTooLarge(t *testing.T) {
	t.Parallel()
	w := start(t, func(l *Limits) { l.File = int64(len(text)) - 1 })
	said := serve(t, whole200)
	_, err := w.carry(t.Context(), in(said, "f"))
	refused(t, "it says so", err, fault.Exhausted, "at most")
	unsaid := serve(t, func(rw http.ResponseWriter, _ *http.Request) {
		for range 10 {
			_, _ = io.WriteString(rw, text)
			rw.(http.Flusher).Flush()
		}
	})
	_, err = w.carry(t.Context(), in(unsaid, "f"))
	refused(t, "it turns out so", err, fault.Exhausted, "at most")
	w.is(t)
	all := start(t, func(l *Limits) { l.Bytes = int64(len(text)) - 1 })
	_, err = all.carry(t.Context(), in(said, "f"))
	refused(t, "more than all files may", err, fault.Exhausted, "more than may be carried")
	all.is(t)
}

func TestCancelledFetchLeavesNothing(t *testing.T) {
	t.Parallel()
	w := start(t)
	ctx, cancel := context.WithCancel(t.Context())
	url := serve(t, func(rw http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(rw, text)
		rw.(http.Flusher).Flush()
		cancel()
		<-r.Context().Done()
	})
	_, err := w.carry(ctx, in(url, "f"))
	refused(t, "cancelled", err, fault.Timeout, "")
	w.is(t)
}

// TestPartsThatAreNotWhatTheySay: a server that lies about the rest of a file
// gets no file made of it.
func TestPartsThatAreNotWhatTheySay(t *testing.T) {
	t.Parallel()
	for name, part := range map[string]struct{ header, body string }{
		"another beginning": {"bytes 4-42/43", text[4:]},
		"another end":       {"bytes 5-40/43", text[5:41]},
		"another file":      {"bytes 5-99/100", text[5:]},
		"less than it says": {fmt.Sprintf("bytes 5-%d/%d", len(text)-1, len(text)), text[5:20]},
		"more than it says": {fmt.Sprintf("bytes 5-%d/%d", len(text)-1, len(text)), text[5:] + "!"},
		"no range":          {"", text[5:]},
	} {
		w := start(t)
		w.put(t, "f", "old")
		url := serve(t, func(rw http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Range") != "" {
				rw.Header().Set("Content-Range", part.header)
				rw.WriteHeader(http.StatusPartialContent)
				_ = http.NewResponseController(rw).Flush() // without a length
				_, _ = io.WriteString(rw, part.body)
				return
			}
			(&cutter{most: 5, header: tagged, length: true}).ServeHTTP(rw, r)
		})
		_, err := w.carry(t.Context(), in(url, "f"))
		refused(t, name, err, fault.Unavailable, "broke")
		w.is(t, "f", "old")
	}
}

// TestTooLargeIsSaidBeforeTheFirstByte: where the server says how much comes.
func TestTooLargeIsSaidBeforeTheFirstByte(t *testing.T) {
	t.Parallel()
	w := start(t)
	url := serve(t, func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Length", "1099511627776")
		_ = http.NewResponseController(rw).Flush()
		<-r.Context().Done()
	})
	_, err := w.carry(t.Context(), in(url, "f"))
	refused(t, "a TiB", err, fault.Exhausted, "at most")
}

// TestNamesThatLeadUp: what a URL ends with is a name in the directory, or none.
func TestNamesThatLeadUp(t *testing.T) {
	t.Parallel()
	w := start(t)
	must(t, os.MkdirAll(filepath.Join(w.dir, "a/b"), 0o700))
	url := serve(t, whole200)
	for _, end := range []string{"/x/..", "/%2e%2e", "/x/%2e%2e/", "/.", "/x%2f..%2f.."} {
		for _, to := range []string{"a/b/", "a/b", ""} {
			if arrived, err := w.carry(t.Context(), in(url+end, to)); err == nil && !strings.HasPrefix(arrived, "/"+to) {
				t.Errorf("%s in %q arrived as %s", end, to, arrived)
			}
		}
	}
	_, err := w.carry(t.Context(), in(url+"/x%2fy", "a/b/"))
	must(t, err)
	if _, err := os.Stat(filepath.Join(w.dir, "a/b/y")); err != nil {
		t.Error(err)
	}
}

// TestStallIsToldAsOne: a server that stops in the middle is given up, and left
// to whoever has more patience.
func TestStallIsToldAsOne(t *testing.T) {
	t.Parallel()
	w := start(t)
	client, err := outbound.NewClient(outbound.Config{Allow: []string{"127.0.0.1"}, IdleTimeout: 20 * time.Millisecond, HeaderTimeout: 20 * time.Millisecond})
	must(t, err)
	w.drivers["http"] = Web{Client: client, Pause: func(ctx context.Context, _ int) error { return ctx.Err() }}
	for name, begin := range map[string]string{"in the middle": text, "at once": ""} {
		url := serve(t, func(rw http.ResponseWriter, r *http.Request) {
			if begin != "" {
				_, _ = io.WriteString(rw, begin)
				_ = http.NewResponseController(rw).Flush()
			}
			<-r.Context().Done()
		})
		_, err := w.carry(t.Context(), in(url+"/f", "f"))
		refused(t, name, err, fault.Unavailable, "did not go on in time")
	}
	w.is(t)
}
