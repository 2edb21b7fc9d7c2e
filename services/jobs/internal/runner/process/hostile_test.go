package process_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor/executortest"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process/cgroup"
)

// Policy of the sites of these tests.
const (
	mostProcesses = 12
	mostBytes     = 16 << 20
)

// TestHostileJobs meets jobs that mean harm with all that this machine has to
// hold them, and with nothing but a keeper that counts.
func TestHostileJobs(t *testing.T) {
	t.Parallel()
	groups := map[string]string{"best": "", "none": cgroup.None}
	if best, err := cgroup.Open(""); err != nil {
		t.Error(err)
	} else if t.Logf("the best here: %s", best); best.Version == 1 {
		groups["v2"] = "/sys/fs/cgroup/unified" // without controllers, if version 1 has them
	}
	for name, path := range groups {
		base, err := cgroup.Open(path)
		if err != nil {
			t.Logf("%s: %v", path, err)
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			policy := executortest.Policy{Processes: mostProcesses, FileSize: mostBytes, Refuses: base.Limits}
			executortest.RunHostile(t, policy, func(t *testing.T) executortest.Bench {
				cfg := config(t)
				cfg.MaxProcesses, cfg.MaxFileSize, cfg.Cgroup = mostProcesses, mostBytes, path
				b, _ := open(t, cfg)
				return b
			})
		})
	}
}

// TestHostileJobsOfNobody is the same where the runner is not root, and has no
// control groups.
func TestHostileJobsOfNobody(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Log("this whole run is not root")
		return
	}
	const nobody = 65534
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "heddle-nobody-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	program := filepath.Join(dir, "tests")
	if err := errors.Join(os.Chown(dir, nobody, nobody), os.Chmod(dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	// Another process copies: a descriptor of ours that a fork inherits for a
	// moment would keep the program from being run.
	if out, err := exec.Command("cp", self, program).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	cmd := exec.Command(program, "-test.run=^(TestHostileJobs|TestConformance)$", "-test.v")
	cmd.Dir, cmd.Env = dir, []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + dir, "HOME=" + dir}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestHostileJobs/none/fork_bomb") {
		t.Errorf("%v:\n%s", err, out)
	}
}
