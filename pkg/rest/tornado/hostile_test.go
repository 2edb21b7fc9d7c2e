package tornado_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/pkg/rest/tornado"
)

// covers: D0-017 D0-029 D0-045 D0-070 D0-072
func TestHostileRequests(t *testing.T) {
	t.Parallel()
	s, _ := manual(t, "")
	many := "/hello?" + strings.Repeat("a=1&", 20_000)
	for name, tc := range map[string]struct {
		method, target, body string
		status               int
	}{
		"deep":             {"POST", "/job", strings.Repeat("[", 100_000), 400},
		"deep object":      {"POST", "/job", strings.Repeat(`{"a":`, 100_000), 400},
		"large":            {"POST", "/job", `["` + strings.Repeat("x", 2<<20) + `"]`, 413},
		"not a number":     {"DELETE", "/job", `[NaN]`, 400},
		"huge number":      {"DELETE", "/job", `[1e400]`, 400},
		"number too large": {"GET", "/job/99999999999999999999", "", 400},
		"fraction":         {"GET", "/job/1.5", "", 400},
		"hexadecimal":      {"GET", "/job/0x1F", "", 400},
		"duplicate keys":   {"POST", "/job", `{"Executable":"a","Executable":"b"}`, 200},
		"scalar":           {"POST", "/job", `[1] 2`, 400},
		"no UTF-8":         {"POST", "/job", "[\"\xff\"]", 400},
		"no UTF-8 in path": {"GET", "/jobs/%ff", "", 400},
		"NUL":              {"GET", "/jobs/%00", "", 200},
		"lines":            {"GET", "/jobs/a%0d%0aX-Evil:%201", "", 200},
		"path tricks":      {"GET", "/job/../job/123", "", 404},
		"double encoding":  {"GET", "/job/%2531", "", 400},
		"bad query":        {"GET", "/jobs?owner=%zz", "", 400},
		"trace":            {"TRACE", "/job", "", 405},
		"empty segment":    {"GET", "/job//owner", "", 404},
		"long path":        {"GET", "/hello/" + strings.Repeat("a/", 10_000), "", 414},
		"many parameters":  {"GET", many, "", 400},
	} {
		w := send(s, tc.method, tc.target, tc.body, alice)
		if w.Code != tc.status || w.Header().Get("X-Evil") != "" || strings.Contains(w.Body.String(), "goroutine") {
			t.Errorf("%s: %d %.200s, want %d", name, w.Code, w.Body, tc.status)
		}
		if w.Code >= 400 && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s: the error is no JSON: %.200s", name, w.Body)
		}
	}
}

// TestScriptsAreSentAsText: what a client sends does not become a page.
func TestScriptsAreSentAsText(t *testing.T) {
	t.Parallel()
	s, _ := manual(t, "")
	w := send(s, "GET", "/hello/"+url.PathEscape("<script>alert(1)</script>"), "", alice)
	if w.Header().Get("Content-Type") != "application/json" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%v", w.Header())
	}
}

// TestEveryMistakeIsNamed in one answer.
func TestEveryMistakeIsNamed(t *testing.T) {
	t.Parallel()
	s := one(t, of(tornado.POST("x", in[struct {
		A int     `arg:"a"`
		B bool    `arg:"b"`
		C float64 `arg:"c,keyword"`
		D []int   `arg:"d,keyword" default:"[1]"`
	}])))
	w := send(s, "POST", "/x/one/maybe?d=x", "", alice)
	var body struct {
		Fields []struct{ Name, Message string }
	}
	_ = json.Unmarshal(w.Body.Bytes(), &body)
	if got := fmt.Sprint(body.Fields); w.Code != 400 || got != "[{a must be a whole number} {b must be true or false} {c is required} {d has an element, number 0, that must be a whole number}]" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := send(s, "POST", "/x", `{"a":1,"b":true,"c":1.5,"e":1}`, alice); w.Code != 400 || !strings.Contains(w.Body.String(), "e is unknown") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func FuzzRequests(f *testing.F) {
	for _, seed := range [][3]string{{"GET", "/job/123/owner", ""}, {"GET", "/hello/a?k=v&k=w", ""}, {"POST", "/job", `[{"Executable":"/bin/ls"}]`},
		{"DELETE", "/job?jobIDs=1", `[1,2]`}, {"OPTIONS", "/job/", ""}, {"POST", "/W/J", "method=x&args=[1]"}, {"GET", "/jobs/%2e%2e?access_token=x", "{}"}} {
		f.Add(seed[0], seed[1], seed[2])
	}
	s, _ := manual(f, "")
	f.Fuzz(func(t *testing.T, method, target, body string) {
		u, err := url.ParseRequestURI(target)
		if err != nil || strings.ContainsAny(method, " \r\n") || method == "" {
			return
		}
		r := &http.Request{Method: method, URL: u, Header: http.Header{"Authorization": {"Bearer alice"}, "Content-Type": {"application/json"}},
			Body: http.NoBody, Host: "h", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, RemoteAddr: "192.0.2.1:1"}
		if body != "" {
			r.Body, r.ContentLength = http.NoBody, 0
			r = httptest.NewRequest("POST", "/", strings.NewReader(body)).WithContext(r.Context())
			r.Method, r.URL = method, u
			r.Header.Set("Authorization", "Bearer alice")
			r.Header.Set("Content-Type", "application/json")
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code >= 500 || w.Code < 200 || !utf8.Valid(w.Body.Bytes()) {
			t.Errorf("%s %q %q: %d %.200s", method, target, body, w.Code, w.Body)
		}
	})
}

func FuzzAuthorizationWords(f *testing.F) {
	for _, seed := range []string{"authenticated", "NormalUser,group:x", "vo:", "any,,", "group:a b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, words string) {
		a, err := tornado.New(t.Context(), tornado.Config{Grants: grants()}, api("A", walled{own: []string{words}}))
		if err != nil {
			return
		}
		open := strings.Contains(strings.ToLower(words), "any") || strings.Contains(strings.ToLower(words), "all")
		if w := send(served(t, a.Container(0)), "POST", "/job", ""); w.Code != 401 && !open {
			t.Errorf("%q lets anybody in: %d", words, w.Code)
		}
	})
}

// leading redirects wherever it is told.
type leading struct{}

func (leading) Meta() tornado.Meta { return tornado.Meta{Authorization: []string{"all"}} }

func (leading) GetIt(_ context.Context, in *struct {
	To string `arg:"to"`
}) *tornado.Response {
	return tornado.Respond(nil).Redirect(in.To)
}

// FuzzRedirects: wherever it is told, the client stays on the server, in the
// eyes of browsers as well, to which a backslash is a slash.
func FuzzRedirects(f *testing.F) {
	for _, seed := range []string{"/a", "//evil", `/\evil`, "https://evil", "a/../b?c#d", "%2f%2fevil", "\t//evil", ":", "http:evil", "?x"} {
		f.Add(seed)
	}
	s := one(f, leading{})
	base, _ := url.Parse("https://here.example.org/it")
	f.Fuzz(func(t *testing.T, to string) {
		w := send(s, "GET", "/it?to="+url.QueryEscape(to), "")
		if w.Code != 302 {
			return
		}
		for _, at := range []string{w.Header().Get("Location"), strings.ReplaceAll(w.Header().Get("Location"), `\`, "/")} {
			u, err := base.Parse(at)
			if err != nil || u.Host != base.Host || u.Scheme != "https" {
				t.Errorf("%q leads to %q: %v", to, at, err)
			}
		}
	})
}
