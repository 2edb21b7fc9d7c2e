package tornado_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/heddle-dev/heddle/pkg/rest/tornado"
)

type countingHandler struct {
	requests atomic.Int64 // requests come at once, and share the handler
	about    tornado.Info
}

func (h *countingHandler) Init(_ context.Context, about tornado.Info) error {
	h.about = about
	h.requests.Store(0)
	return nil
}

func (h *countingHandler) BeforeRequest(ctx context.Context) (context.Context, error) {
	h.requests.Add(1)
	return ctx, nil
}

func (h *countingHandler) GetCount() string {
	return fmt.Sprint(h.about.Component, " ", h.requests.Load())
}

func Example_initialize() {
	ask(&countingHandler{}, "GET /count", "GET /count")
	// Output:
	// 200 Example/API 1
	// 200 Example/API 2
}

type unreadyHandler struct{ attempts int }

func (h *unreadyHandler) Init(context.Context, tornado.Info) error {
	if h.attempts++; h.attempts < 3 {
		return errors.New("the database is away")
	}
	return nil
}

func (h *unreadyHandler) GetIt() string { return fmt.Sprint("after ", h.attempts) }

func Example_initializeFails() {
	ask(&unreadyHandler{}, "GET /it", "GET /it")
	// Output:
	// 503 not_ready
	// 200 after 3
}

type portHandler struct{}

func (portHandler) Meta() tornado.Meta { return tornado.Meta{Port: 8444} }
func (portHandler) GetIt() string      { return "" }

func Example_ports() {
	app, err := tornado.New(context.Background(), tornado.Config{},
		tornado.API{System: "Framework", Name: "Auth", Handler: authHandler{}},
		tornado.API{System: "Framework", Name: "Own", Handler: portHandler{}})
	for _, port := range app.Ports() {
		fmt.Println(port, len(app.Container(port).Routes), err)
	}
	// Output:
	// 0 2 <nil>
	// 8444 1 <nil>
}

type askingHandler struct{}

func (askingHandler) GetMe(ctx context.Context) (any, error) {
	c := tornado.From(ctx)
	me := c.Credentials(ctx)
	return []string{me.Username, me.Group, me.DN, c.Address(), c.Option("MaxJobs", "100"), c.Option("/DIRAC/Setup", "")}, nil
}

func Example_asking() {
	ask(askingHandler{}, "GET /me as alice")
	// Output:
	// 200 ["alice","users","/O=Grid/CN=Alice","192.0.2.1","100","Production"]
}
