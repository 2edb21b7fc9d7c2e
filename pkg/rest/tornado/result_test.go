package tornado_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/tornado"
)

// results are what endpoints return, by name.
var results = map[string]func() (any, error){
	"ok":      func() (any, error) { return tornado.OK(1), nil },
	"okNone":  func() (any, error) { return tornado.OK(nil), nil },
	"okPtr":   func() (any, error) { r := tornado.OK("<a>"); return &r, nil },
	"error":   func() (any, error) { return tornado.Failed(0, "no %s", "luck"), nil },
	"errno":   func() (any, error) { return tornado.Failed(tornado.EWMSJDL, "no %s", "Executable"), nil },
	"posix":   func() (any, error) { return tornado.Failed(2, "x"), nil },
	"strange": func() (any, error) { return tornado.Failed(4711, "x"), nil },
	"mine":    func() (any, error) { return tornado.Failed(3001, "x"), nil },
	"goErrno": func() (any, error) { return nil, fmt.Errorf("in: %w", tornado.Fail(tornado.ENOAUTH, "not %s", "you")) },
	"text":    func() (any, error) { return "plain <b>text</b>", nil },
	"page":    func() (any, error) { return "<!DOCTYPE html><p>page</p>", nil },
	"bytes":   func() (any, error) { return []byte("as text"), nil },
	"binary":  func() (any, error) { return []byte{0xff, 0xfe}, nil },
	"dict":    func() (any, error) { return map[string]any{"a": "<&>", "b": []int{1}}, nil },
	"list":    func() (any, error) { return []string{"x"}, nil },
	"number":  func() (any, error) { return 1.5, nil },
	"nothing": func() (any, error) { return nil, nil },
	"nilPtr":  func() (any, error) { var r *tornado.Result; return r, nil },
	"stream":  func() (any, error) { return io.NopCloser(strings.NewReader("flows")), nil },
	"writer": func() (any, error) {
		return func(w io.Writer) error { _, err := io.WriteString(w, "wrote"); return err }, nil
	},
	"rest": func() (any, error) {
		return rest.Stream{ContentType: "text/csv", Reader: io.NopCloser(strings.NewReader("a,b"))}, nil
	},
	"httpErr": func() (any, error) { return nil, fault.New(fault.Conflict, "job.done", "It is done.") },
	"defect":  func() (any, error) { return nil, errors.New("password hunter2 at db7") },
	"panic":   func() (any, error) { panic("hunter2") },
	"nan":     func() (any, error) { return math.NaN(), nil },
	"okNaN":   func() (any, error) { return tornado.OK(math.Inf(1)), nil },
	"moment": func() (any, error) {
		return tornado.OK(moment{time.Date(2026, 11, 21, 19, 0, 1, 5, time.FixedZone("", 3600)), []byte("hi"), nil, "t"}), nil
	},
	"bytesOf":  func() (any, error) { return rest.Bytes{ContentType: "text/csv", Body: []byte("a,b")}, nil },
	"reply":    func() (any, error) { return rest.Reply{Status: 201, Body: 1}, nil },
	"response": func() (any, error) { return tornado.Respond("in it"), nil },
}

type moment struct {
	At   time.Time         `json:"at"`
	Raw  []byte            `json:"raw"`
	None map[string]string `json:"none,omitempty"`
	Text string
}

// returns has an endpoint for each of the results.
type returns struct {
	meta tornado.Meta
	opts []tornado.Option
}

func (h returns) Meta() tornado.Meta {
	h.meta.Authorization = []string{"all"}
	return h.meta
}

func (h returns) Endpoints() []tornado.Endpoint {
	var out []tornado.Endpoint
	for name, f := range results {
		out = append(out, tornado.GET(name, func(context.Context, tornado.None) (any, error) { return f() }, h.opts...))
	}
	return out
}

const defect = "Internal Server Error internal: Something went wrong inside; the operators can find it by the request id."

func TestResults(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		mode             tornado.Mode
		name, kind, want string
	}{
		// covers: D0-060 D0-061
		{0, "ok", "application/json", `OK {"OK":true,"Value":1}`},
		{0, "okNone", "application/json", `OK {"OK":true,"Value":null}`},
		{0, "okPtr", "application/json", `OK {"OK":true,"Value":"<a>"}`},
		{0, "error", "application/json", `OK {"OK":false,"Errno":0,"Message":"no luck"}`},
		{0, "errno", "application/json", `OK {"OK":false,"Errno":1501,"Message":"Invalid job description ( 1501 : no Executable)"}`},
		{0, "posix", "application/json", `OK {"OK":false,"Errno":2,"Message":"No such file or directory ( 2 : x)"}`},
		{0, "strange", "application/json", `OK {"OK":false,"Errno":4711,"Message":"Unknown error 4711 ( 4711 : x)"}`},
		{0, "mine", "application/json", `OK {"OK":false,"Errno":3001,"Message":"Too many threads ( 3001 : x)"}`},
		{0, "goErrno", "application/json", `OK {"OK":false,"Errno":1111,"Message":"Unauthorized query ( 1111 : not you)"}`},
		// covers: D0-062 D0-063 D0-064 D0-068
		{0, "text", "text/plain; charset=utf-8", "OK plain <b>text</b>"},
		{0, "page", "text/html; charset=utf-8", "OK <!DOCTYPE html><p>page</p>"},
		{0, "bytes", "text/plain; charset=utf-8", "OK as text"},
		{0, "binary", "application/octet-stream", "OK \xff\xfe"},
		{0, "dict", "application/json", `OK {"a":"<&>","b":[1]}`},
		{0, "list", "application/json", `OK ["x"]`},
		{0, "number", "application/json", `OK 1.5`},
		{0, "nothing", "", "OK"},
		{0, "nilPtr", "", "OK"},
		{0, "response", "text/plain; charset=utf-8", "OK in it"},
		{0, "stream", "application/octet-stream", "OK flows"},
		{0, "writer", "application/octet-stream", "OK wrote"},
		{0, "rest", "text/csv", "OK a,b"},
		{0, "bytesOf", "text/csv", "OK a,b"},
		{0, "reply", "application/json", "Created 1"},
		{tornado.Envelope, "bytesOf", "text/csv", "OK a,b"},
		{0, "httpErr", "application/json", "Conflict job_done: It is done."},
		{0, "defect", "application/json", defect},
		{0, "panic", "application/json", defect},
		{0, "nan", "application/json", defect},
		{0, "okNaN", "application/json", defect},
		{0, "moment", "application/json", `OK {"OK":true,"Value":{"at":"2026-11-21T19:00:01.000000005+01:00","raw":"aGk=","Text":"t"}}`},
		{tornado.Plain, "ok", "application/json", `OK {"OK":true,"Value":1}`},
		{tornado.Plain, "errno", "application/json", `Bad Request {"OK":false,"Errno":1501,"Message":"Invalid job description ( 1501 : no Executable)"}`},
		{tornado.Plain, "posix", "application/json", `Not Found {"OK":false,"Errno":2,"Message":"No such file or directory ( 2 : x)"}`},
		{tornado.Plain, "error", "application/json", `Internal Server Error {"OK":false,"Errno":0,"Message":"no luck"}`},
		{tornado.Plain, "mine", "application/json", `I'm a teapot {"OK":false,"Errno":3001,"Message":"Too many threads ( 3001 : x)"}`},
		{tornado.Plain, "goErrno", "application/json", `Forbidden {"OK":false,"Errno":1111,"Message":"Unauthorized query ( 1111 : not you)"}`},
		{tornado.Envelope, "ok", "application/json", `OK {"OK":true,"Value":1}`},
		{tornado.Envelope, "dict", "application/json", `OK {"OK":true,"Value":{"a":"<&>","b":[1]}}`},
		{tornado.Envelope, "nothing", "application/json", `OK {"OK":true,"Value":null}`},
		{tornado.Envelope, "httpErr", "application/json", `OK {"OK":false,"Errno":17,"Message":"File exists ( 17 : It is done.)"}`},
		{tornado.Envelope, "defect", "application/json", `OK {"OK":false,"Errno":0,"Message":"Something went wrong inside; the operators can find it by the request id."}`},
	} {
		cfg := tornado.Config{Errnos: map[int]tornado.Errno{3001: {Name: "EMINE", Text: "Too many threads", Status: http.StatusTeapot}}}
		s := served(t, app(t, cfg, tornado.API{System: "Test", Name: "R", Handler: returns{meta: tornado.Meta{Mode: tc.mode}}}).Container(0))
		w := send(s, "GET", "/"+tc.name, "")
		if got := says(w); got != tc.want || w.Header().Get("Content-Type") != tc.kind {
			t.Errorf("%v %s: %s %s, want %s %s", tc.mode, tc.name, w.Header().Get("Content-Type"), got, tc.kind, tc.want)
		}
		if strings.Contains(w.Body.String(), "hunter2") {
			t.Errorf("%s tells the client what went wrong", tc.name)
		}
	}
}

func TestOtherWaysToSendAResult(t *testing.T) {
	t.Parallel()
	teapot := tornado.Encode(func(w http.ResponseWriter, _ *http.Request, result any) error {
		if _, bad := result.(tornado.Result); bad {
			return fault.New(fault.Exhausted, "own", "The encoder refuses.")
		}
		w.WriteHeader(http.StatusTeapot)
		_, err := fmt.Fprint(w, "own: ", result)
		return err
	})
	for _, tc := range []struct {
		handler    returns
		target     string
		kind, want string
	}{
		{returns{}, "/dict?rawContent=true", "application/octet-stream", `OK {"a":"<&>","b":[1]}`},
		{returns{}, "/text?rawContent=true", "application/octet-stream", "OK plain <b>text</b>"},
		{returns{}, "/okPtr?rawContent=1", "application/octet-stream", "OK <a>"},
		{returns{}, "/errno?rawContent=false", "application/json", `OK {"OK":false,"Errno":1501,"Message":"Invalid job description ( 1501 : no Executable)"}`},
		{returns{opts: []tornado.Option{tornado.NoContent()}}, "/nothing", "", "No Content"},
		{returns{opts: []tornado.Option{teapot}}, "/list", "", "I'm a teapot own: [x]"},
		{returns{opts: []tornado.Option{teapot}}, "/ok", "application/json", "Too Many Requests own: The encoder refuses."},
		{returns{opts: []tornado.Option{tornado.JEncode()}}, "/moment", "application/json",
			`OK {"OK":true,"Value":{"Text":"t","at":{"__dCls":"dt","obj":"2026-11-21 18:00:01"},"raw":{"__dCls":"b64","obj":"aGk="}}}`},
		{returns{meta: tornado.Meta{JEncode: true}}, "/dict", "application/json", `OK {"a":"<&>","b":[1]}`},
	} {
		w := send(one(t, tc.handler), "GET", tc.target, "")
		if got := says(w); got != tc.want || tc.kind != "" && w.Header().Get("Content-Type") != tc.kind {
			t.Errorf("%s: %s %s, want %s %s", tc.target, w.Header().Get("Content-Type"), got, tc.kind, tc.want)
		}
	}
}

// TestDefectsAreInTheLog, whichever form the client gets.
func TestDefectsAreInTheLog(t *testing.T) {
	t.Parallel()
	for _, mode := range []tornado.Mode{tornado.Structures, tornado.Envelope} {
		var b strings.Builder
		log := logx.New(&b, "text", slog.LevelInfo)
		c := app(t, tornado.Config{Log: log}, tornado.API{System: "Test", Name: "R", Handler: returns{meta: tornado.Meta{Mode: mode}}}).Container(0)
		s, err := rest.NewServer(log, c)
		if err != nil {
			t.Fatal(err)
		}
		send(s, "GET", "/defect?access_token=alice", "")
		if out := b.String(); strings.Count(out, "hunter2") != 1 || strings.Contains(out, "access_token") {
			t.Errorf("%v: %s", mode, out)
		}
	}
}

func TestAnswersAreNotCachedAndHaveNoBodyForHEAD(t *testing.T) {
	t.Parallel()
	s := one(t, returns{})
	w := send(s, "HEAD", "/text", "")
	if w.Body.Len() != 0 || w.Header().Get("Content-Length") != "17" || w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%v %s", w.Header(), w.Body)
	}
}
