package rest_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest"
)

// covers: C2-072
func TestAnswersThatTheClientHas(t *testing.T) {
	t.Parallel()
	c := routes(answers(map[string]int{"a": 1}, nil))
	if w := send(server(t, c), "GET", "/", ""); w.Header().Get("ETag") != "" {
		t.Error("nobody asked for tags")
	}
	c.ETags = true
	s := server(t, c)
	tag := send(s, "GET", "/", "").Header().Get("ETag")
	if !regexp.MustCompile(`^W/"[0-9a-f]{40}"$`).MatchString(tag) {
		t.Fatalf("%q", tag)
	}
	for header, status := range map[string]int{tag: 304, tag[2:]: 304, `"x", ` + tag: 304, "*": 304, `"x"`: 200, "": 200, `"`: 200, "W/": 200, `x ` + tag: 200} {
		for _, method := range []string{"GET", "HEAD"} {
			w := send(s, method, "/", "", "If-None-Match: "+header)
			if w.Code != status || w.Header().Get("ETag") != tag || status == 304 && (w.Body.Len() > 0 || w.Header().Get("Content-Type") != "") {
				t.Errorf("%s %s: %d %v %s", method, header, w.Code, w.Header(), w.Body)
			}
		}
	}
	own := routes(answers(rest.Reply{Header: http.Header{"Etag": {`"5"`}}, Body: 1}, nil))
	own.ETags = true
	if w := send(server(t, own), "GET", "/", "", "If-None-Match: *"); w.Code != 200 || w.Header().Get("ETag") != `"5"` {
		t.Errorf("a tag of its own: %d %v", w.Code, w.Header())
	}
	failed := routes(answers(rest.Reply{Status: 409, Body: 1}, nil))
	failed.ETags = true
	if w := send(server(t, failed), "GET", "/", "", "If-None-Match: *"); w.Code != 409 || w.Header().Get("ETag") != "" {
		t.Errorf("no success: %d %v", w.Code, w.Header())
	}
}

func FuzzNotModified(f *testing.F) {
	f.Add(`W/"a,b", "c"`)
	f.Fuzz(func(t *testing.T, header string) {
		rest.NotModified(header, `W/"a,b"`)
		if !rest.NotModified(`"x", W/"y",`+"\t"+`"a,b"`, `W/"a,b"`) {
			t.Error("not found")
		}
	})
}
