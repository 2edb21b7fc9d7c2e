package tornado_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/listen/listentest"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/tornado"
)

// public is a handler that is open and can be closed.
type public struct{ slow }

func (*public) Meta() tornado.Meta { return tornado.Meta{Authorization: []string{"all"}} }

// TestOneProgramHasSeveralListeners, and ends all of them together.
func TestOneProgramHasSeveralListeners(t *testing.T) {
	t.Parallel()
	h, host := &public{}, listentest.Host()
	own := with(tornado.Meta{Port: 9001, Authorization: []string{"all"}}, of(tornado.GET("own", whoami)))
	a := app(t, tornado.Config{}, api("A", h), api("B", own))
	ctx, end := context.WithCancel(t.Context())
	defer end()
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- a.Serve(ctx, rest.ServeOptions{Name: "apis", Args: []string{"--address", host, "--port", "9000"}, Out: in})
	}()
	lines := bufio.NewScanner(out)
	for range 2 { // a line for each listener
		if !lines.Scan() || !strings.Contains(lines.Text(), "is ready") {
			t.Fatal(lines.Text())
		}
	}
	for url, want := range map[string]int{":9000/it": 200, ":9001/own": 200, ":9000/own": 404, ":9001/it": 404} {
		r, _ := http.NewRequestWithContext(t.Context(), "GET", "http://"+host+url, nil)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %d", url, res.StatusCode)
		}
	}
	end()
	if err := <-ended; err != nil || h.closed.Load() != 1 {
		t.Errorf("%v, closed %d times", err, h.closed.Load())
	}
}

func TestListenerThatFailsEndsTheOthers(t *testing.T) {
	t.Parallel()
	a := app(t, tornado.Config{}, api("A", minimal{}), api("B", with(tornado.Meta{Port: 9001}, of(tornado.GET("own", ok)))))
	if err := a.Serve(t.Context(), rest.ServeOptions{Args: []string{"--address", "192.0.2.1", "--port", "9000"}}); err == nil {
		t.Error("an address of somebody else is listened on")
	}
}

// TestListenersOfTheirOwn: one process, several ports.
func TestListenersOfTheirOwn(t *testing.T) {
	t.Parallel()
	a := app(t, tornado.Config{Option: options("/Systems/Test/APIs/C/Port", "9001")},
		api("A", minimal{}), api("B", with(tornado.Meta{Port: 9000}, of(tornado.GET("hello", whoami)))), api("C", &slow{}))
	if ports := a.Ports(); len(ports) != 3 || ports[0] != 0 || ports[1] != 9000 || ports[2] != 9001 {
		t.Fatal(ports)
	}
	for port, want := range map[int][2]int{0: {200, 404}, 9000: {200, 404}, 9001: {404, 200}} {
		l := httptest.NewServer(served(t, a.Container(port)))
		defer l.Close()
		for i, path := range []string{"/hello", "/it"} {
			r, _ := http.NewRequestWithContext(t.Context(), "GET", l.URL+path, nil)
			r.Header.Set("Authorization", "Bearer alice")
			res, err := l.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != want[i] {
				t.Errorf("port %d %s: %d", port, path, res.StatusCode)
			}
		}
	}
}

func TestHandlersAreClosedOnce(t *testing.T) {
	t.Parallel()
	h := &slow{}
	a := app(t, tornado.Config{}, api("A", h), api("B", minimal{}))
	for range 2 {
		if err := a.Container(0).OnExit(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if n := h.closed.Load(); n != 1 {
		t.Errorf("closed %d times", n)
	}
}
