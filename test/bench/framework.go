package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/pkg/who/oidcverify"
)

// listed is what the measured handler is asked for.
type listed struct {
	ID    string `path:"id"`
	Limit int    `query:"limit" default:"20"`
	State string `arg:"state" default:"any"`
}

// shown is what it answers.
type shown struct {
	ID    string `json:"id"`
	Owner string `json:"owner"`
	Limit int    `json:"limit"`
	State string `json:"state"`
}

const (
	shownTarget = "GET /api/jobs/0f3k9m2p1qs?limit=7&state=done"
	shownBytes  = `{"id":"0f3k9m2p1qs","owner":"0f3k9m2p1qs","limit":7,"state":"done"}` + "\n"
)

// typed is a server of one typed route, whose callers show an access token
// that the verifier remembers, as those of a session are.
func (t *tokens) typed() (http.Handler, error) {
	v := oidcverify.NewVerifier(oidcverify.Config{Issuer: tokenIssuer, Audience: tokenAudience, Keys: t.keys})
	show := rest.Handle("GET /jobs/{id}", who.Authenticated, rest.Doc{Title: "Show a job"},
		func(ctx context.Context, q listed) (shown, error) {
			return shown{q.ID, who.From(ctx).ID, q.Limit, q.State}, nil
		})
	return rest.NewServer(logx.Discard(), rest.Container{Name: "bench", Root: "/api", Routes: []rest.Route{show},
		Authenticate: func(_ http.ResponseWriter, r *http.Request) (who.Principal, error) {
			p, _, err := v.Verify(r.Context(), strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
			return p, err
		}})
}

// bare is a handler of net/http that returns the same bytes to everybody.
func bare(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(shownBytes))
}

// measureFramework sets a typed route with authentication beside a bare
// handler, each behind a server of its own in this process.
func measureFramework(ctx context.Context, r *report) error {
	t, err := mint()
	if err != nil {
		return err
	}
	typed, err := t.typed()
	if err != nil {
		return err
	}
	var list []contender
	for _, h := range []http.Handler{http.HandlerFunc(bare), typed} {
		c, end, err := serving(h, t.list[0])
		if err != nil {
			return err
		}
		defer end()
		list = append(list, c)
	}
	rates, err := inTurns(ctx, list...)
	if err != nil {
		return err
	}
	r.yardstick("bare", "requests to a bare net/http handler, 16 connections", rates[0], "1/s")
	r.ratio("the same bytes from a typed route with authentication", rates[1], "bare", 0.5)
	return nil
}

// serving starts a server of a handler that is seen to return the bytes.
func serving(h http.Handler, token string) (c contender, end func(), err error) {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, strings.TrimPrefix(shownTarget, "GET "), nil)
	r.Header.Set("Authorization", "Bearer "+token)
	if h.ServeHTTP(w, r); w.Body.String() != shownBytes {
		return c, nil, fmt.Errorf("answered %d %s", w.Code, w.Body)
	}
	server := httptest.NewServer(h)
	lines, hangUp, err := openLines(server.URL, shownTarget, "Authorization: Bearer "+token)
	if err != nil {
		server.Close()
		return c, nil, err
	}
	return overLines(lines, nil), func() { hangUp(); server.Close() }, nil
}
