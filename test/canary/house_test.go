package canary

import (
	"bytes"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/redistest"
	"github.com/heddle-dev/heddle/test/stage"
)

// house is Heddle with everything switched on that could tell a secret.
type house struct {
	*stage.Heddle
	t        *testing.T
	http     *http.Client
	markers  []marker
	refused  []page // answers that say no
	operator string // admin's password by now
	listed   string // on ecFlow's list of tokens

	mu    sync.Mutex
	spans bytes.Buffer
}

// page is an answer that was read.
type page struct {
	*http.Response
	what, body string
}

func newHouse(t *testing.T, p *provider) *house {
	t.Helper()
	dir := t.TempDir()
	binary, err := stage.Build(dir, "cmd/heddle")
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, markers: []marker{p.secret, p.tokens}}
	collector := httptest.NewServer(http.HandlerFunc(h.collect))
	t.Cleanup(collector.Close)
	address, redis := redistest.Start(t)
	password := h.mark("Redis URL")
	redis.Require(password)
	h.listed = h.mark("token on ecFlow's list")
	h.Heddle, err = stage.Up(binary, filepath.Join(dir, "data"), "HEDDLE_LOG_LEVEL=debug", "HEDDLE_LOG_FORMAT=json",
		"HEDDLE_OTLP_ENDPOINT="+collector.URL, "HEDDLE_REDIS=redis://:"+url.QueryEscape(password)+"@"+address+"/0", "HEDDLE_FEDERATION="+p.file,
		"ECF_API_TOKEN_FILE="+tokensFile(t, binary, dir, h.listed))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Kill)
	h.fresh()
	return h
}

// mark is a new marker; what is looked for is all of them.
func (h *house) mark(place string) string {
	m := mark(place)
	h.markers = append(h.markers, m)
	return m.text
}

// found has a secret that Heddle made looked for, too.
func (h *house) found(place, text string) string {
	h.t.Helper()
	if len(text) < 16 {
		h.t.Fatalf("%s is %q", place, text)
	}
	h.markers = append(h.markers, marker{place, text})
	return text
}

// collect takes what a trace collector is sent.
func (h *house) collect(_ http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, _ = io.Copy(&h.spans, r.Body) // a broken batch is half a batch
}

// fresh is a browser without cookies.
func (h *house) fresh() {
	jar, _ := cookiejar.New(nil) // it has no error
	h.http = &http.Client{Jar: jar, Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// send makes a request; a body that begins with a brace is JSON, any other a
// form. Headers are "Name: value".
func (h *house) send(method, path, body string, headers ...string) page {
	h.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = h.URL + path
	}
	r, err := http.NewRequestWithContext(h.t.Context(), method, path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if strings.HasPrefix(body, "{") {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	answer, err := h.http.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	p := page{answer, method + " " + r.URL.Path, string(text)}
	if answer.StatusCode >= 400 {
		h.refused = append(h.refused, p)
	}
	if s := answer.StatusCode; s >= 500 && s != http.StatusNotImplemented && s != http.StatusBadGateway {
		h.t.Errorf("%s: %d %s", p.what, p.StatusCode, p.body)
	}
	return p
}

// want sends what must be answered so: otherwise it reached nobody.
func (h *house) want(status int, method, path, body string, headers ...string) page {
	h.t.Helper()
	p := h.send(method, path, body, headers...)
	if p.StatusCode != status {
		h.t.Errorf("%s: %d, want %d: %s", p.what, p.StatusCode, status, p.body)
	}
	return p
}

var inputTag = regexp.MustCompile(`<input[^>]* name="([^"]*)"[^>]* value="([^"]*)"`)

// submit sends a page's form with more fields.
func (h *house) submit(p page, to string, pairs ...string) page {
	h.t.Helper()
	v := url.Values{}
	for _, m := range inputTag.FindAllStringSubmatch(p.body, -1) {
		v.Set(m[1], m[2])
	}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return h.want(http.StatusSeeOther, "POST", to, v.Encode())
}

// arguments are those of all processes that can be seen.
func arguments() []byte {
	var out []byte
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range lines {
		b, _ := os.ReadFile(path) // it may have ended
		out = append(append(out, b...), '\n')
	}
	return out
}
