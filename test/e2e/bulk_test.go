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
