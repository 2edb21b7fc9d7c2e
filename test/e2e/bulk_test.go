package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Many jobs on the command line: submitted as one, kept back, counted, let go
// in the order that they ask for, and removed by what they are.
func TestManyJobsOnTheCommandLine(t *testing.T) {
	t.Parallel()
	const tag = "bulk-on-the-command-line"
	specs := filepath.Join(t.TempDir(), "two.json")
	text := `[{"script":"echo first","tags":["` + tag + `"],"hold":true},
		{"script":"echo second","tags":["` + tag + `"],"awaits":[{"job":"#0"}]}]`
	if err := os.WriteFile(specs, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	must := func(args ...string) string {
		t.Helper()
		out, err := heddle(t, args...)
		if err != nil {
			t.Fatalf("heddle %v: %v", args, err)
		}
		return out
	}
	ids := strings.Fields(must("submit", specs, "--key", tag))
	if again := strings.Fields(must("submit", specs, "--key", tag)); len(ids) != 2 || strings.Join(again, " ") != strings.Join(ids, " ") {
		t.Fatalf("submitted %q, and again %q", ids, again)
	}
	if got := strings.Fields(must("summary", "--by", "state", "--tag", tag)); strings.Join(got, " ") != "2 blocked" {
		t.Errorf("both wait: %q", got)
	}
	must("release", ids[0], ids[1])
	must("wait", ids[0], ids[1])
	if out := must("logs", ids[1]); out != "second\n" {
		t.Errorf("stdout %q", out)
	}
	if _, err := heddle(t, "rm", ids[0], "00000000001"); err == nil || err.Error() != "exit status 4" {
		t.Errorf("one of the jobs is not there: %v", err)
	}
	must("rm", "--tag", tag)
	if got := must("jobs", "--tag", tag, "-o", "name"); got != "" {
		t.Errorf("left: %q", got)
	}
	if _, err := heddle(t, "abort"); err == nil || err.Error() != "exit status 2" {
		t.Errorf("nobody said which: %v", err)
	}
}

// Who has jobs can stop all of them, or one with a reason that its history keeps.
func TestAllThatOneHasIsStopped(t *testing.T) {
	t.Parallel()
	admin := as(t, "admin", "hans")
	do(t, admin, "POST", "/api/v1/admin/users", object{"name": "stopper", "password": "stopper-password", "groups": []string{"users"}}, nil)
	c := as(t, "stopper", "stopper-password")
	ids := []string{}
	for range 3 {
		ids = append(ids, submit(t, c, object{"executable": "/bin/true", "hold": true}).ID)
	}
	must := func(args ...string) string {
		t.Helper()
		out, err := heddleAs(t, c, args...)
		if err != nil {
			t.Fatalf("heddle %v: %v", args, err)
		}
		return out
	}
	must("abort", ids[0], "--reason", "one is enough")
	if out := must("job", ids[0]); !strings.Contains(out, "It was stopped: one is enough") {
		t.Errorf("its history: %s", out)
	}
	must("abort", "--mine", "--reason", "all of them")
	for _, id := range ids[1:] {
		if out := must("job", id); !strings.Contains(out, "It was stopped: all of them") {
			t.Errorf("its history: %s", out)
		}
	}
	if out, err := heddleAs(t, c, "abort", ids[0], "--mine"); err == nil {
		t.Errorf("both are said: %s", out)
	}
}
