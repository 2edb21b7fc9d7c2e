package arg_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
)

const (
	urlencoded = "application/x-www-form-urlencoded"
	multipart  = "multipart/form-data; boundary=b"
	jsonType   = "application/json; charset=utf-8"
	limit      = 1 << 20
)

type reader func(http.ResponseWriter, *http.Request, int64) (arg.Values, error)

// read reads a POST of a body.
func read(with reader, target, contentType, body string) (arg.Values, error) {
	r := httptest.NewRequest("POST", target, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	return with(httptest.NewRecorder(), r, limit)
}

func must(t testing.TB, v arg.Values, err error) arg.Values {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func part(name, value string) string {
	return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n"
}

// covers: C2-106 C2-107
func TestArgumentsAreOneNameSpace(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ target, contentType, body, want string }{
		"query, the last":       {"/?a=1&a=2", "", "", "2"},
		"form beats query":      {"/?a=1", urlencoded, "a=2", "2"},
		"JSON beats query":      {"/?a=1", "", `{"a":"3"}`, "3"},
		"JSON of any type":      {"/?a=1", urlencoded, `{"a":3}`, "3"},
		"JSON of any number":    {"/", "", `{"a":1e400}`, "1e400"},
		"the last member":       {"/", "", `{"a":{"x":1},"a":{"y":2}}`, `{"y":2}`},
		"no JSON":               {"/?a=1", "application/json", `{"a":`, "1"},
		"something after it":    {"/?a=1", "application/json", `{"a":2}{`, "1"},
		"no object":             {"/?a=1", "application/json", `["a"]`, "1"},
		"no UTF-8":              {"/?a=1", "application/json", "{\"a\":\"\xff\"}", "1"},
		"nested too deeply":     {"/?a=1", "text/plain", `{"a":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "}", "1"},
		"null is not the text":  {"/?a=1", "", `{"a":null}`, ""},
		"control characters":    {"/?a=x%00y", "", "", "x y"},
		"nothing is trimmed":    {"/?a=+x+", "", "", " x "},
		"a query in part":       {"/?b=%zz&a=1", "", "", "1"},
		"a query of no UTF-8":   {"/?a=1&a=%ff", "", "", "1"},
		"an object as text":     {"/", "", `{"a":{"b":[true]}}`, `{"b":[true]}`},
		"multipart":             {"/", multipart, part("a", "5") + "--b--\r\n", "5"},
		"a multipart unbroken":  {"/?a=1", multipart, "--b", "1"},
		"a multipart unbounded": {"/?a=1", "multipart/form-data", part("a", "5"), "1"},
	} {
		v, err := read(arg.Read, tc.target, tc.contentType, tc.body)
		if got := must(t, v, err).Text("a"); got != tc.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// covers: C2-108
func TestAllValuesOfAName(t *testing.T) {
	t.Parallel()
	v, err := read(arg.Read, "/?a=1&a=2&b=x", urlencoded, "a=3&b=")
	if got := must(t, v, err).All("a"); !slices.Equal(got, []string{"1", "2", "3"}) {
		t.Errorf("%q", got)
	}
	v, err = read(arg.Read, "/?a=1&a=2", jsonType, `{"a":[3,"4",null,true,{"x":5}],"n":null}`)
	if got := must(t, v, err).All("a"); !slices.Equal(got, []string{"1", "2", "3", "4", "true", `{"x":5}`}) {
		t.Errorf("%q", got)
	}
	if !slices.Equal(v.Names(), []string{"a", "n"}) || !v.Given("n") || v.Has("n") || v.Given("x") || v.All("n") != nil {
		t.Errorf("%q", v.Names())
	}
	v.Remove("a", "x")
	if v.Given("a") || len(v.Body()) == 0 {
		t.Error("what was used is still there")
	}
}

// covers: C2-197
func TestFilesOfAForm(t *testing.T) {
	t.Parallel()
	form := part("note", "hi") + filePart("file", "../a.png", "image/png", "\x89PNG") + filePart("file", "b", "", "") + filePart("other", "c", "", "x") + "--b--\r\n"
	for name, with := range map[string]reader{"read": arg.Read, "strict": arg.ReadStrict} {
		v, err := read(with, "/", multipart, form)
		files := must(t, v, err).Files("file")
		if len(files) != 2 || files[0].Name != "a.png" || files[0].ContentType != "image/png" || string(files[0].Body) != "\x89PNG" || v.Text("note") != "hi" {
			t.Errorf("%s: %+v", name, files)
		}
		if v.Files("none") != nil || v.Given("file") {
			t.Errorf("%s: a file is no text", name)
		}
	}
	v, _ := read(arg.Read, "/", multipart, form[:len(form)-200])
	if len(v.Files("other")) != 0 {
		t.Error("a form that breaks off has all files")
	}
	if v, err := arg.ReadQuery(httptest.NewRequest("POST", "/?a=1", strings.NewReader("a=2"))); err != nil || v.Text("a") != "1" || v.Body() != nil {
		t.Errorf("%v %v", v.Names(), err)
	}
}

func filePart(name, file, kind, content string) string {
	return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"" + file + "\"\r\nContent-Type: " + kind + "\r\n\r\n" + content + "\r\n"
}

func TestWhatIsTooMuchIsRefused(t *testing.T) {
	t.Parallel()
	many := strings.Repeat("a=1&", 10_001)
	deepest := `{"a":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "}"
	for name, tc := range map[string]struct {
		with                      reader
		target, contentType, body string
		field, says               string
	}{
		"query":         {arg.Read, "/?" + many, "", "", "query", "has more than 10000 values"},
		"form":          {arg.Read, "/", urlencoded, many, "body", "has more than 10000 values"},
		"query, strict": {arg.ReadStrict, "/?" + many, "", "", "query", "has more than 10000 values"},
		"form, strict":  {arg.ReadStrict, "/", urlencoded, many, "body", "has more than 10000 values"},
		"depth":         {arg.Read, "/", jsonType, deepest, "body", "is nested too deeply"},
		"depth, strict": {arg.ReadStrict, "/", jsonType, deepest, "body", "is nested too deeply"},
		"body":          {arg.Read, "/", "", strings.Repeat(" ", limit+1), "", ""},
		"body, strict":  {arg.ReadStrict, "/", "", strings.Repeat(" ", limit+1), "", ""},
	} {
		_, err := read(tc.with, tc.target, tc.contentType, tc.body)
		f := fault.From(err)
		switch {
		case err == nil:
			t.Errorf("%s: is taken", name)
		case tc.field == "" && f.Status != http.StatusRequestEntityTooLarge:
			t.Errorf("%s: %v", name, err)
		case tc.field != "" && (f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != tc.field || f.Fields[0].Message != tc.says):
			t.Errorf("%s: %+v", name, f)
		}
	}
	v, err := read(arg.Read, "/?"+strings.Repeat("a=1&", 9_999)+"b=2", "", "")
	if must(t, v, err).Text("b") != "2" {
		t.Error("10,000 values are taken")
	}
}
