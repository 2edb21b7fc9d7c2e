package tornado_test

import (
	"context"
	"html/template"
	"net/http"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/tornado"
)

var page = template.Must(template.New("").Parse("<p>{{.}}</p>"))

// answering has one endpoint that returns a response.
type answering struct{ response func() *tornado.Response }

func (answering) Meta() tornado.Meta { return tornado.Meta{Authorization: []string{"all"}} }

func (h answering) Endpoints() []tornado.Endpoint {
	return []tornado.Endpoint{tornado.Web("it", func(context.Context, tornado.None) (*tornado.Response, error) {
		return h.response(), nil
	}, tornado.RedirectTo("https://portal.example.org"))}
}

func TestResponses(t *testing.T) {
	t.Parallel()
	data := map[string]int{"a": 1}
	for name, tc := range map[string]struct {
		response func() *tornado.Response
		want     string
		headers  []string
	}{
		// covers: D0-036 D0-068
		"payload":    {func() *tornado.Response { return tornado.Respond(data) }, `OK {"a":1}`, []string{"Content-Type: application/json"}},
		"status":     {func() *tornado.Response { return tornado.Respond("made").SetStatus(201) }, "Created made", nil},
		"nothing":    {func() *tornado.Response { return tornado.Respond(nil) }, "OK", nil},
		"nil":        {func() *tornado.Response { return nil }, "OK", nil},
		"no content": {func() *tornado.Response { return tornado.Respond(nil).SetStatus(204) }, "No Content", nil},
		"S_ERROR":    {func() *tornado.Response { return tornado.Respond(tornado.Failed(0, "x")).SetStatus(409) }, `Conflict {"OK":false,"Errno":0,"Message":"x"}`, nil},
		// covers: D0-066
		"headers": {func() *tornado.Response {
			return tornado.Respond("x").SetHeader("X-A", "1").SetHeader("X-A", "2").AddHeader("X-B", "1").AddHeader("X-B", "2").AddHeader("X-C", "1").ClearHeader("X-C")
		}, "OK x", []string{"X-A: 2", "X-B: 1, 2", "X-C: "}},
		"content type": {func() *tornado.Response { return tornado.Respond("a,b").SetHeader("Content-Type", "text/csv") }, "OK a,b", []string{"Content-Type: text/csv"}},
		"cookies": {func() *tornado.Response {
			return tornado.Respond("x").SetCookie(http.Cookie{Name: "a", Value: "1", HttpOnly: true}).ClearCookie("b", "/p")
		}, "OK x", []string{"Set-Cookie: a=1; HttpOnly, b=; Path=/p; Max-Age=0"}},
		// covers: D0-067
		"order": {func() *tornado.Response {
			return tornado.Respond(nil).SetStatus(201).Write("one ").SetStatus(202).Write("two").SetHeader("X-A", "1")
		}, "Accepted one two", []string{"X-A: 1"}},
		"written and payload": {func() *tornado.Response { return tornado.Respond("rest").Write("begin ") }, "OK begin rest", nil},
		"page":                {func() *tornado.Response { return tornado.Respond(nil).Render(page, "<x>") }, "OK <p>&lt;x&gt;</p>", []string{"Content-Type: text/html; charset=utf-8"}},
		"finish":              {func() *tornado.Response { return tornado.Respond("not this").Finish(data) }, `OK {"a":1}`, nil},
		"send error":          {func() *tornado.Response { return tornado.Respond("x").SendError(410, "gone") }, "Gone error: gone", nil},
		// covers: D0-065
		"redirect":             {func() *tornado.Response { return tornado.Respond("x").Redirect("/job/1?a=b") }, "Found", []string{"Location: /job/1?a=b"}},
		"for good":             {func() *tornado.Response { return tornado.Respond(nil).Redirect("/x", 301) }, "Moved Permanently", []string{"Location: /x"}},
		"see other":            {func() *tornado.Response { return tornado.Respond(nil).Redirect("../x y", 303) }, "See Other", []string{"Location: ../x%20y"}},
		"redirect, and cookie": {func() *tornado.Response { return tornado.Respond(nil).AddHeader("X-A", "1").Redirect("/x") }, "Found", []string{"X-A: 1"}},
		"allowed origin":       {func() *tornado.Response { return tornado.Respond(nil).Redirect("https://portal.example.org/a") }, "Found", []string{"Location: https://portal.example.org/a"}},
		// what is wrong
		"other origin":      {func() *tornado.Response { return tornado.Respond(nil).Redirect("https://evil.example.org/") }, defect, []string{"Location: "}},
		"same host, plain":  {func() *tornado.Response { return tornado.Respond(nil).Redirect("http://portal.example.org/") }, defect, nil},
		"no scheme":         {func() *tornado.Response { return tornado.Respond(nil).Redirect("//evil.example.org/") }, defect, nil},
		"three slashes":     {func() *tornado.Response { return tornado.Respond(nil).Redirect("///evil.example.org/") }, defect, nil},
		"backslash":         {func() *tornado.Response { return tornado.Respond(nil).Redirect(`/\evil.example.org/`) }, defect, nil},
		"user":              {func() *tornado.Response { return tornado.Respond(nil).Redirect("https://evil@portal.example.org/") }, defect, nil},
		"script":            {func() *tornado.Response { return tornado.Respond(nil).Redirect("javascript:alert(1)") }, defect, nil},
		"line in target":    {func() *tornado.Response { return tornado.Respond(nil).Redirect("/x\r\nX-Evil: 1") }, defect, nil},
		"tab before target": {func() *tornado.Response { return tornado.Respond(nil).Redirect("\t//evil.example.org") }, defect, nil},
		"status 200":        {func() *tornado.Response { return tornado.Respond(nil).Redirect("/x", 200) }, defect, nil},
		"line in header":    {func() *tornado.Response { return tornado.Respond("x").AddHeader("X-A", "1\r\nX-Evil: 1") }, defect, []string{"X-Evil: "}},
		"NUL in header":     {func() *tornado.Response { return tornado.Respond("x").AddHeader("X-A", "\x00") }, defect, nil},
		"name of a header":  {func() *tornado.Response { return tornado.Respond("x").AddHeader("X A", "1") }, defect, nil},
		"cookie":            {func() *tornado.Response { return tornado.Respond("x").SetCookie(http.Cookie{Name: "a", Value: "x;\n"}) }, defect, nil},
		"status 99":         {func() *tornado.Response { return tornado.Respond("x").SetStatus(99) }, defect, nil},
		"after the end":     {func() *tornado.Response { return tornado.Respond("x").Redirect("/x").SetStatus(200) }, defect, []string{"Location: "}},
		"text, stream":      {func() *tornado.Response { return tornado.Respond(strings.NewReader("y")).Write("x") }, defect, nil},
		"in a response":     {func() *tornado.Response { return tornado.Respond(tornado.Respond("x")) }, defect, nil},
	} {
		w := send(one(t, answering{tc.response}), "GET", "/it", "")
		if got := says(w); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
		for _, h := range tc.headers {
			key, want, _ := strings.Cut(h, ": ")
			if got := strings.Join(w.Header().Values(key), ", "); got != want {
				t.Errorf("%s: %s is %q, want %q", name, key, got, want)
			}
		}
	}
}

// abandoned prepares a response and then fails.
type abandoned struct{}

func (abandoned) GetIt() (*tornado.Response, error) {
	return tornado.Respond("x").SetHeader("X-A", "1").SetCookie(http.Cookie{Name: "a", Value: "1"}), tornado.Fail(0, "no")
}

// TestActionsWaitForTheEndpointsReturn: of a response that was not returned
// none is carried out.
//
// covers: D0-067
func TestActionsWaitForTheEndpointsReturn(t *testing.T) {
	t.Parallel()
	w := send(one(t, abandoned{}), "GET", "/it", "", alice)
	if says(w) != `OK {"OK":false,"Errno":0,"Message":"no"}` || w.Header().Get("X-A") != "" || w.Header().Get("Set-Cookie") != "" {
		t.Errorf("%v %s", w.Header(), w.Body)
	}
}
