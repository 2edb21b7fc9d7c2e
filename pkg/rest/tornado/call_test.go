package tornado_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/tornado"
	"github.com/heddle-dev/heddle/pkg/who"
)

// covers: D0-050 D0-051
func TestPreflightsDoNotReachTheHandler(t *testing.T) {
	t.Parallel()
	s, jobs := manual(t, "")
	w := send(s, "OPTIONS", "/job", "", "Origin: https://other.example.org", "Access-Control-Request-Method: DELETE")
	if w.Code != 204 || w.Header().Get("Allow") != "DELETE, GET, HEAD, OPTIONS, POST" || w.Header().Get("Access-Control-Allow-Origin") != "" || jobs.requests.Load() != 0 {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if w := send(s, "OPTIONS", "/job", ""); w.Code != 401 {
		t.Errorf("%d", w.Code)
	}
	if w := send(s, "OPTIONS", "/jobs", ""); w.Code != 204 { // nobody's method
		t.Errorf("%d", w.Code)
	}
}

// TestBehindABalancer that ends TLS: redirects lead back to it.
//
// covers: D0-055
func TestBehindABalancer(t *testing.T) {
	t.Parallel()
	s, _ := manual(t, "")
	inner := httptest.NewServer(s)
	defer inner.Close()
	to, _ := url.Parse(inner.URL)
	balancer := httptest.NewTLSServer(httputil.NewSingleHostReverseProxy(to))
	defer balancer.Close()
	r, _ := http.NewRequestWithContext(t.Context(), "GET", balancer.URL+"/job/123/anything", nil)
	r.Header.Set("Authorization", "Bearer alice")
	res, err := balancer.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	if res.StatusCode != 200 || res.Request.URL.String() != balancer.URL+"/job/123" || !strings.Contains(string(body), "Running") {
		t.Errorf("%d %s %s", res.StatusCode, res.Request.URL, body)
	}
}

// asked answers with what an endpoint may know.
type asked struct{}

func (asked) Meta() tornado.Meta {
	return tornado.Meta{Location: "/at", Authorization: []string{"all"}}
}

func (asked) GetMe(ctx context.Context) (any, error) {
	c := tornado.From(ctx)
	c.Log().InfoContext(ctx, "asked")
	c.Log().DebugContext(ctx, "in detail")
	me := c.Credentials(ctx)
	return map[string]any{"me": me, "normal": me.Has("normaluser"), "registered": me.Registered(), "address": c.Address(), "component": c.Info().Component,
		"options": []string{c.Option("MaxJobs", "100"), c.Option("Deep/Er", "-"), c.Option("/DIRAC/VirtualOrganization", "-"), c.Option("None", "otherwise")},
		"urls":    []string{c.URL("me"), c.URL("/x/%d", 1)}}, nil
}

// covers: D0-041
func TestWhatAnEndpointMayAsk(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	a := app(t, tornado.Config{Root: "/r", Log: logx.New(&b, "text", slog.LevelInfo), Option: options(
		"/Systems/Test/APIs/A/MaxJobs", "7", "/Systems/Test/APIs/A/Deep/Er", "8", "/DIRAC/VirtualOrganization", "demo", "/Systems/Test/APIs/A/LogLevel", "VERBOSE"),
		Address: func(r *http.Request) string { return r.Header.Get("X-Real") }}, api("A", asked{}))
	got := says(send(served(t, a.Container(0)), "GET", "/r/at/me", "", alice, "X-Real: 192.0.2.7"))
	want := `OK {"address":"192.0.2.7","component":"Test/A","me":{"DN":"/O=Grid/CN=Alice","Username":"alice","Group":"users","VO":"demo","Setup":"Production",` +
		`"Properties":["NormalUser"],"ID":"u1","Method":"token"},"normal":true,"options":["7","8","demo","otherwise"],"registered":true,"urls":["/r/at/me","/r/x/1"]}`
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if out := b.String(); !strings.Contains(out, "component=Test/A") || !strings.Contains(out, "user=u1") || !strings.Contains(out, "in detail") {
		t.Error(out)
	}
	plain := served(t, app(t, tornado.Config{}, api("A", asked{})).Container(0))
	if got := says(send(plain, "GET", "/at/me", "")); !strings.Contains(got, `"address":"192.0.2.1"`) || !strings.Contains(got, `"registered":false`) {
		t.Error(got)
	}
}

// TestAccessLog: one line a request, with the pattern and never the URL.
func TestAccessLog(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	log := logx.New(&b, "text", slog.LevelDebug)
	s, err := rest.NewServer(log, app(t, tornado.Config{}, tornado.API{System: "W", Name: "J", Handler: &jobHandler{}}).Container(0))
	if err != nil {
		t.Fatal(err)
	}
	send(s, "GET", "/job/123?access_token=alice", "")
	line := b.String()
	for _, want := range []string{`endpoint="GET /job/{jobID}"`, "took=", "outcome=ok", "user=u1", "request="} {
		if !strings.Contains(line, want) {
			t.Errorf("%s is not in %s", want, line)
		}
	}
	if strings.Count(line, "\n") != 1 || strings.Contains(line, "123") && strings.Contains(line, "/123") || strings.Contains(line, "access_token") {
		t.Error(line)
	}
}

// TestRulesAreListed: no endpoint is open by mistake.
func TestRulesAreListed(t *testing.T) {
	t.Parallel()
	s, err := rest.NewServer(logx.Discard(), app(t, tornado.Config{}, api("A", minimal{}), api("B", walled{own: []string{"NormalUser", "group:x"}}), api("C", both{})).Container(0))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range s.Routes() {
		got[r.Method+" "+r.Pattern] = r.Access
	}
	for pattern, want := range map[string]string{"GET /hello": "authenticated", "POST /job": "NormalUser,group:x", "POST /Test/C": who.Public.Name} {
		if got[pattern] != want {
			t.Errorf("%s: %q", pattern, got[pattern])
		}
	}
}
