package rest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

const formType = "Content-Type: multipart/form-data; boundary=b"

// uploads tells what it was sent.
func uploads(limit int64) rest.Container {
	return routes(rest.Raw("POST /", who.Public, titled, func(w http.ResponseWriter, r *http.Request) error {
		var said strings.Builder
		for part, err := range rest.Parts(w, r, limit) {
			if err != nil {
				return err
			}
			kind, err := part.Sniff()
			if err != nil {
				return err
			}
			n, err := io.Copy(io.Discard, part)
			if err != nil {
				return err
			}
			fmt.Fprintf(&said, "%s %q %s %s %d\n", part.Name, part.File, part.ContentType, kind, n)
		}
		return rest.Write(w, r, rest.Text(said.String()))
	}))
}

func filePart(name, file, content string) string {
	return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"" + file + "\"\r\nContent-Type: text/plain\r\n\r\n" + content + "\r\n"
}

// covers: C2-197
func TestUpload(t *testing.T) {
	t.Parallel()
	s := server(t, uploads(1<<20))
	png := "\x89PNG\x0D\x0A\x1A\x0A" + strings.Repeat("x", 100_000)
	body := filePart("file", "../../a.png", png) + "--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhi\r\n" + filePart("e", "..", "") + "--b--\r\n"
	w := send(s, "POST", "/", body, formType)
	want := "file \"a.png\" text/plain image/png 100008\nnote \"\"  text/plain; charset=utf-8 2\ne \"\" text/plain text/plain; charset=utf-8 0\n"
	if w.Code != 200 || w.Body.String() != want {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestUploadsThatAreRefused(t *testing.T) {
	t.Parallel()
	many := strings.Repeat(filePart("f", "a", ""), 1001) + "--b--\r\n"
	for name, tc := range map[string]struct {
		limit      int64
		body, kind string
		status     int
	}{
		"too large":         {1000, filePart("f", "a", strings.Repeat("x", 2000)) + "--b--\r\n", formType, 413},
		"too many parts":    {1 << 20, many, formType, 400},
		"no form":           {1000, `{}`, "Content-Type: application/json", 415},
		"no boundary":       {1000, filePart("f", "a", "x"), "Content-Type: multipart/form-data", 415},
		"no end":            {1000, filePart("f", "a", "x")[:90], formType, 400},
		"no part":           {1000, "hello", formType, 400},
		"a header too long": {1 << 24, "--b\r\nX: " + strings.Repeat("x", 11<<20) + "\r\n\r\n\r\n--b--", formType, 400},
	} {
		w := send(server(t, uploads(tc.limit)), "POST", "/", tc.body, tc.kind)
		if w.Code != tc.status || problemOf(t, w).Code == "" {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

// A body without a length is counted as it comes.
func TestUploadsWithoutALength(t *testing.T) {
	t.Parallel()
	s := server(t, uploads(1000))
	body := filePart("f", "a", strings.Repeat("x", 100_000)) + "--b--\r\n"
	r := httptest.NewRequest("POST", "/", struct{ io.Reader }{strings.NewReader(body)})
	r.Header.Set("Content-Type", strings.TrimPrefix(formType, "Content-Type: "))
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if r.ContentLength != -1 {
		t.Fatal("it has a length")
	}
	if w.Code != 413 || problemOf(t, w).Code != "request.too_large" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func FuzzUpload(f *testing.F) {
	s := server(f, uploads(1<<16))
	f.Add(filePart("file", "a.png", "x")+"--b--\r\n", formType)
	f.Fuzz(func(t *testing.T, body, kind string) {
		if strings.ContainsAny(kind, "\r\n") {
			return
		}
		switch w := send(s, "POST", "/", body, kind); w.Code {
		case 200, 400, 413, 415:
		default:
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}
