package tornado_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/tornado"
	"github.com/heddle-dev/heddle/pkg/who"
)

var people = map[string]who.Principal{
	"alice": {ID: "u1", Name: "alice", Group: "users", Groups: []string{"users"}, VO: "demo",
		Properties: []string{"NormalUser"}, DN: "/O=Grid/CN=Alice", Setup: "Production"},
	"bob":    {ID: "u2", Name: "bob", Group: "admins", Groups: []string{"users", "admins"}, VO: "ops", Properties: []string{"JobAdministrator"}},
	"nogrp":  {ID: "u3", Name: "nogrp"},
	"former": {ID: "u4", Name: "former", Group: "users", Properties: []string{"NormalUser"}},
}

func known(_ context.Context, name string) (who.Principal, error) {
	if name == "outage" {
		return who.Principal{}, fault.New(fault.Unavailable, "auth.away", "Nobody can tell.")
	}
	p, ok := people[name]
	if !ok {
		return p, errors.New("no such token: " + name)
	}
	p.Method = who.MethodToken
	return p, nil
}

// grants know people by their names: as bearer tokens, and, as certificates
// would be, by the header X-Certificate.
func grants() map[string]tornado.Grant {
	return map[string]tornado.Grant{
		tornado.JWT: tornado.Bearer(false, known), tornado.TOKEN: tornado.Bearer(true, known),
		tornado.SSL: func(_ http.ResponseWriter, r *http.Request) (who.Principal, error) {
			name := r.Header.Get("X-Certificate")
			if name == "" {
				return who.Principal{}, tornado.ErrNoCredential
			}
			p, err := known(r.Context(), name)
			p.Method = who.MethodCertificate
			return p, err
		},
	}
}

func app(t testing.TB, cfg tornado.Config, apis ...tornado.API) *tornado.App {
	t.Helper()
	if cfg.Grants == nil {
		cfg.Grants = grants()
	}
	a, err := tornado.New(context.Background(), cfg, apis...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func served(t testing.TB, containers ...rest.Container) http.Handler {
	t.Helper()
	s, err := rest.NewServer(slog.New(slog.DiscardHandler), containers...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// one serves one handler of the system "Test".
func one(t testing.TB, handler any) http.Handler {
	t.Helper()
	return served(t, app(t, tornado.Config{}, tornado.API{System: "Test", Name: "One", Handler: handler}).Container(0))
}

// send makes a request. Headers are "Name: value"; a body that begins with [
// or { is JSON, any other a form.
func send(s http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	switch {
	case body == "":
	case strings.ContainsAny(body[:1], "[{"):
		r.Header.Set("Content-Type", "application/json")
	default:
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

const alice = "Authorization: Bearer alice"

// says is the answer in one line: the status, and the body without blanks at
// its end. Of an error that is none of the handler's it has the description.
func says(w *httptest.ResponseRecorder) string {
	body := strings.TrimSpace(w.Body.String())
	var refused struct {
		Error, Error_description string
	}
	if json.Unmarshal([]byte(body), &refused) == nil && refused.Error_description != "" {
		body = refused.Error + ": " + refused.Error_description
	}
	return strings.TrimSpace(http.StatusText(w.Code) + " " + body)
}

func contains(text string, all ...string) bool {
	for _, one := range all {
		if !strings.Contains(text, one) {
			return false
		}
	}
	return true
}
