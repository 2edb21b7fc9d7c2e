package page_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/heddle-dev/heddle/pkg/rest/page"
)

var set = page.Must(fstest.MapFS{
	"a.html":      {Data: []byte(`<h1>{{.Title}}</h1>{{template "notice" .}}{{template "part" .Text}}{{template "cards" .Cards}}{{template "table" .Table}}`)},
	"b.html":      {Data: []byte(`<h1>b</h1>`)},
	"_parts.html": {Data: []byte(`{{define "part"}}<p title="{{.}}">{{.}}</p>{{end}}`)},
}, "*.html")

type shown struct {
	page.Frame
	Text  string
	Cards []page.Card
	Table page.Table
}

func write(t *testing.T, name string, data any, p page.Policy) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	if err := set.Write(w, httptest.NewRequest("GET", "/", nil), 200, name, data, p); err != nil {
		t.Fatal(err)
	}
	return w
}

// What a page shows is text, wherever it stands.
//
// covers: C2-139
func TestEverythingIsEscaped(t *testing.T) {
	t.Parallel()
	const evil = `"><script>alert(1)</script>{{.Root}}`
	page := write(t, "a", shown{
		Frame: page.Frame{Title: evil, Brand: evil, User: evil, Notice: evil, Good: evil, Root: `" onclick=x`, Shape: `x" onload="x`,
			Links: []page.Link{{Text: evil, URL: "javascript:alert(1)"}}},
		Text:  evil,
		Cards: []page.Card{{Title: evil, Subtitle: evil, Text: evil, Author: evil, Tags: []string{evil}, URL: "javascript:alert(2)", Links: []page.Link{{URL: "data:text/html,x"}}}},
		Table: page.Table{Caption: evil, Columns: []string{evil}, Rows: [][]any{{evil, 1, nil}}},
	}, page.Policy{}).Body.String()
	for _, bad := range []string{"<script", "javascript:", "data:text", ` onclick="`, ` onload="`, "<td>1</td>x"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q:\n%s", bad, page)
		}
	}
	if !strings.Contains(page, "&lt;script&gt;alert(1)") {
		t.Errorf("the text is not there:\n%s", page)
	}
}

// The policy lets a page have its own style and nothing that was put into it.
func TestPolicy(t *testing.T) {
	t.Parallel()
	w := write(t, "b", page.Frame{}, page.Policy{})
	body := w.Body.String()
	var hashes []string
	style := ""
	for _, rest := range strings.Split(body, "<style>")[1:] {
		text, _, _ := strings.Cut(rest, "</style>")
		sum := sha256.Sum256([]byte(text))
		hashes = append(hashes, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
		style += text
	}
	hash := strings.Join(hashes, " ")
	if want := "default-src 'none'; style-src " + hash + "; img-src data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"; w.Header().Get("Content-Security-Policy") != want {
		t.Errorf("got  %s\nwant %s", w.Header().Get("Content-Security-Policy"), want)
	}
	if style != page.Style() || strings.Contains(style, "\n") {
		t.Errorf("the style is %q", style)
	}
	bare := write(t, "b", page.Frame{Shape: page.Bare}, page.Policy{}).Body.String()
	if strings.Count(bare, "<style>") != 1 || !strings.Contains(bare, ".top {") || strings.Contains(bare, "button {") {
		t.Errorf("a page with styles of its own has ours:\n%s", bare)
	}
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
		"Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	for p, want := range map[page.Policy]string{
		{Form: "https://app.example/callback?x;script-src *"}: "form-action 'self' https://app.example",
		{Form: "http://127.0.0.1:4000/cb"}:                    "form-action 'self' http://127.0.0.1:4000",
		{Form: "http://[::1]:4000/cb"}:                        "form-action 'self' http:",
		{Form: "org.app:/back"}:                               "form-action 'self' org.app:",
		{Form: "; script-src *"}:                              "form-action 'self'",
		{Assets: true}:                                        hash + " 'self'; img-src 'self' data:; script-src 'self'",
		{Inline: true}:                                        "style-src 'self' 'unsafe-inline'; img-src 'self' data:; script-src 'self'",
	} {
		got := p.String()
		if !strings.Contains(got, want) || strings.Contains(got, "*") || p.Form != "" && !strings.HasSuffix(got, want) {
			t.Errorf("%+v: %s", p, got)
		}
	}
}

// A page in a set sees the set's parts, and not another page.
func TestSet(t *testing.T) {
	t.Parallel()
	if body := write(t, "b", page.Frame{Title: "B"}, page.Policy{}).Body.String(); !strings.Contains(body, "<h1>b</h1>") || !strings.Contains(body, "<title>B · Heddle</title>") {
		t.Error(body)
	}
	for _, name := range []string{"c", "_parts", "content", ""} {
		if _, err := set.Render(name, page.Frame{}); err == nil {
			t.Errorf("there is a page %q", name)
		}
	}
	if _, err := set.Render("a", page.Frame{}); err == nil {
		t.Error("a page was made of data that it does not know")
	}
	head := httptest.NewRecorder()
	if err := set.Write(head, httptest.NewRequest("HEAD", "/", nil), 200, "b", page.Frame{}, page.Policy{}); err != nil || head.Body.Len() != 0 || head.Header().Get("Content-Length") == "0" {
		t.Errorf("%v, %d bytes of %s", err, head.Body.Len(), head.Header().Get("Content-Length"))
	}
	for name, files := range map[string]fstest.MapFS{
		"page": {"x.html": {Data: []byte(`{{`)}}, "part": {"_x.html": {Data: []byte(`{{`)}},
	} {
		if _, err := page.New(files, "*.html"); err == nil {
			t.Errorf("a broken %s was taken", name)
		}
	}
	if _, err := page.New(fstest.MapFS{}, "["); err == nil {
		t.Error("a broken pattern was taken")
	}
}

func TestError(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	e := page.Error{Status: 404, Text: "no <b>x</b>", Request: "r1", Contact: "ops@example.org", Link: page.Link{Text: "Home", URL: "/"}}
	if err := e.Write(w, httptest.NewRequest("GET", "/", nil)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<h1>404</h1>", "<title>Not Found", "no &lt;b&gt;", "r1", "ops@example.org", `href="/">Home`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s in\n%s", want, w.Body)
		}
	}
	if w.Code != 404 || w.Header().Get("Content-Security-Policy") == "" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

func TestInitial(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"": "?", "  élan": "É", "!!": "?", "42": "4", "ßx": "ß", "\xff": "?"} {
		if got := page.Initial(name); got != want && !(name == "ßx" && got == "SS") {
			t.Errorf("%q: %q", name, got)
		}
	}
}
