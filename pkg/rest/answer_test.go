package rest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/media"
	"github.com/heddle-dev/heddle/pkg/who"
)

func frame() media.Table {
	return media.Table{Columns: []string{"a", "b"}, Rows: media.Rows([]any{1, "x"}, []any{2, "<y>"})}
}

// tables answers each time with a new one, since a table is read once.
func tables(make func() media.Table) rest.Container {
	return routes(rest.Handle("GET /", who.Public, titled, func(context.Context, struct{}) (media.Table, error) { return make(), nil }))
}

// covers: C2-037 C2-038 C2-039 C2-040 C2-041
func TestATableIsWhatTheClientAccepts(t *testing.T) {
	t.Parallel()
	s := server(t, tables(frame))
	for accept, want := range map[string][2]string{
		"":                           {"application/json", `[{"a":1,"b":"x"},{"a":2,"b":"<y>"}]`},
		"text/html,*/*;q=0.1":        {"text/html; charset=utf-8", "<td>&lt;y&gt;</td>"},
		"text/csv":                   {"text/csv; charset=utf-8", ",a,b\n0,1,x\n"},
		"text/plain":                 {"text/plain; charset=utf-8", "0  1    x\n"},
		"image/png":                  {"application/json", `[{"a":1`},
		"text/csv, application/json": {"application/json", `[{"a":1`},
	} {
		w := send(s, "GET", "/", "", "Accept: "+accept)
		h := w.Header()
		if w.Code != 200 || h.Get("Content-Type") != want[0] || !strings.Contains(w.Body.String(), want[1]) || h.Get("Vary") != "Accept" {
			t.Errorf("%s: %d %v %s", accept, w.Code, h, w.Body)
		}
	}
	if w := send(s, "GET", "/?content_type=csv", "", "Accept: text/html"); !strings.HasPrefix(w.Body.String(), ",a,b\n") {
		t.Errorf("the argument is beaten: %s", w.Body)
	}
	if w := send(server(t, routes(answers(rest.Reply{Status: 203, Body: frame()}, nil))), "HEAD", "/", "", "Accept: text/csv"); w.Code != 203 || w.Body.Len() > 0 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/csv") {
		t.Errorf("HEAD: %d %v", w.Code, w.Header())
	}
}

func TestATableThatBreaks(t *testing.T) {
	t.Parallel()
	after := func(rows int) func() media.Table {
		return func() media.Table {
			return media.Table{Columns: []string{"a"}, Rows: func(yield func([]any, error) bool) {
				for range rows {
					if !yield([]any{strings.Repeat("x", 1000)}, nil) {
						return
					}
				}
				yield(nil, errors.New("the database is gone"))
			}}
		}
	}
	if w := send(server(t, tables(after(1))), "GET", "/", ""); w.Code != 500 || problemOf(t, w).Code != "internal" {
		t.Errorf("at once: %d %s", w.Code, w.Body)
	}
	front := httptest.NewServer(server(t, tables(after(1000))))
	defer front.Close()
	resp, err := http.Get(front.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := readAll(resp); err == nil {
		t.Error("half a table looks like a whole one")
	}
}

// covers: D0-063
func TestTextAndBytes(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		route      rest.Route
		kind, body string
	}{
		"text":          {answers(rest.Text("<b>\n"), nil), "text/plain; charset=utf-8", "<b>\n"},
		"bytes":         {answers(rest.Bytes{ContentType: "image/png", Body: []byte{1, 2}}, nil), "image/png", "\x01\x02"},
		"unknown bytes": {answers(rest.Bytes{Body: []byte("x")}, nil), "application/octet-stream", "x"},
		"pointed to":    {answers(&rest.Bytes{Body: []byte("x")}, nil), "application/octet-stream", "x"},
		"in a reply":    {answers(rest.Reply{Body: rest.Text("x"), Header: http.Header{"X-Route": {"y"}}}, nil), "text/plain; charset=utf-8", "x"},
		"by hand": {rest.Raw("GET /", who.Public, titled, func(w http.ResponseWriter, r *http.Request) error {
			return rest.Write(w, r, rest.Text("x"))
		}), "text/plain; charset=utf-8", "x"},
		"in a header": {answers(rest.Bytes{ContentType: "text/x\r\nSet-Cookie: a=b"}, nil), "text/x\r\nSet-Cookie: a=b", ""},
	} {
		s := server(t, routes(tc.route))
		w := send(s, "GET", "/", "")
		if w.Code != 200 || w.Body.String() != tc.body || w.Header().Get("Content-Type") != tc.kind || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v %q", name, w.Code, w.Header(), w.Body)
		}
		if w := send(s, "HEAD", "/", ""); w.Code != 200 || w.Body.Len() > 0 {
			t.Errorf("%s: HEAD: %d %q", name, w.Code, w.Body)
		}
	}
}

func TestAnswersThatAreNotThere(t *testing.T) {
	t.Parallel()
	for name, rt := range map[string]rest.Route{
		"stream": answers[*rest.Stream](nil, nil), "redirect": answers[*rest.Redirect](nil, nil), "table": answers[*media.Table](nil, nil),
		"text": answers[*rest.Text](nil, nil), "in a reply": answers(rest.Reply{Body: (*rest.Download)(nil)}, nil),
	} {
		if w := send(server(t, routes(rt)), "GET", "/", ""); w.Code != 204 || w.Body.Len() > 0 {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	for to, want := range map[rest.Redirect]string{
		{To: "/job/7"}:                                  "302 /job/7",
		{To: "/a?next=//evil#x", Status: 301}:           "301 /a?next=//evil#x",
		{To: "../b", Status: 308}:                       "308 ../b",
		{To: "?page=2", Status: 303}:                    "303 ?page=2",
		{To: "/ü/%2F"}:                                  "302 /%C3%BC/%2F",
		{To: "https://example.org/x", Foreign: true}:    "302 https://example.org/x",
		{To: "https://example.org/x"}:                   "400 ",
		{To: "//example.org/x"}:                         "400 ",
		{To: "//example.org/x", Foreign: true}:          "400 ",
		{To: "///example.org"}:                          "400 ",
		{To: `/\example.org`}:                           "400 ",
		{To: `\\example.org`}:                           "400 ",
		{To: "/\t/example.org"}:                         "400 ",
		{To: "/x\r\nSet-Cookie: a=b"}:                   "400 ",
		{To: "javascript:alert(1)"}:                     "400 ",
		{To: "javascript:alert(1)", Foreign: true}:      "400 ",
		{To: "https:example.org", Foreign: true}:        "400 ",
		{To: "https:///example.org", Foreign: true}:     "400 ",
		{To: "https://u:p@example.org/", Foreign: true}: "400 ",
		{To: " //example.org"}:                          "400 ",
		{To: "http:/%zz"}:                               "400 ",
		{To: ""}:                                        "400 ",
		{To: "/", Status: 200}:                          "500 ",
	} {
		w := send(server(t, routes(answers(to, nil))), "GET", "/", "")
		if got := fmt.Sprint(w.Code, " ", w.Header().Get("Location")); got != want {
			t.Errorf("%+v: %s", to, got)
		}
	}
}

func FuzzRedirect(f *testing.F) {
	f.Add("/a/../b?c#d")
	f.Add("//x")
	f.Fuzz(func(t *testing.T, to string) {
		w := send(server(t, routes(answers(rest.Redirect{To: to}, nil))), "GET", "/", "")
		if w.Code == 400 {
			return
		}
		location, err := w.Result().Location()
		if err != nil || w.Code != 302 || location.Host != "" || location.Scheme != "" {
			t.Errorf("%q leads to %v, %v", to, location, err)
		}
	})
}
