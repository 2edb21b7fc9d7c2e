package resttest_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/resttest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// report is what a test of somebody's would say.
type report struct{ said []string }

func (r *report) Helper() {}

func (r *report) Errorf(format string, args ...any) {
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

func documented(t *testing.T, pattern string, d rest.Doc, methods ...string) *rest.Server {
	t.Helper()
	rt := rest.Raw(pattern, who.Public, d, func(w http.ResponseWriter, r *http.Request) error {
		_, err := fmt.Fprint(w, r.Method)
		return err
	})
	rt.Methods = methods
	other := rest.Handle("GET /other", who.Public, rest.Doc{Title: "Other", Text: "Another.", Examples: talks("> GET /other\n< 200")},
		func(context.Context, struct{}) (int, error) { return 1, nil })
	s, err := rest.NewServer(slog.New(slog.DiscardHandler), rest.Container{Name: "c", Routes: []rest.Route{rt, other}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func talks(conversation string) []rest.Example { return []rest.Example{{Conversation: conversation}} }

// A program whose handler says nothing of itself, or something untrue, fails
// its own test, which names the handler.
//
// covers: C2-091
func TestFailures(t *testing.T) {
	t.Parallel()
	const text = "What it does."
	for want, tc := range map[string]struct {
		pattern string
		methods []string
		doc     rest.Doc
		all     bool
	}{
		"GET /x: has no text beside its title":     {pattern: "GET /x", doc: rest.Doc{Title: "X"}},
		`GET /x: its example "" does not run: GET`: {pattern: "GET /x", doc: rest.Doc{Title: "X", Text: text, Examples: talks("> GET /x\n< 201")}},
		"":                                     {pattern: "GET /x", doc: rest.Doc{Title: "X", Text: text}},
		"GET /x: has no example":               {pattern: "GET /x", doc: rest.Doc{Title: "X", Text: text}, all: true},
		"GET /x: none of its examples asks it": {pattern: "GET /x", doc: rest.Doc{Title: "X", Text: text, Examples: talks("> GET /other\n< 200")}, all: true},
		"/x: no example asks it with PUT":      {pattern: "/x", methods: []string{"GET", "PUT"}, doc: rest.Doc{Title: "X", Text: text, Examples: talks("> GET /x\n< 200")}, all: true},
		"/x: its text shows what no test runs: \">": {pattern: "/x", doc: rest.Doc{Title: "X", Text: ">>> get(url)", Examples: talks("> GET /x\n< 200")}, all: true},
	} {
		s := documented(t, tc.pattern, tc.doc, tc.methods...)
		var r report
		if tc.all {
			resttest.RunAll(&r, s, nil, s.Routes())
		} else {
			resttest.Run(&r, s, nil, s.Routes())
		}
		if want == "" && len(r.said) == 0 {
			continue
		}
		if len(r.said) != 1 || want == "" || !strings.HasPrefix(r.said[0], want) {
			t.Errorf("want %q: %q", want, r.said)
		}
	}
}

// A stream is read as far as it is told, however long it goes on.
func TestStreams(t *testing.T) {
	t.Parallel()
	gone := make(chan struct{}, 1)
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for n := 0; r.Context().Err() == nil; n++ {
			fmt.Fprintf(w, "id: %d\n\n", n)
			w.(http.Flusher).Flush()
		}
		gone <- struct{}{}
	})
	const head = "> GET /\n< 200\n< Content-Type: text/event-stream\n<\n< "
	if err := resttest.Talk(h, nil, head+"*id: 17*"); err != nil {
		t.Error(err)
	}
	<-gone
	short := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "id: 1\n\n")
	})
	if err := resttest.Talk(short, nil, head+"*id: 17*"); err == nil || !strings.Contains(err.Error(), `the body is "id: 1`) {
		t.Error(err)
	}
}

// echo is a websocket that says twice what it hears.
type echo struct {
	http.Handler
	closed bool
	said   []string
}

func (e *echo) Dial(r *http.Request) (resttest.Conn, *http.Response, error) {
	return e, &http.Response{StatusCode: 101, Header: http.Header{"X-Path": {r.URL.Path}}}, nil
}

func (e *echo) Write(text string) error { e.said = append(e.said, text, "again: "+text); return nil }
func (e *echo) Close()                  { e.closed = true }
func (e *echo) Read() (string, error) {
	if len(e.said) == 0 {
		return "", fmt.Errorf("nothing is said")
	}
	text := e.said[0]
	e.said = e.said[1:]
	return text, nil
}

func TestFrames(t *testing.T) {
	t.Parallel()
	const open = "> GET /ws\n< 101\n< X-Path: /{name}\n"
	for said, want := range map[string]string{
		"> hello {name}\n< again: hello ws":  "",
		"> hello\n< good bye":                "frame good bye does not come",
		`> {"a": 1}` + "\n" + `< {"a": "*"}`: "",
		`> {"a": 1}` + "\n" + `< {"b": "*"}`: "does not come",
	} {
		e := &echo{}
		err := resttest.Talk(e, nil, open+said)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v", said, err)
		}
		if !e.closed {
			t.Error("it stays open")
		}
	}
	if err := resttest.Talk(http.NotFoundHandler(), nil, open); err == nil || !strings.Contains(err.Error(), "resttest.Dialer") {
		t.Error(err)
	}
}
