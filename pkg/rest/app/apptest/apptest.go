// Package apptest is a small world for tests of core4's handlers: callers who
// are whoever they say, a server of containers, and answers that were read. It
// is separate so that the model and its demonstration are tested alike.
package apptest

import (
	"encoding/json"
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

// Env knows whoever says so in the header X-User, and lets them have what they
// say in X-Perms, separated by blanks. root is an operator. It is always now.
func Env(now time.Time) app.Env {
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
			return strings.Fields(strings.Join(c.Request().Header.Values("X-Perms"), " ")), nil
		},
		Version: "1.2.3", Now: func() time.Time { return now }, Log: logx.Discard(),
	}
}

// Serve serves containers, which must be right.
func Serve(t *testing.T, e app.Env, list ...app.Container) *rest.Server {
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

// Answer is an answer that was read. What is of the envelope is empty if there
// is none.
type Answer struct {
	*httptest.ResponseRecorder
	ID                        string `json:"_id"`
	Message, Timestamp, Error string
	Version                   string
	Data                      any
	Flash                     []map[string]any
	Members                   map[string]json.RawMessage `json:"-"` // of the envelope
}

// Send makes a request; headers are "Name: value", of which the permissions in
// all X-Perms count.
func Send(t *testing.T, s http.Handler, method, target, body string, headers ...string) Answer {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body)).WithContext(t.Context())
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	a := Answer{ResponseRecorder: httptest.NewRecorder()}
	s.ServeHTTP(a, r)
	if a.Body.Len() == 0 || !strings.HasPrefix(a.Header().Get("Content-Type"), "application/json") || a.Header().Get("Content-Encoding") != "" {
		return a
	}
	for _, into := range []any{&a, &a.Members} {
		if err := json.Unmarshal(a.Body.Bytes(), into); err != nil {
			t.Fatalf("%s %s: %v in %s", method, target, err, a.Body)
		}
	}
	return a
}
