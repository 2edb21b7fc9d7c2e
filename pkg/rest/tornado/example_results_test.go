package tornado_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/rest/tornado"
)

type resultHandler struct{}

func (resultHandler) GetOk() any    { return tornado.OK(map[string]int{"running": 3}) }
func (resultHandler) GetError() any { return tornado.Failed(tornado.EWMSJDL, "no Executable") }

func (resultHandler) GetGo() error { return fmt.Errorf("as an error: %w", tornado.Fail(0, "no luck")) }

func Example_structures() {
	ask(resultHandler{}, "GET /ok", "GET /error", "GET /go")
	// Output:
	// 200 {"OK":true,"Value":{"running":3}}
	// 200 {"OK":false,"Errno":1501,"Message":"Invalid job description ( 1501 : no Executable)"}
	// 200 {"OK":false,"Errno":0,"Message":"no luck"}
}

type plainHandler struct{ resultHandler }

func (plainHandler) Meta() tornado.Meta { return tornado.Meta{Mode: tornado.Plain} }

func Example_plain() {
	ask(plainHandler{}, "GET /ok", "GET /error")
	// Output:
	// 200 {"OK":true,"Value":{"running":3}}
	// 400 {"OK":false,"Errno":1501,"Message":"Invalid job description ( 1501 : no Executable)"}
}

type valueHandler struct{}

func (valueHandler) GetText() string         { return "some text" }
func (valueHandler) GetDict() map[string]int { return map[string]int{"a": 1} }
func (valueHandler) GetNothing()             {}

func Example_values() {
	ask(valueHandler{}, "GET /text", "GET /dict", "GET /nothing", "GET /dict?rawContent=true")
	// Output:
	// 200 some text
	// 200 {"a":1}
	// 200
	// 200 {"a":1}
}

type responseHandler struct{}

func (responseHandler) PostThing() *tornado.Response {
	return tornado.Respond(map[string]int{"id": 7}).SetStatus(http.StatusCreated).
		AddHeader("X-Seen", "1").AddHeader("X-Seen", "2")
}

func (responseHandler) GetElsewhere(ctx context.Context) *tornado.Response {
	return tornado.Respond(nil).Redirect(tornado.From(ctx).URL("thing"))
}

func (responseHandler) GetEvil() *tornado.Response {
	return tornado.Respond(nil).Redirect("https://evil.example.org")
}

func Example_response() {
	ask(responseHandler{}, "POST /thing", "GET /elsewhere", "GET /evil")
	// Output:
	// 201 {"id":7} X-Seen: 1, 2
	// 302 Location: /thing
	// 500 internal
}

type tableHandler struct{}

func (h tableHandler) Endpoints() []tornado.Endpoint {
	return tornado.FromMethods(h, tornado.For("table", tornado.Encode(h.finishTable)))
}

func (tableHandler) GetTable() [][]string { return [][]string{{"id", "status"}, {"1", "Done"}} }

func (tableHandler) finishTable(w http.ResponseWriter, _ *http.Request, result any) error {
	w.Header().Set("Content-Type", "text/csv")
	return csv.NewWriter(w).WriteAll(result.([][]string))
}

func Example_finish() {
	ask(tableHandler{}, "GET /table")
	// Output:
	// 200 id,status 1,Done
}

type extendedHandler struct{}

func (extendedHandler) GetIt() any { return tornado.Failed(3001, "taken") }

func Example_errno() {
	cfg := tornado.Config{Grants: grants(), Errnos: map[int]tornado.Errno{3001: {Name: "EMINE", Text: "Mine alone", Status: 409}}}
	askWith(cfg, extendedHandler{}, "GET /it")
	// Output:
	// 200 {"OK":false,"Errno":3001,"Message":"Mine alone ( 3001 : taken)"}
}
