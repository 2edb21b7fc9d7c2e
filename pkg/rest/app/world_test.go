package app_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/app/apptest"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 123456000, time.UTC)

// env is the world of apptest, at noon.
func env() app.Env { return apptest.Env(noon) }

// logging is env with a log to look at.
func logging(b *strings.Builder) app.Env {
	e := env()
	e.Log = slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return e
}

var (
	serve = apptest.Serve
	send  = apptest.Send
)

type answer = apptest.Answer

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

func get(t *testing.T, s http.Handler, target string, headers ...string) answer {
	t.Helper()
	return send(t, s, "GET", target, "", headers...)
}

func ptr[T any](v T) *T { return &v }
