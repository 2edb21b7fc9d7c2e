package ecflow_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/gateway/internal/ecflow"
)

const good = "Authorization: Bearer " + token

// covers: E3-005
func TestGzip(t *testing.T) {
	t.Parallel()
	w := open(t, nil)
	for accept, want := range map[string]bool{
		"": false, "gzip": true, "gzip, deflate": true, "br;q=1, gzip;q=0.5": true, "GZIP": true, "gzip;q=0": false, "gzip; q=0.0": false, "gzip;q=x": false,
		"deflate": false, "br": false, "identity": false, "*": false, "x-gzip": false, "gzipped": false,
	} {
		for line, body := range map[string]string{
			"GET /v1/suites": `["a","b"]`, "GET /v1/suites/s/tree?filter=[9]": "null", "GET /v1/nothing": `{"path":"/v1/nothing","status":404}`,
			"DELETE /v1/suites/s": `{"code":401,"message":"Unauthorized","path":"/v1/suites/s","method":"DELETE"}`,
		} {
			got := w.send(line, "", "Accept-Encoding: "+accept)
			packed := got.Header().Get("Content-Encoding") == "gzip"
			if text := unpack(t, got, packed); packed != want || text != body || got.Header().Get("Vary") != "Accept-Encoding" {
				t.Errorf("%s, %q: %v %s", line, accept, got.Header(), text)
			}
		}
		head := w.send("HEAD /v1/suites", "", "Accept-Encoding: "+accept)
		if l := head.Header().Get("Content-Length"); (l == "9") == want || l == "" || l == "0" || head.Body.Len() > 0 {
			t.Errorf("HEAD, %q: %v", accept, head.Header())
		}
	}
}

func unpack(t *testing.T, r *httptest.ResponseRecorder, packed bool) string {
	t.Helper()
	if !packed {
		return r.Body.String()
	}
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestEveryAnswerSaysWhoMayReadIt(t *testing.T) {
	t.Parallel()
	w := open(t, nil, example(""))
	for _, line := range []string{"GET /v1/suites", "HEAD /v1/suites", "OPTIONS /v1/suites", "POST /v1/suites", "PUT /v1/suites", "PUT /v1/suites/s/status",
		"GET /v1/suites?filter=[x]", "GET /v1/server/ping", "GET /v1/statistics"} {
		h := w.send(line, "").Header()
		for name, want := range map[string]string{"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true", "Access-Control-Allow-Headers": "*",
			"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q", line, name, h.Get(name))
			}
		}
	}
}

// covers: E3-098 E3-099
func TestFilter(t *testing.T) {
	t.Parallel()
	w := open(t, nil, example(""))
	w.engine.answer = ecflow.Answer{Body: json.RawMessage(`{"path":"/s","list":[{"z":"<&>","a":1}]}`)}
	for filter, want := range map[string]string{
		"list[0].a": "1", "list[0]": `{"z":"<&>","a":1}`, "path": `"/s"`, "none": "null", "list[-1]": "null", "": `{"path":"/s","list":[{"z":"<&>","a":1}]}`,
		"list%5B0%5D.z": `"<&>"`, "path&filter=list": `"/s"`, "&FILTER=path": `{"path":"/s","list":[{"z":"<&>","a":1}]}`, "path&key=wrong": `"/s"`,
	} {
		for _, line := range []string{"GET /v1/suites/s/attributes", "PUT /v1/suites/s/attributes", "DELETE /v1/suites/s"} {
			is(t, filter, w.send(line+"?filter="+filter, "{}", good), 200, want)
		}
	}
	n := len(w.engine.asked)
	for _, filter := range []string{"list[x]", "list[]", strings.Repeat("a", 5000)} {
		if got := w.send("POST /v1/suites/s/attributes?filter="+filter, "{}", good); got.Code != 400 || !strings.Contains(got.Body.String(), `"message":"filter `) {
			t.Errorf("%.20s: %d %.200s", filter, got.Code, got.Body)
		}
	}
	if len(w.engine.asked) != n {
		t.Error("the engine was asked for what cannot be shown")
	}
	if got := w.send("GET /v1/suites/s/attributes?filter=[0]", ""); got.Code != 400 {
		t.Errorf("an element of an object: %d %s", got.Code, got.Body)
	}
	is(t, "what was done has not failed", w.send("PUT /v1/suites/s/attributes?filter=[0]", "{}", good), 200, "null")
	is(t, "errors are whole", w.send("POST /v1/suites?filter=code", ""), 401, `{"code":401,"message":"Unauthorized","path":"/v1/suites","method":"POST"}`)
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	w := open(t, nil, example(""))
	w.engine.answer = ecflow.Answer{Status: 201, Location: "/v1/suites/s/definition", Body: map[string]bool{"ok": true}}
	got := w.send("POST /v1/suites?key="+token, suite)
	is(t, "made", got, 201, `{"ok":true}`)
	if l := got.Header().Get("Location"); l != "/v1/suites/s/definition" {
		t.Errorf("Location: %q", l)
	}
	w.engine.answer = ecflow.Answer{Status: 204}
	is(t, "nothing to say", w.send("DELETE /v1/suites/s?filter=x", "", good), 204, "")

	for name, c := range map[string]struct {
		err    error
		status int
		text   string
	}{
		"missing":  {fault.New(fault.Missing, "x", "Path /s not found"), 404, "Path /s not found"},
		"conflict": {fault.New(fault.Conflict, "x", "There is one"), 409, "There is one"},
		"its own":  {fault.New(fault.Conflict, "x", "Cannot replace node /s").WithStatus(502), 502, "Cannot replace node /s"},
		"away":     {fault.New(fault.Unavailable, "x", "no responders"), 502, "Failed to connect to localhost:3141"},
		"invalid":  {fault.New(fault.Invalid, "x", "Bad.").WithField("value", "must be a number"), 400, "Bad. value must be a number."},
		"nobody's": {fault.New(fault.Unauthenticated, "x", "[ authentication failed ]"), 401, "Unauthorized"},
		"a defect": {io.ErrUnexpectedEOF, 500, "Something went wrong inside; the operators can find it by the request id."},
	} {
		w.engine.err = c.err
		is(t, name, w.send("DELETE /v1/suites/s/definition", "", good), c.status,
			`{"code":`+strconv.Itoa(c.status)+`,"message":`+quoted(c.text)+`,"path":"/v1/suites/s/definition","method":"DELETE"}`)
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	w := open(t, nil, example(""))
	for _, body := range []string{"", "{", "[]", "null", `"x"`, "{}{}"} {
		for _, line := range []string{"POST /v1/suites", "PUT /v1/suites/s/status", "DELETE /v1/server/attributes"} {
			got := w.send(line, body, good)
			var e struct{ Message, Body string }
			if err := json.Unmarshal(got.Body.Bytes(), &e); got.Code != 400 || err != nil || e.Message != "The body must be a JSON object." || e.Body != body {
				t.Errorf("%s %q: %d %s", line, body, got.Code, got.Body)
			}
			if got := w.send(line, body); got.Code != 401 {
				t.Errorf("%s %q, nobody: %d %s", line, body, got.Code, got.Body)
			}
		}
	}
	// Who has no credentials may send little, who has them more; what is too
	// large to be taken is too large to be repeated.
	big, huge := `{"x":"`+strings.Repeat("x", 1<<20)+`"}`, `{"x":"`+strings.Repeat("x", 16<<20)+`"}`
	for _, c := range []struct {
		line, body, header string
		status             int
	}{
		{"PUT /v1/suites/s/status", big, "X-None: ", 413},
		{"POST /v1/suites/s/attributes", big, good, 413},
		{"POST /v1/suites", big, good, 200},
		{"POST /v1/suites", big, "X-None: ", 401},
		{"PUT /v1/suites/s/script", huge, good, 413},
	} {
		got := w.send(c.line, c.body, c.header)
		if got.Code != c.status || got.Body.Len() > 300 {
			t.Errorf("%s: %d, %d bytes: %.200s", c.line, got.Code, got.Body.Len(), got.Body)
		}
	}
	if len(w.engine.asked) != 1 {
		t.Errorf("the engine was asked %d times", len(w.engine.asked))
	}
}
