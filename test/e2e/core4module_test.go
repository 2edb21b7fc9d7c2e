package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

// buildOutside builds a copy of an example that lies outside the repository,
// as a module of its own, with what is on this machine.
func buildOutside(t *testing.T, example string) (bin string) {
	t.Helper()
	root, err := stage.Root()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, "examples", example))); err != nil {
		t.Fatal(err)
	}
	bin = filepath.Join(t.TempDir(), example)
	for _, args := range [][]string{
		{"mod", "edit", "-replace", "github.com/heddle-dev/heddle/pkg=" + filepath.Join(root, "pkg")}, {"build", "-o", bin, "."},
	} {
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOWORK=off", "GOPROXY=off", "GOFLAGS=", "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	return bin
}

// core4's example container is a program that anybody can build, and part of
// a gateway at another root.
//
// covers: C2-001 C2-008 C2-191
func TestCore4sExamplesAreAProgram(t *testing.T) {
	t.Parallel()
	bin := buildOutside(t, "core4")
	key, _ := appKey(t, "api", "operator")
	p, err := stage.Start("core4", bin, []string{"HEDDLE_TOKEN=" + key, "HEDDLE_JOIN=" + up.NATS, "HEDDLE_FILTER=core4.api.v1.example.ExampleServer",
		"CORE4_OPTION_core4__api__v1__example__ExampleServer__root=/example"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	if _, err := p.Line("is ready", 20*time.Second); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]struct {
		credentials string
		code        int
		body        string
	}{
		"/example/hello":                {operator, 200, `"data":"hello world"`},
		"/example/named/lufthansa/0815": {operator, 200, `"data":{"_id":"0815","client":"lufthansa"}`},
		"/example/dt?dt=2018-11-07":     {operator, 200, `"data":"got: 2018-11-07 00:00:00 (`},
		"/example/error":                {operator, 409, `tornado.web.HTTPError: HTTP 409: Conflict (this is the ErrorTestHandler)`},
		"/example/template?q=%3Cb%3E":   {operator, 200, "&lt;b&gt;"},
		"/example/help/":                {"", 200, "API introduction"},
		"/example/public":               {"", 200, `"data":"hello world"`},
		"/example/flash":                {"", 401, `"code":401`},
		"/example/frame":                {"Authorization: Basic YWxpY2U6YWxpY2UxMjM=", 403, `"code":403`},
	} {
		var headers []string
		if want.credentials != "" {
			headers = append(headers, want.credentials)
		}
		resp, body, err := stage.NewClient(up.URL, 1).Send(t.Context(), "GET", path, nil, headers...)
		if err != nil || resp.StatusCode != want.code || !strings.Contains(body, want.body) {
			t.Errorf("%s: %v %v %s", path, err, resp, body)
		}
	}
	if err := p.Terminate(20 * time.Second); err != nil {
		t.Error(err)
	}
}
