package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// cli is the command line of somebody who has never used it: no profile yet.
type cli struct {
	t   *testing.T
	env []string
}

func newCLI(t *testing.T) *cli {
	t.Helper()
	return &cli{t, append(os.Environ(), "HEDDLE_URL="+up.URL, "HEDDLE_CONFIG="+filepath.Join(t.TempDir(), "credentials.json"))}
}

// config is where the profile lies.
func (c *cli) config() string {
	for _, v := range c.env {
		if path, found := strings.CutPrefix(v, "HEDDLE_CONFIG="); found {
			return path
		}
	}
	return ""
}

func (c *cli) profile() map[string]any {
	c.t.Helper()
	b, err := os.ReadFile(c.config())
	var p map[string]any
	if err == nil {
		err = json.Unmarshal(b, &p)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return p
}

func (c *cli) write(p map[string]any) {
	c.t.Helper()
	b, err := json.Marshal(p)
	if err == nil {
		err = os.WriteFile(c.config(), b, 0o600)
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

// expire makes the command line believe that its token has ended.
func (c *cli) expire() {
	c.t.Helper()
	p := c.profile()
	p["expires"] = "2026-01-01T00:00:00Z"
	c.write(p)
}

// run returns standard output, standard error and the exit code.
func (c *cli) run(stdin string, args ...string) (out, errs string, code int) {
	c.t.Helper()
	cmd := exec.CommandContext(c.t.Context(), binary, args...)
	cmd.Env, cmd.Stdin = c.env, strings.NewReader(stdin)
	var o, e strings.Builder
	cmd.Stdout, cmd.Stderr = &o, &e
	err := cmd.Run()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		c.t.Fatal(err)
	}
	return o.String(), e.String(), cmd.ProcessState.ExitCode()
}

func (c *cli) must(stdin string, args ...string) string {
	c.t.Helper()
	out, errs, code := c.run(stdin, args...)
	if code != 0 {
		c.t.Fatalf("heddle %s: exit %d\n%s%s", strings.Join(args, " "), code, out, errs)
	}
	return out
}

func TestCommandLine(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	if _, errs, code := c.run("", "jobs"); code != 5 || !strings.Contains(errs, "redentials") {
		t.Errorf("before login: exit %d, %q", code, errs)
	}
	c.must("test123\n", "login", "-u", "demouser", "--password-stdin")
	if out := c.must("", "whoami"); !strings.HasPrefix(out, "demouser") {
		t.Errorf("whoami: %q", out)
	}
	if out := c.must("", "run", "echo", "hello", "world"); out != "hello world\n" {
		t.Errorf("run: %q", out)
	}
	if _, _, code := c.run("", "run", "--propagate", "--", "sh", "-c", "exit 7"); code != 7 {
		t.Errorf("run --propagate: exit %d", code)
	}
	if _, _, code := c.run("", "run", "--", "sh", "-c", "exit 7"); code != 1 {
		t.Errorf("run: exit %d", code)
	}
	id := strings.TrimSpace(c.must(`{"executable":"sleep","arguments":["600"],"name":"long"}`, "submit", "-", "-o", "name"))
	if out := c.must("", "jobs", "--name", "long", "-o", "name"); !strings.Contains(out, id) {
		t.Errorf("jobs: %q does not list %s", out, id)
	}
	c.must(id+"\n", "abort", "-")
	if _, _, code := c.run("", "wait", id, "--timeout", "30s"); code != 1 {
		t.Errorf("wait for an aborted job: exit %d", code)
	}
	if out := c.must("", "job", id); !strings.Contains(out, "aborted") {
		t.Errorf("job: %q", out)
	}
	if out := c.must("", "events", "--job", id, "--after", "0", "--no-follow"); !strings.Contains(out, "jobs.job.aborted.v1") {
		t.Errorf("events: %q", out)
	}
}

func TestCommandLineFiles(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.must("test123\n", "login", "-u", "demouser", "--password-stdin")
	local := filepath.Join(t.TempDir(), "data.txt")
	if err := os.WriteFile(local, []byte("some data\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.must("", "cp", local, "home:/cli/data.txt")
	if out := c.must("", "ls", "home:/cli"); out != "data.txt\n" {
		t.Errorf("ls: %q", out)
	}
	if out := c.must("", "cp", "home:/cli/data.txt", "-"); out != "some data\n" {
		t.Errorf("cp: %q", out)
	}
	id := strings.TrimSpace(c.must(`{"script":"echo one; echo two >&2"}`, "submit", "-"))
	c.must("", "wait", id)
	if out := c.must("", "logs", id); out != "one\n" {
		t.Errorf("logs: %q", out)
	}
	if out := c.must("", "logs", "--stderr", id); out != "two\n" {
		t.Errorf("logs --stderr: %q", out)
	}
	long := strings.TrimSpace(c.must(`{"script":"for i in 1 2 3; do echo line $i; sleep 0.1; done"}`, "submit", "-"))
	if out := c.must("", "logs", "-f", long); out != "line 1\nline 2\nline 3\n" {
		t.Errorf("logs -f: %q", out)
	}
	for args, want := range map[string]string{"--tail 2": "line 2\nline 3\n", "-f --tail 1": "line 3\n", "--tail 0": ""} {
		if out := c.must("", append(append([]string{"logs"}, strings.Fields(args)...), long)...); out != want {
			t.Errorf("logs %s: %q", args, out)
		}
	}
}

func TestCommandLineExitCodes(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.must("test123\n", "login", "-u", "demouser", "--password-stdin")
	sleeper := strings.TrimSpace(c.must(`{"script":"sleep 600"}`, "submit", "-"))
	for _, tt := range []struct {
		code int
		args []string
	}{
		{2, []string{"jobs", "--no-such-flag"}},
		{2, []string{"nonsense"}},
		{2, []string{"job"}},
		{3, []string{"run", "--time", "1h", "--name", strings.Repeat("n", 300), "true"}},
		{4, []string{"job", "00000000007"}},
		{5, []string{"login", "-u", "demouser", "--password-stdin"}},
		{7, []string{"--url", "http://127.0.0.1:1", "jobs"}},
		{8, []string{"wait", "--timeout", "100ms", sleeper}},
		{0, []string{"abort", sleeper}},
	} {
		if out, errs, code := c.run("wrong\n", tt.args...); code != tt.code {
			t.Errorf("heddle %s: exit %d, want %d\n%s%s", strings.Join(tt.args, " "), code, tt.code, out, errs)
		}
	}
}
