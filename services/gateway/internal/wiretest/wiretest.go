// Package wiretest plays recorded conversations against a dialect: what a
// client sends and what it must get, byte for byte, in files that people read
// in review. It is separate because every dialect freezes its wire form so.
//
// A file is a list of exchanges, played in order over one server:
//
//	=== what this shows
//	> GET /path
//	> Accept: application/json
//	>
//	> body
//	< 200
//	< Content-Type: application/json
//	<
//	< body
//
// Bodies of JSON are shown indented, others as they are. "go test -update"
// writes down what the server says now.
package wiretest

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/pkg/rest"
)

var update = flag.Bool("update", false, "rewrite the recorded answers")

// exchange is one request and its answer, as lines without their marks.
type exchange struct {
	title   string
	request []string
	answer  []string
}

// Play plays the conversation of a file against the container.
func Play(t *testing.T, c rest.Container, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	server, err := rest.NewServer(slog.New(slog.DiscardHandler), c)
	if err != nil {
		t.Fatal(err)
	}
	exchanges := parse(t, string(text))
	for i, e := range exchanges {
		got := play(t, server, e)
		if !*update && !slices.Equal(got, e.answer) {
			t.Errorf("%s: %s:\n got:\n< %s\nwant:\n< %s", file, e.title, strings.Join(got, "\n< "), strings.Join(e.answer, "\n< "))
		}
		exchanges[i].answer = got
	}
	if *update {
		if err := os.WriteFile(file, format(exchanges), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func parse(t *testing.T, text string) []exchange {
	t.Helper()
	var out []exchange
	for n, line := range strings.Split(text, "\n") {
		mark, rest, _ := strings.Cut(line, " ")
		switch {
		case line == "":
		case mark == "===":
			out = append(out, exchange{title: rest})
		case len(out) == 0:
			t.Fatalf("line %d is before the first exchange", n+1)
		case mark == ">":
			out[len(out)-1].request = append(out[len(out)-1].request, rest)
		case mark == "<":
			out[len(out)-1].answer = append(out[len(out)-1].answer, rest)
		default:
			t.Fatalf("line %d has no mark", n+1)
		}
	}
	if len(out) == 0 {
		t.Fatal("the file has no exchange")
	}
	return out
}

func format(exchanges []exchange) []byte {
	var b bytes.Buffer
	lines := func(mark string, lines []string) {
		for _, l := range lines {
			b.WriteString(strings.TrimRight(mark+" "+l, " ") + "\n")
		}
	}
	for i, e := range exchanges {
		if i > 0 {
			b.WriteByte('\n')
		}
		lines("===", []string{e.title})
		lines(">", e.request)
		lines("<", e.answer)
	}
	return b.Bytes()
}

func play(t *testing.T, h http.Handler, e exchange) []string {
	t.Helper()
	head, body, _ := strings.Cut(strings.Join(e.request, "\n"), "\n\n")
	lines := strings.Split(head, "\n")
	method, target, ok := strings.Cut(lines[0], " ")
	if !ok {
		t.Fatalf("%s: no request line", e.title)
	}
	r := httptest.NewRequest(method, target, strings.NewReader(body)).WithContext(t.Context())
	r.Host = "heddle.example"
	for _, l := range lines[1:] {
		name, value, _ := strings.Cut(l, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return show(w)
}

// show writes an answer down. What differs from run to run is left out.
func show(w *httptest.ResponseRecorder) []string {
	lines := []string{fmt.Sprint(w.Code)}
	for name, values := range w.Header() {
		if name == "X-Request-Id" || name == "Content-Length" {
			continue
		}
		for _, v := range values {
			lines = append(lines, name+": "+v)
		}
	}
	slices.Sort(lines[1:])
	body := w.Body.Bytes()
	var pretty bytes.Buffer
	switch {
	case len(body) == 0:
		return lines
	case json.Indent(&pretty, body, "", "  ") == nil:
		body = pretty.Bytes()
	case !utf8.Valid(body):
		body = fmt.Appendf(nil, "%d bytes of data", len(body))
	}
	lines = append(lines, "")
	for l := range strings.SplitSeq(strings.TrimRight(string(body), "\n"), "\n") {
		lines = append(lines, strings.TrimRight(l, " ")) // as files are kept
	}
	return lines
}
