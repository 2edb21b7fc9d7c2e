package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

// step is a block of commands of a tutorial, and what it says that they print.
type step struct {
	commands string
	prints   []string
}

var fence = regexp.MustCompile("(?ms)^```([a-z ]*)\n(.*?)^```$")

// steps reads a tutorial. What is for a terminal of its own runs already.
func steps(t *testing.T, path string) []step {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []step
	for _, block := range fence.FindAllStringSubmatch(string(text), -1) {
		switch block[1] {
		case "sh":
			out = append(out, step{commands: block[2]})
		case "text":
			out[len(out)-1].prints = strings.Split(strings.TrimSpace(block[2]), "\n")
		}
	}
	return out
}

// shell is one terminal.
type shell struct {
	in  io.Writer
	mu  sync.Mutex
	out bytes.Buffer
}

func (s *shell) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.Write(b)
}

func (s *shell) since(at int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.String()[at:]
}

func openShell(t *testing.T, dir string, env ...string) *shell {
	t.Helper()
	s := &shell{}
	cmd := exec.Command("bash", "-e")
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, append(os.Environ(), env...), s, s
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.in = in
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // the shell and what it has started
		_ = cmd.Wait()
	})
	return s
}

// run types commands in and waits until they have printed what they should.
func (s *shell) run(t *testing.T, n int, c step) {
	t.Helper()
	s.mu.Lock()
	at := s.out.Len()
	s.mu.Unlock()
	done := fmt.Sprintf("-- step %d is done --", n)
	fmt.Fprintf(s.in, "%s\necho '%s'\n", c.commands, done)
	for end := time.Now().Add(90 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		said, missing := s.since(at), ""
		for _, want := range append(c.prints, done) {
			if !strings.Contains(said, want) {
				missing = want
			}
		}
		if missing == "" {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("step %d\n%sdoes not print %q:\n%s", n, c.commands, missing, said)
		}
	}
}

// TestTheTutorialOfMiniApplications walks docs/mini-apps.md, on another
// address than it says.
func TestTheTutorialOfMiniApplications(t *testing.T) {
	t.Parallel()
	root, err := stage.Root()
	if err != nil {
		t.Fatal(err)
	}
	h, err := stage.Up(binary, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Terminate(20 * time.Second) })
	at, err := url.Parse(h.URL)
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Dir(binary)
	s := openShell(t, t.TempDir(), "PATH="+bin+":"+os.Getenv("PATH"), "HEDDLE_URL="+h.URL, "HEDDLE_ADDRESS="+at.Hostname(),
		"HEDDLE_CONFIG="+filepath.Join(t.TempDir(), "credentials.json"), "GOWORK=off", "GOPROXY=off", "GOFLAGS=", "HEDDLE_TOKEN=")
	for n, c := range steps(t, filepath.Join(root, "docs", "mini-apps.md")) {
		c.commands = strings.ReplaceAll(c.commands, "127.0.0.1", at.Hostname())
		c.commands = strings.ReplaceAll(c.commands, "heddle app new greeter", "heddle app new greeter --source "+root)
		for i := range c.prints {
			c.prints[i] = strings.ReplaceAll(c.prints[i], "127.0.0.1", at.Hostname())
		}
		began := time.Now()
		s.run(t, n, c)
		if took := time.Since(began); strings.Contains(c.commands, "kill -9") && took > 11*time.Second {
			t.Errorf("a program that was killed is forgotten after %v", took)
		}
	}
}
