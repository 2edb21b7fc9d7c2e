package app_test

import (
	"compress/gzip"
	"io"
	"math"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/media"
)

// covers: C2-043 C2-044 C2-045 C2-046 C2-047 C2-048 C2-071
func TestEnvelope(t *testing.T) {
	t.Parallel()
	a := get(t, one(t, says("hello world")), "/x/y")
	want := regexp.MustCompile(`^\{"_id":"[0-9a-f]{24}","code":200,"message":"OK","timestamp":"2026-11-21T12:00:00.123456","version":"project/1.2.3","data":"hello world"\}\n$`)
	if !want.MatchString(a.Body.String()) || a.Header().Get("Content-Type") != "application/json; charset=UTF-8" || a.Header().Get("X-Request-ID") != a.ID {
		t.Errorf("%v %s", a.Header(), a.Body)
	}
	if b := get(t, one(t, says("")), "/x/y"); b.ID == a.ID {
		t.Error("two requests have one identifier")
	}
}

func TestDataAreSpelledAsCore4Does(t *testing.T) {
	t.Parallel()
	zero := 0.0
	data := map[string]any{
		"time": time.Date(2018, 11, 15, 5, 56, 42, 0, time.FixedZone("", 3600)), "fraction": noon, "none": (*time.Time)(nil), "given": &noon,
		"span": 90 * time.Second, "nan": zero / zero, "inf": 1 / zero, "list": []any{float32(1.5), zero / zero},
		"rows": []map[string]any{{"span": time.Minute}}, "markup": "<b>&",
	}
	a := get(t, one(t, handler(func(*app.Call) (any, error) { return data, nil })), "/x/y")
	want := `{"fraction":"2026-11-21T12:00:00.123456","given":"2026-11-21T12:00:00.123456","inf":null,"list":[1.5,null],"markup":"<b>&",` +
		`"nan":null,"none":null,"rows":[{"span":60}],"span":90,"time":"2018-11-15T04:56:42"}`
	if string(a.Members["data"]) != want {
		t.Errorf("%s", a.Members["data"])
	}
}

// Structs are spelled so too, alone, in pages, in cells of tables, and in the
// text of an error.
func TestStructsAreSpelledAsCore4Does(t *testing.T) {
	t.Parallel()
	type run struct {
		At    time.Time     `json:"at"`
		Took  time.Duration `json:"took"`
		Ratio float64       `json:"ratio"`
	}
	one := run{noon, 1500 * time.Millisecond, math.Inf(1)}
	const told = `{"at":"2026-11-21T12:00:00.123456","took":1.5,"ratio":null}`
	for name, c := range map[string]struct {
		data any
		want string
	}{
		"alone": {&one, told}, "a list": {[]run{one}, "[" + told + "]"},
		"a page":  {media.Page[run]{Items: []run{one}}, "[" + told + "]"},
		"a table": {media.Table{Columns: []string{"c"}, Rows: media.Rows([]any{one})}, `[{"c":` + told + `}]`},
	} {
		a := get(t, replies(t, c.data, 200), "/x/y")
		if string(a.Members["data"]) != c.want {
			t.Errorf("%s: %d %s", name, a.Code, a.Body)
		}
	}
	if a := get(t, replies(t, one, 409), "/x/y"); a.Error != told {
		t.Errorf("an error: %s", a.Body)
	}
}

func replies(t *testing.T, data any, status int) http.Handler {
	t.Helper()
	return one(t, handler(func(c *app.Call) (any, error) { c.SetStatus(status); return data, nil }))
}

// covers: C2-068 C2-069 C2-070
func TestPagesOfEveryOriginMayRead(t *testing.T) {
	t.Parallel()
	own := env()
	own.AllowOrigin = "https://a.example"
	for origin, e := range map[string]app.Env{"*": env(), "https://a.example": own} {
		s := serve(t, e, under(app.Rule{Pattern: "/y", Handler: says("")}))
		for _, a := range []answer{get(t, s, "/x/y"), get(t, s, "/x/none"), send(t, s, "OPTIONS", "/x/y", "", "Origin: https://b.example", "Access-Control-Request-Method: PUT")} {
			h := a.Header()
			if h.Get("Access-Control-Allow-Origin") != origin || h.Get("Access-Control-Allow-Methods") != "GET, POST, PUT, DELETE, OPTIONS" ||
				h.Get("Access-Control-Allow-Headers") != "access-control-allow-origin,authorization,content-type" ||
				h.Get("Access-Control-Expose-Headers") != "Token" || h.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%d %v", a.Code, h)
			}
		}
	}
}

// covers: C2-072
func TestTags(t *testing.T) {
	t.Parallel()
	text, now := "one", noon
	e := env()
	e.Now = func() time.Time { now = now.Add(time.Second); return now }
	s := serve(t, e, under(
		app.Rule{Pattern: "/y", Handler: handler(func(*app.Call) (any, error) { return text, nil })},
		app.Rule{Pattern: "/raw", Handler: handler(func(c *app.Call) (any, error) { return nil, c.Write(200, "text/plain", []byte(text)) })},
		app.Rule{Pattern: "/stream", Handler: handler(func(c *app.Call) (any, error) { return nil, c.Flush() })},
		app.Rule{Pattern: "/fails", Handler: handler(raising)},
		app.Rule{Pattern: "/made", Handler: handler(func(c *app.Call) (any, error) { c.SetStatus(201); return text, nil })},
		app.Rule{Pattern: "/long", Handler: handler(func(c *app.Call) (any, error) {
			_, err := io.WriteString(c.Writer(), strings.Repeat("x", 1<<20+1))
			return nil, err
		})},
		app.Rule{Pattern: "/token", Handler: handler(func(c *app.Call) (any, error) { c.Header().Set("Token", "t"); return text, nil })},
	))
	first, raw := get(t, s, "/x/y"), get(t, s, "/x/raw")
	tag := first.Header().Get("ETag")
	if !regexp.MustCompile(`^W/"[0-9a-f]{40}"$`).MatchString(tag) || first.Header().Get("Cache-Control") != "private, no-cache" {
		t.Errorf("%v", first.Header())
	}
	if raw.Header().Get("ETag") != `"fe05bcdcdc4928012781a5f1a2a77cbb5398e106"` { // sha1 of "one"
		t.Errorf("%v", raw.Header())
	}
	for path, tc := range map[string]struct {
		have string
		want int
	}{
		"/x/y": {`"a", ` + tag, 304}, "/x/y?1": {strings.TrimPrefix(tag, "W/"), 304}, "/x/y?2": {"*", 304}, "/x/y?3": {`"a"`, 200}, "/x/y?4": {"", 200},
		"/x/raw": {raw.Header().Get("ETag"), 304}, "/x/stream": {"*", 200}, "/x/fails": {"*", 409},
	} {
		for _, method := range []string{"GET", "HEAD"} {
			a := send(t, s, method, path, "", "If-None-Match: "+tc.have)
			if a.Code != tc.want || a.Code == 304 && (a.Body.Len() > 0 || a.Header().Get("ETag") == "" || a.Header().Get("Content-Type") != "") {
				t.Errorf("%s %s: %d %v %s", method, path, a.Code, a.Header(), a.Body)
			}
		}
	}
	if a := get(t, s, "/x/token"); a.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("an answer with a token may be kept: %v", a.Header())
	}
	for _, path := range []string{"/x/stream", "/x/fails", "/x/made", "/x/long"} {
		if a := get(t, s, path); a.Header().Get("ETag") != "" {
			t.Errorf("%s: %v", path, a.Header())
		}
	}
	text = "two"
	if a := get(t, s, "/x/y", "If-None-Match: "+tag); a.Code != 200 || a.Header().Get("ETag") == tag {
		t.Errorf("%d %v", a.Code, a.Header())
	}
}

func TestWhatIsChosenVaries(t *testing.T) {
	t.Parallel()
	s := one(t, handler(func(*app.Call) (any, error) {
		return media.Table{Columns: []string{"a"}, Rows: media.Rows([]any{"=x"})}, nil
	}))
	for accept, want := range map[string]string{"text/csv": ",a\n0,=x\n", "text/html": "<table", "*/*": `"data":[{"a":"=x"}]`} {
		a := get(t, s, "/x/y", "Accept: "+accept)
		if a.Header().Get("Vary") != "Accept" || !strings.Contains(a.Body.String(), want) || a.Header().Get("ETag") == "" {
			t.Errorf("%s: %v %s", accept, a.Header(), a.Body)
		}
	}
	if a := get(t, s, "/x/y?safe=1&content_type=csv"); !strings.Contains(a.Body.String(), "'=x") {
		t.Errorf("%s", a.Body)
	}
}

func TestAnswersAreCompressedOnDemand(t *testing.T) {
	t.Parallel()
	e := env()
	e.Config = map[string]any{"api": map[string]any{"setting": map[string]any{"compress_response": true}}}
	long := strings.Repeat("x", 5000)
	rules := []app.Rule{{Pattern: "/y", Handler: says(long)}, {Pattern: "/short", Handler: says("x")},
		{Pattern: "/raw", Handler: handler(func(c *app.Call) (any, error) { return nil, c.Write(200, "text/plain", []byte(long)) })}}
	s := serve(t, e, under(rules...))
	for _, path := range []string{"/x/y", "/x/raw"} {
		a := get(t, s, path, "Accept-Encoding: br, gzip;q=0.5")
		z, err := gzip.NewReader(a.Body)
		if err != nil || a.Header().Get("Content-Encoding") != "gzip" || !strings.HasPrefix(a.Header().Get("ETag"), "W/") {
			t.Fatalf("%v %v", err, a.Header())
		}
		if text, err := io.ReadAll(z); err != nil || !strings.Contains(string(text), long) {
			t.Errorf("%v %d", err, len(text))
		}
		if again := get(t, s, path, "Accept-Encoding: gzip", "If-None-Match: "+a.Header().Get("ETag")); again.Code != http.StatusNotModified {
			t.Errorf("%s: %d", path, again.Code)
		}
	}
	for path, accept := range map[string]string{"/x/y": "gzip;q=0", "/x/y?1": "", "/x/y?2": "br", "/x/short": "gzip"} {
		if a := get(t, s, path, "Accept-Encoding: "+accept); a.Header().Get("Content-Encoding") != "" || !strings.Contains(strings.Join(a.Header().Values("Vary"), ","), "Accept-Encoding") {
			t.Errorf("%s %s: %v", path, accept, a.Header())
		}
	}
	if a := get(t, serve(t, env(), under(rules...)), "/x/y", "Accept-Encoding: gzip"); a.Header().Get("Content-Encoding") != "" {
		t.Error("compressed, and nobody said so")
	}
}
