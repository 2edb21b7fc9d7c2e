package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/test/stage"
)

// bareProxy is httputil.ReverseProxy in front of a bare handler.
func bareProxy() (base string, end func()) {
	behind := httptest.NewServer(http.HandlerFunc(bare))
	target, _ := url.Parse(behind.URL) // it is one
	proxy := &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport: &http.Transport{MaxIdleConnsPerHost: 2 * tokenConnections, DisableCompression: true},
	}
	front := httptest.NewServer(proxy)
	return front.URL, func() { front.Close(); behind.Close() }
}

// joinedApp is a mini application of this process that returns the same bytes.
func joinedApp(ctx context.Context, h *stage.Heddle) (end func(), err error) {
	admin := stage.NewClient(h.URL, 1)
	var key struct {
		Secret string `json:"secret"`
	}
	if _, err := admin.Do(ctx, "POST", "/api/v1/tokens", object{"name": "bench", "scopes": []string{"api", "operator"}}, &key,
		"Authorization: Basic YWRtaW46aGFucw=="); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	out, in := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- rest.ServeContext(ctx, rest.ServeOptions{Args: []string{"--join", h.NATS, "--token", key.Secret}, Out: in}, rest.Container{
			Name: "bench", Root: "/bench", Title: "Bench", Routes: []rest.Route{
				rest.Raw("GET /jobs/{id}", who.Authenticated, rest.Doc{Title: "The bytes"}, func(w http.ResponseWriter, r *http.Request) error {
					bare(w, r)
					return nil
				})}})
		in.Close()
	}()
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		cancel()
		return nil, fmt.Errorf("the mini application has not joined: %w", <-done)
	}
	return func() { cancel(); <-done }, nil
}

// measureProxy sets the way through the gateway to a mini application, with
// everything that it does on the way, beside a bare proxy.
func measureProxy(ctx context.Context, r *report, h *stage.Heddle) error {
	yard, end := bareProxy()
	defer end()
	leave, err := joinedApp(ctx, h)
	if err != nil {
		return err
	}
	defer leave()
	c := stage.NewClient(h.URL, 1)
	if err := c.Login(ctx, "demouser", "test123"); err != nil {
		return err
	}
	var list []contender
	for _, target := range []struct{ base, path string }{{yard, "/jobs/x"}, {h.URL, "/bench/jobs/x"}} {
		lines, hangUp, err := openLines(target.base, "GET "+target.path, "Authorization: Bearer "+c.Token)
		if err != nil {
			return err
		}
		defer hangUp()
		list = append(list, overLines(lines, nil))
	}
	rates, err := inTurns(ctx, list...)
	if err != nil {
		return err
	}
	r.yardstick("proxy", "requests through httputil.ReverseProxy to a bare handler, 16 connections", rates[0], "1/s")
	r.ratio("requests through the gateway to a mini application", rates[1], "proxy", 0.5)
	return nil
}
