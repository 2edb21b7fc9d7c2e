package app_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/who"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 123456000, time.UTC)

// env knows whoever says so in the header X-User, and lets them have what they
// say in X-Perms. root is an operator.
func env() app.Env {
	return app.Env{
		Authenticate: func(c *app.Call) (who.Principal, error) {
			p := who.Principal{ID: c.Request().Header.Get("X-User"), Name: c.Request().Header.Get("X-User")}
			if p.Name == "root" {
				p.Roles = []string{who.RoleOperator}
			}
			return p, nil
		},
		Permissions: func(c *app.Call) ([]string, error) {
			if c.User().Name == "root" {
				return []string{"cop"}, nil
			}
			return strings.Fields(c.Request().Header.Get("X-Perms")), nil
		},
		Version: "1.2.3", Now: func() time.Time { return noon }, Log: logx.Discard(),
	}
}

// logging is env with a log to look at.
func logging(b *strings.Builder) app.Env {
	e := env()
	e.Log = slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return e
}

func serve(t *testing.T, e app.Env, list ...app.Container) *rest.Server {
	t.Helper()
	containers, err := app.Containers(e, list...)
	if err != nil {
		t.Fatal(err)
	}
	s, err := rest.NewServer(logx.Discard(), containers...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fails gives why containers cannot be served.
func fails(t *testing.T, list ...app.Container) string {
	t.Helper()
	_, err := app.Containers(env(), list...)
	if err == nil {
		t.Fatal("it is taken")
	}
	return err.Error()
}

// under is a container at /x with rules.
func under(rules ...app.Rule) app.Container {
	return app.Container{Name: "project.api.Server", Root: "/x", Title: "a container", Rules: rules}
}

// handler is one of a method GET.
func handler(f func(*app.Call) (any, error)) *app.Handler {
	return &app.Handler{Qual: "project.api.v1.handler.MyHandler", Title: "mine", Author: "me", Public: true,
		Methods: app.Methods{http.MethodGet: f}}
}

func says(text string) *app.Handler {
	return handler(func(*app.Call) (any, error) { return text, nil })
}

// one serves one handler at /x/y.
func one(t *testing.T, h *app.Handler) *rest.Server {
	t.Helper()
	return serve(t, env(), under(app.Rule{Pattern: "/y", Handler: h}))
}

// answer is an answer that was read.
type answer struct {
	*httptest.ResponseRecorder
	ID                        string `json:"_id"`
	Message, Timestamp, Error string
	Version                   string
	Data                      any
	Flash                     []map[string]any
	members                   map[string]json.RawMessage
}

// send makes a request; headers are "Name: value".
func send(t *testing.T, s http.Handler, method, target, body string, headers ...string) answer {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body)).WithContext(t.Context())
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	a := answer{ResponseRecorder: httptest.NewRecorder()}
	s.ServeHTTP(a, r)
	if a.Body.Len() == 0 || !strings.HasPrefix(a.Header().Get("Content-Type"), "application/json") || a.Header().Get("Content-Encoding") != "" {
		return a
	}
	for _, into := range []any{&a, &a.members} {
		if err := json.Unmarshal(a.Body.Bytes(), into); err != nil {
			t.Fatalf("%s %s: %v in %s", method, target, err, a.Body)
		}
	}
	return a
}

func get(t *testing.T, s http.Handler, target string, headers ...string) answer {
	t.Helper()
	return send(t, s, "GET", target, "", headers...)
}

func ptr[T any](v T) *T { return &v }
