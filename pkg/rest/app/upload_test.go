package app_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/app"
)

const form = "Content-Type: multipart/form-data; boundary=b"

func upload(content string) string {
	return "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../a.png\"\r\n\r\n" + content + "\r\n--b--\r\n"
}

// covers: C2-197
func TestUploads(t *testing.T) {
	t.Parallel()
	large := app.Handler{Uploads: true, Methods: app.Methods{"POST": func(c *app.Call) (any, error) {
		var said []string
		for part, err := range c.Parts(4 << 20) {
			if err != nil {
				return nil, err
			}
			n, err := io.Copy(io.Discard, part)
			if err != nil {
				return nil, err
			}
			said = append(said, fmt.Sprint(c.Args.Text("note"), " ", part.Name, " ", part.File, " ", n))
		}
		return said, nil
	}}}
	small := app.Handler{Methods: app.Methods{"POST": func(c *app.Call) (any, error) {
		files := c.Args.Files("file")
		return fmt.Sprint(len(files), " ", files[0].Name, " ", len(files[0].Body)), nil
	}}}
	for name, tc := range map[string]struct {
		handler app.Handler
		size    int
		code    int
		body    string
	}{
		"large":           {large, 2 << 20, 200, `"data":["hi file a.png 2097152"]`},
		"too large":       {large, 5 << 20, 413, `"code":413`},
		"small":           {small, 1000, 200, `"data":"1 a.png 1000"`},
		"large for small": {small, 2 << 20, 413, `"code":413`},
	} {
		h := handler(nil)
		tc.handler.Qual, tc.handler.Title, tc.handler.Author, tc.handler.Public = h.Qual, h.Title, h.Author, true
		a := send(t, one(t, &tc.handler), "POST", "/x/y?note=hi", upload(strings.Repeat("x", tc.size)), form)
		if a.Code != tc.code || !strings.Contains(a.Body.String(), tc.body) {
			t.Errorf("%s: %d %.300s", name, a.Code, a.Body)
		}
	}
}
