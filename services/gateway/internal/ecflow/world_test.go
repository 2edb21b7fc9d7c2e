package ecflow_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend/backendtest"
	"github.com/heddle-dev/heddle/services/gateway/internal/ecflow"
	"github.com/heddle-dev/heddle/services/gateway/internal/tokenfile"
)

// token is the worked example of ecFlow's manual.
const (
	token = "myrandomtokenstring"
	seed  = `{"hash":"sha256$75f838a880872d20$ca8391ae4e3dc53d68befac3ab0f6f6c13ad2a770fc1e06fb7a7fba87169f21d","description":"my app"%s}`
)

// engine notes what it is asked, and says what it is told to.
type engine struct {
	asked  []ecflow.Command
	users  []who.Principal
	answer ecflow.Answer
	err    error
	ping   error
}

func (e *engine) Ping(context.Context) error { return e.ping }

func (e *engine) Do(ctx context.Context, c ecflow.Command) (ecflow.Answer, error) {
	e.asked, e.users = append(e.asked, c), append(e.users, who.From(ctx))
	return e.answer, e.err
}

// last is what the engine was asked last.
func (e *engine) last(t *testing.T) (ecflow.Command, who.Principal) {
	t.Helper()
	if len(e.asked) == 0 {
		t.Fatal("the engine was not asked")
	}
	return e.asked[len(e.asked)-1], e.users[len(e.users)-1]
}

// world is a door with a list of tokens.
type world struct {
	t      *testing.T
	engine *engine
	file   string
	list   *tokenfile.File
	server http.Handler
}

// open makes a door; the list has the entries. Demo's users come in with their
// name as the password.
func open(t *testing.T, change func(*ecflow.Deps), entries ...string) *world {
	t.Helper()
	w := &world{t: t, engine: &engine{answer: ecflow.Answer{Body: []string{"a", "b"}}}, file: filepath.Join(t.TempDir(), "tokens.json")}
	w.write(entries...)
	w.list = tokenfile.Open(w.file, slog.New(slog.DiscardHandler))
	deps := ecflow.Deps{
		Prover: backendtest.Prover(), Tokens: w.list, ProxyUser: "ecflow_http", Engine: w.engine, Address: "localhost:3141", Now: time.Now,
		Secure: func(r *http.Request) bool { return r.TLS != nil },
	}
	if change != nil {
		change(&deps)
	}
	server, err := rest.NewServer(slog.New(slog.DiscardHandler), ecflow.Container(deps))
	if err != nil {
		t.Fatal(err)
	}
	w.server = server
	return w
}

func (w *world) write(entries ...string) {
	w.t.Helper()
	if err := os.WriteFile(w.file, []byte("["+strings.Join(entries, ",")+"]"), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// example is the manual's entry, with more members.
func example(more string) string { return fmt.Sprintf(seed, more) }

// request is one that came over TLS, or not: "GET /v1/suites".
func request(line, body string, headers ...string) *http.Request {
	method, target, _ := strings.Cut(line, " ")
	if target[0] == '/' {
		target = "https://x.test" + target
	}
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	return r
}

func (w *world) send(line, body string, headers ...string) *httptest.ResponseRecorder {
	return w.serve(request(line, body, headers...))
}

func (w *world) serve(r *http.Request) *httptest.ResponseRecorder {
	out := httptest.NewRecorder()
	w.server.ServeHTTP(out, r)
	return out
}

// is checks a status and a whole body.
func is(t *testing.T, what string, got *httptest.ResponseRecorder, status int, body string) {
	t.Helper()
	if got.Code != status || got.Body.String() != body {
		t.Errorf("%s: %d %s; want %d %s", what, got.Code, got.Body, status, body)
	}
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}
