package miniapps_test

import (
	"context"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/tornado"
)

// grid is a TornadoREST handler in a program of its own.
type grid struct{}

func (g grid) Endpoints() []tornado.Endpoint {
	return tornado.FromMethods(g, tornado.For("open", tornado.Allow("all")), tornado.For("token", tornado.Grants("JWT")),
		tornado.For("work", tornado.Allow("NormalUser")))
}

func caller(ctx context.Context) string {
	me := tornado.From(ctx).Credentials(ctx)
	return me.Username + " by " + me.Method
}

func (grid) GetMe(ctx context.Context) string    { return caller(ctx) }
func (grid) GetOpen(ctx context.Context) string  { return caller(ctx) }
func (grid) GetToken(ctx context.Context) string { return caller(ctx) }
func (grid) GetWork(ctx context.Context) string  { return caller(ctx) }
func (grid) PostMe(_ context.Context, in *struct {
	N int `arg:"n"`
}) any {
	return tornado.OK(in.N)
}

// TestTornadoRESTJoins: the gateway finds out who asks, the handler's grants
// and words say whether that will do.
func TestTornadoRESTJoins(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	r := start(t, ns)
	app, err := tornado.New(t.Context(), tornado.Config{Root: "/grid"}, tornado.API{System: "Test", Name: "Grid", Handler: grid{}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- rest.ServeContext(ctx, rest.ServeOptions{Name: "grid", Args: []string{"--join", ns.URL(), "--token", "token-of-admin"}}, app.Container(0))
	}()
	defer func() {
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	eventually(t, "known to the replica", func() bool { return r.instances("/grid") > 0 })
	const bearer = "Authorization: Bearer token-of-alice"
	for _, tc := range []struct {
		user, method, path, body string
		headers                  []string
		status                   int
		want                     string
	}{
		{"", "GET", "/grid/open", "", nil, 200, " by "},
		{"", "GET", "/grid/me", "", nil, 401, ""},
		{"alice", "GET", "/grid/me", "", nil, 200, "alice by password"},
		{"", "GET", "/grid/me/", "", []string{bearer}, 200, "alice by token"},
		{"", "GET", "/grid/token", "", []string{bearer}, 200, "alice by token"},
		{"alice", "GET", "/grid/token", "", nil, 401, "Credentials are required"},
		{"alice", "GET", "/grid/work", "", nil, 403, "entitles to none"},
		{"alice", "POST", "/grid/me", `[7]`, []string{"Content-Type: application/json"}, 200, `{"OK":true,"Value":7}`},
		{"alice", "POST", "/grid/me/x", "", nil, 400, "n must be a whole number"},
		{"", "GET", "/grid/me", "", []string{bearer + "x"}, 401, ""},
	} {
		if a := r.request(t, tc.user, tc.method, tc.path, strings.NewReader(tc.body), tc.headers...); a.StatusCode != tc.status || !strings.Contains(a.body, tc.want) {
			t.Errorf("%s %s as %q: %d %s", tc.method, tc.path, tc.user, a.StatusCode, a.body)
		}
	}
}
