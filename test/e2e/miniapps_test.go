package e2e

import (
	"errors"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

// appKey makes an API key of the operator, to join with.
func appKey(t *testing.T, scopes ...string) (secret, id string) {
	t.Helper()
	var key struct{ ID, Secret string }
	do(t, stage.NewClient(up.URL, 1), "POST", "/api/v1/tokens", object{"name": "app", "scopes": scopes}, &key, operator)
	return key.Secret, key.ID
}

// operator is the header of the demo's operator, in person.
const operator = "Authorization: Basic YWRtaW46aGFucw=="

// slowApp starts the program testdata/slowapp, joined to a Heddle.
func slowApp(t *testing.T, bin, key string) *stage.Process {
	t.Helper()
	p, err := stage.Start("slowapp", bin, []string{"HEDDLE_TOKEN=" + key, "HEDDLE_JOIN=" + up.NATS})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	if _, err := p.Line("is ready", 20*time.Second); err != nil {
		t.Fatal(err)
	}
	return p
}

// A program of somebody's own: asked, killed while it is at work, forgotten,
// started again, and ended in peace.
//
// covers: C2-001
func TestAMiniApplicationDiesAndComesBack(t *testing.T) {
	t.Parallel()
	bin, err := stage.Build(t.TempDir(), "test/e2e/testdata/slowapp")
	if err != nil {
		t.Fatal(err)
	}
	key, id := appKey(t, "api", "operator")
	c := demouser(t)
	status := func(path string, headers ...string) (int, string, time.Duration) {
		began := time.Now()
		resp, body, err := c.Send(t.Context(), "GET", path, nil, headers...)
		if err != nil {
			t.Error(err)
			return 0, "", 0
		}
		return resp.StatusCode, body, time.Since(began)
	}
	listed := func() bool {
		_, page, _ := status("/", "Accept: text/html")
		return strings.Contains(page, "Slow program")
	}

	app := slowApp(t, bin, key)
	if code, body, _ := status("/slow/quick"); code != 200 || body != "quick" || !listed() {
		t.Fatalf("it answers %d %s, and is listed: %v", code, body, listed())
	}
	for path, want := range map[string]string{
		"/slow/_info": "GET /<wbr>slow/<wbr>quick", "/slow/_info/openapi.json": `"summary": "At once"`, "/docs": "/slow/_info/openapi.json", "/": "Run by admin.",
	} {
		if code, body, _ := status(path); code != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	nobody := stage.NewClient(up.URL, 1)
	resp, asks, err := nobody.Send(t.Context(), "GET", "/slow/quick?a=b", nil, "Accept: text/html")
	if err != nil || resp.StatusCode != 401 || !strings.Contains(asks, "/auth/login?next=%2Fslow%2Fquick%3Fa%3Db") {
		t.Errorf("who has not signed in: %v %s", err, asks)
	}
	answers := make(chan string, 2)
	for _, accept := range []string{"Accept: application/json", "Accept: text/html"} {
		go func() {
			code, body, _ := status("/slow/wait", accept)
			answers <- http.StatusText(code) + " " + body
		}()
	}
	for n := range 2 {
		if _, err := app.Line("a request has arrived", 10*time.Second); err != nil {
			t.Fatal(n, err)
		}
	}
	app.Kill()
	killed := time.Now()
	for range 2 {
		if a := <-answers; !strings.HasPrefix(a, "Bad Gateway ") && !strings.HasPrefix(a, "Service Unavailable ") || !strings.Contains(a, "Slow program") {
			t.Errorf("a request under way got %s", a)
		}
	}
	if waited := time.Since(killed); waited > 5*time.Second {
		t.Errorf("those under way waited %v", waited)
	}
	if code, body, took := status("/slow/quick"); code != 503 || !strings.Contains(body, "app.away") || took > 2*time.Second {
		t.Errorf("the next request got %d %s after %v", code, body, took)
	}
	for listed() {
		if time.Since(killed) > 10*time.Second {
			t.Fatal("it is still listed 10 s after it was killed")
		}
		time.Sleep(50 * time.Millisecond) // as a person looks again
	}
	if code, _, _ := status("/slow/quick"); code != 404 {
		t.Errorf("when it is forgotten, its path is %d", code)
	}

	app = slowApp(t, bin, key)
	if code, body, _ := status("/slow/quick"); code != 200 || body != "quick" || !listed() {
		t.Errorf("when it is back: %d %s, listed %v", code, body, listed())
	}
	if err := app.Terminate(20 * time.Second); err != nil {
		t.Error(err)
	}
	if listed() {
		t.Error("it has left, and is listed")
	}

	app = slowApp(t, bin, key)
	do(t, stage.NewClient(up.URL, 1), "DELETE", "/api/v1/tokens/"+id, nil, nil, operator)
	for revoked := time.Now(); listed(); time.Sleep(50 * time.Millisecond) {
		if time.Since(revoked) > 10*time.Second {
			t.Fatal("its key was revoked 10 s ago, and it is still listed")
		}
	}
	if _, err := app.Line("does not renew the lease", 10*time.Second); err != nil {
		t.Error(err)
	}
}

func TestWhoMayNotJoinIsTold(t *testing.T) {
	t.Parallel()
	bin, err := stage.Build(t.TempDir(), "test/e2e/testdata/slowapp")
	if err != nil {
		t.Fatal(err)
	}
	alice := stage.NewClient(up.URL, 1)
	var key struct {
		Secret string `json:"secret"`
	}
	do(t, alice, "POST", "/api/v1/tokens", object{"name": "app", "scopes": []string{"api"}}, &key, "Authorization: Basic YWxpY2U6YWxpY2UxMjM=")
	readOnly, _ := appKey(t, "api:read")
	for name, c := range map[string]struct{ token, says string }{
		"without the permission": {key.Secret, "app://join/slow"},
		"to read only":           {readOnly, "scope"},
	} {
		p, err := stage.Start("slowapp", bin, []string{"HEDDLE_TOKEN=" + c.token, "HEDDLE_JOIN=" + up.NATS})
		if err != nil {
			t.Fatal(err)
		}
		select {
		case <-p.Exited():
		case <-time.After(20 * time.Second):
			p.Kill()
			t.Fatalf("%s: it goes on:\n%s", name, p.Output())
		}
		if !strings.Contains(p.Output(), c.says) || strings.Contains(p.Output(), c.token) {
			t.Errorf("%s: it says %s", name, p.Output())
		}
		if err := p.Signal(syscall.Signal(0)); !errors.Is(err, os.ErrProcessDone) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
