package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// signingIn is a `heddle login` that waits for its person.
type signingIn struct {
	t      *testing.T
	cmd    *exec.Cmd
	out    *strings.Builder
	device struct {
		Page string `json:"verification_uri"`
		Code string `json:"user_code"`
	}
}

// begin starts `heddle login` and reads the code that it shows.
func (c *cli) begin(args ...string) *signingIn {
	c.t.Helper()
	s := &signingIn{t: c.t, cmd: exec.CommandContext(c.t.Context(), binary, append([]string{"login", "-o", "json"}, args...)...), out: &strings.Builder{}}
	s.cmd.Env, s.cmd.Stderr = c.env, s.out
	shown, err := s.cmd.StdoutPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err == nil {
		err = json.NewDecoder(shown).Decode(&s.device)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return s
}

// done waits for the end of the command.
func (s *signingIn) done() (errs string, code int) {
	_ = s.cmd.Wait() // its exit code is what is asked for
	return s.out.String(), s.cmd.ProcessState.ExitCode()
}

// signIn goes through the pages as a person does.
func (c *cli) signIn(name, password string, args ...string) {
	c.t.Helper()
	s := c.begin(args...)
	newBrowser(c.t).open(s.device.Page).
		send("username", name, "password", password).
		send("user_code", strings.ToLower(s.device.Code)). // as people type
		sees("The heddle command line").
		send("grant", "Grant")
	if errs, code := s.done(); code != 0 || !strings.Contains(errs, "as "+name) {
		c.t.Fatalf("login: exit %d, %s", code, errs)
	}
}

// The whole of a sign-in: a code, a browser, tokens that renew themselves, and
// an end that is one.
func TestLoginByDevice(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.signIn("demouser", "test123")
	if out := c.must("", "whoami"); !strings.HasPrefix(out, "demouser") {
		t.Errorf("whoami: %q", out)
	}
	if out := c.must("", "run", "echo", "hello"); out != "hello\n" {
		t.Errorf("run: %q", out)
	}
	grants := c.must("", "grant", "list")
	if !strings.Contains(grants, "The heddle command line") {
		t.Errorf("grants: %s", grants)
	}
	first := c.profile()
	c.expire()
	c.must("", "whoami")
	if p := c.profile(); p["token"] == first["token"] || p["refresh"] == first["refresh"] {
		t.Error("an expired token is not renewed")
	}
	if st, err := os.Stat(c.config()); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("the profile is readable by others: %v, %v", st, err)
	}
	before := c.profile()
	c.must("", "logout")
	if _, _, code := c.run("", "whoami"); code != 5 {
		t.Errorf("signed out: exit %d", code)
	}
	c.write(before) // a copy is good for nothing either
	await(t, "the revoked token to end", func() bool {
		_, _, code := c.run("", "jobs")
		return code == 5
	})
	c.expire()
	if _, errs, code := c.run("", "jobs"); code != 5 || !strings.Contains(errs, "heddle login") {
		t.Errorf("by a revoked refresh token: exit %d, %s", code, errs)
	}
}

func TestLoginRefusedInTheBrowser(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	s := c.begin()
	newBrowser(t).open(s.device.Page+"?user_code="+s.device.Code).
		send("username", "alice", "password", "alice123").
		sees("The heddle command line").
		send("grant", "Deny")
	if errs, code := s.done(); code != 5 || !strings.Contains(errs, "refused") {
		t.Errorf("exit %d, %s", code, errs)
	}
}

// A sign-in can be for less than everything.
func TestLoginToReadOnly(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.signIn("demouser", "test123", "--scope", "api:read")
	c.must("", "jobs")
	if _, errs, code := c.run("", "run", "echo", "hello"); code != 5 {
		t.Errorf("run: exit %d, %s", code, errs)
	}
}

// A key is made in person, works like its owner as far as it may, and stops
// working when it is revoked.
func TestAPIKeys(t *testing.T) {
	t.Parallel()
	c := newCLI(t)
	c.must("test123\n", "login", "-u", "demouser", "--password-stdin")
	if _, _, code := c.run("wrong\n", "token", "create", "x", "--password-stdin"); code != 5 {
		t.Errorf("made with a wrong password: exit %d", code)
	}
	secret := strings.TrimSpace(c.must("test123\n", "token", "create", "nightly", "--password-stdin", "--ttl", "30d", "-q"))
	if !regexp.MustCompile(`^hdl_\S{40,}$`).MatchString(secret) {
		t.Fatalf("the secret is %q", secret)
	}
	program := newCLI(t)
	program.env = append(program.env, "HEDDLE_TOKEN="+secret)
	if out := program.must("", "whoami"); !strings.HasPrefix(out, "demouser") {
		t.Errorf("whoami: %q", out)
	}
	if _, _, code := program.run("", "run", "true"); code != 5 {
		t.Errorf("a key to read with runs a job: exit %d", code)
	}
	if _, _, code := program.run("", "token", "list"); code != 0 {
		t.Errorf("token list by a key: exit %d", code)
	}
	writer := newCLI(t)
	writer.env = append(writer.env, "HEDDLE_TOKEN="+strings.TrimSpace(c.must("test123\n", "token", "create", "ci", "--scope", "api", "--password-stdin", "-q")))
	if out := writer.must("", "run", "echo", "hello"); out != "hello\n" {
		t.Errorf("run with a key: %q", out)
	}
	var keys []struct{ ID, Name, Secret string }
	if err := json.Unmarshal([]byte(c.must("", "token", "list", "-o", "json")), &keys); err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		if k.Secret != "" {
			t.Error("the list shows secrets")
		}
		if k.Name == "nightly" || k.Name == "ci" {
			c.must("", "token", "revoke", k.ID)
		}
	}
	for _, p := range []*cli{program, writer} {
		await(t, "a revoked key to end", func() bool {
			_, _, code := p.run("", "whoami")
			return code == 5
		})
	}
}

// await looks again until something is so, and does not take longer than what
// is promised of revocations.
func await(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Second); !so(); {
		if time.Now().After(deadline) {
			t.Fatalf("after 2 s there is still no sign of %s", what)
		}
	}
}
