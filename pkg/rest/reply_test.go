package rest_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

func answers[A any](a A, err error) rest.Route {
	return rest.Handle("GET /", who.Public, titled, func(context.Context, struct{}) (A, error) { return a, err })
}

type explosive struct{}

func (explosive) MarshalJSON() ([]byte, error) { panic("secret inside") }

func stream(r io.Reader, header http.Header) rest.Stream {
	return rest.Stream{ContentType: "text/plain", Header: header, Reader: io.NopCloser(r)}
}

// covers: D0-063 D0-066
func TestReplies(t *testing.T) {
	t.Parallel()
	etag := http.Header{"etag": {`"5"`}}
	for name, tc := range map[string]struct {
		route  rest.Route
		status int
		body   string
		header string
	}{
		"value":            {answers(map[string]string{"a": "<&>"}, nil), 200, "{\"a\":\"<&>\"}\n", "application/json"},
		"nothing":          {answers(struct{}{}, nil), 204, "", ""},
		"nil":              {answers[any](nil, nil), 204, "", ""},
		"nil pointer":      {answers[*deep](nil, nil), 204, "", ""},
		"nil list":         {answers[[]int](nil, nil), 200, "[]\n", "application/json"},
		"nil map":          {answers[map[string]int](nil, nil), 200, "{}\n", "application/json"},
		"raw":              {answers(json.RawMessage(`{"a": 1}`), nil), 200, "{\"a\":1}\n", "application/json"},
		"reply":            {answers(rest.Reply{Status: 201, Header: etag, Body: 1}, nil), 201, "1\n", "application/json"},
		"pointer to reply": {answers(&rest.Reply{Status: 202, Header: etag}, nil), 202, "", ""},
		"empty reply":      {answers(rest.Reply{Header: etag}, nil), 204, "", ""},
		"nil reply":        {answers[*rest.Reply](nil, nil), 204, "", ""},
		"stream":           {answers(stream(strings.NewReader("hello"), etag), nil), 200, "hello", "text/plain"},
		"sized stream":     {answers(stream(strings.NewReader("hello"), http.Header{"Content-Length": {"5"}}), nil), 200, "hello", "text/plain"},
		"stream in reply":  {answers(rest.Reply{Status: 206, Body: stream(strings.NewReader("ell"), nil)}, nil), 206, "ell", "text/plain"},
		"unreadable":       {answers(make(chan int), nil), 500, "", "application/problem+json"},
		"explosive":        {answers(explosive{}, nil), 500, "", "application/problem+json"},
		"error":            {answers(1, errors.New("secret cause")), 500, "", "application/problem+json"},
	} {
		w := send(server(t, routes(tc.route)), "GET", "/", "")
		if w.Code != tc.status || tc.body != "" && w.Body.String() != tc.body || w.Header().Get("Content-Type") != tc.header {
			t.Errorf("%s: %d %v %q", name, w.Code, w.Header(), w.Body)
		}
		if strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s: internals are shown: %s", name, w.Body)
		}
		if strings.Contains(name, "reply") && tc.status == 201 && w.Header().Get("ETag") != `"5"` {
			t.Errorf("%s: headers are %v", name, w.Header())
		}
	}
}

func TestHeadHasNoBody(t *testing.T) {
	t.Parallel()
	for name, rt := range map[string]rest.Route{
		"json":    answers("hello", nil),
		"stream":  answers(stream(iotest.ErrReader(errors.New("must not be read")), nil), nil),
		"problem": answers(1, fault.New(fault.Missing, "x", "None.")),
	} {
		if w := send(server(t, routes(rt)), "HEAD", "/", ""); w.Body.Len() != 0 {
			t.Errorf("%s: %q", name, w.Body)
		}
	}
	if w := send(server(t, routes(answers("hello", nil))), "HEAD", "/", ""); w.Header().Get("Content-Length") != "8" {
		t.Errorf("headers are %v", w.Header())
	}
}

func TestProblem(t *testing.T) {
	t.Parallel()
	f := fault.Wrap(errors.New("dial 10.0.0.7"), fault.Invalid, "job.script", "The script <b> is wrong.").WithField("script", "is empty")
	w := send(server(t, routes(answers(1, f))), "GET", "/?q=<x>", "", "X-Request-ID: r1")
	want := `{"type":"/docs/problems#job.script","title":"Bad Request","status":400,"detail":"The script \u003cb\u003e is wrong.",` +
		`"instance":"/","code":"job.script","retryable":false,"request_id":"r1","fields":[{"name":"script","message":"is empty"}]}`
	if w.Body.String() != want || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("got  %s\nwant %s", w.Body, want)
	}
	for kind, want := range map[fault.Kind]bool{fault.Unavailable: true, fault.Timeout: true, fault.Exhausted: true,
		fault.Conflict: false, fault.Internal: false} {
		if p := problemOf(t, send(server(t, routes(answers(1, fault.New(kind, "x", "x")))), "GET", "/", "")); p.Retryable != want {
			t.Errorf("%s: retryable %v", kind, p.Retryable)
		}
	}
}

func TestPanicShowsNothing(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s, err := rest.NewServer(slog.New(slog.NewTextHandler(&log, nil)), routes(
		rest.Raw("GET /raw", who.Public, titled, func(http.ResponseWriter, *http.Request) error { panic("secret") }),
		rest.Handle("GET /typed", who.Public, titled, func(context.Context, struct{}) (int, error) { panic("secret") }),
		rest.Raw("GET /gone", who.Public, titled, func(http.ResponseWriter, *http.Request) error { panic(http.ErrAbortHandler) }),
	), rest.Container{Root: "/auth", Authenticate: func(http.ResponseWriter, *http.Request) (p who.Principal, err error) { panic("secret") },
		Routes: []rest.Route{says("GET /", "")}})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/raw", "/typed", "/auth"} {
		log.Reset()
		w := send(s, "GET", path, "")
		if p := problemOf(t, w); p.Status != 500 || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s: %s", path, w.Body)
		}
		if !strings.Contains(log.String(), "secret") || !strings.Contains(log.String(), "_test.go") {
			t.Errorf("%s: the log has no stack: %s", path, log.String())
		}
	}
	log.Reset()
	if send(s, "GET", "/gone", ""); log.Len() > 0 {
		t.Errorf("an aborted answer makes noise: %s", log.String())
	}
}

// A client must see that an answer is not whole.
func TestHalfAnAnswerIsCut(t *testing.T) {
	t.Parallel()
	half := io.MultiReader(strings.NewReader("half"), iotest.ErrReader(errors.New("disk")))
	srv := httptest.NewServer(server(t,
		rest.Container{Root: "/raw", Routes: []rest.Route{rest.Raw("GET /", who.Public, titled, func(w http.ResponseWriter, _ *http.Request) error {
			fmt.Fprint(w, "half")
			return errors.New("disk")
		})}},
		rest.Container{Root: "/stream", Routes: []rest.Route{answers(stream(half, nil), nil)}}))
	srv.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	defer srv.Close()
	for _, path := range []string{"/raw", "/stream"} {
		res, err := http.Get(srv.URL + path)
		if err == nil {
			_, err = io.ReadAll(res.Body)
			res.Body.Close()
		}
		if err == nil {
			t.Errorf("%s: half an answer looks whole", path)
		}
	}
}

// A log that grows is seen as it grows, and let go when its reader goes.
func TestStreamIsLive(t *testing.T) {
	t.Parallel()
	r, w := io.Pipe()
	closed := make(chan struct{})
	srv := httptest.NewServer(server(t, routes(answers(rest.Stream{Reader: watched{r, closed}}, nil))))
	defer srv.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go fmt.Fprintln(w, "first")
	req, _ := http.NewRequestWithContext(ctx, "GET", srv.URL, nil)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if line, err := bufio.NewReader(res.Body).ReadString('\n'); line != "first\n" {
		t.Fatalf("%q %v", line, err)
	}
	cancel()
	<-closed
}

type watched struct {
	*io.PipeReader
	closed chan struct{}
}

func (w watched) Close() error { close(w.closed); return w.PipeReader.Close() }

func TestRawCanDoWhatTheServerCan(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(server(t, routes(rest.Raw("GET /", who.Public, titled, func(w http.ResponseWriter, _ *http.Request) error {
		if err := http.NewResponseController(w).EnableFullDuplex(); err != nil {
			return err
		}
		conn, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return err
		}
		defer conn.Close()
		fmt.Fprint(rw, "HTTP/1.1 299 Own\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		return rw.Flush()
	}))))
	defer srv.Close()
	res, err := http.Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 299 {
		t.Fatal(res.Status)
	}
}
