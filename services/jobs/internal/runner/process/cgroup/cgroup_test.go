package cgroup

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func TestTheGroupOfAProcessIsFound(t *testing.T) {
	t.Parallel()
	const (
		unified = "31 23 0:28 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw\n"
		hybrid  = "36 31 0:33 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n40 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n" +
			"41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
		inside = "31 23 0:28 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n"
	)
	for name, c := range map[string]struct {
		groups, mounts string
		version        int
		want           string
	}{
		"service":           {"0::/system.slice/heddle.service\n", unified, 2, "/sys/fs/cgroup/system.slice/heddle.service"},
		"root":              {"0::/\n", unified, 2, "/sys/fs/cgroup"},
		"hybrid, v2":        {"9:pids:/a\n8:cpu:/b\n0::/\n", hybrid, 2, "/sys/fs/cgroup/unified"},
		"hybrid, v1":        {"9:pids:/a\n8:cpu:/b\n0::/\n", hybrid, 1, "/sys/fs/cgroup/pids/a"},
		"no v1":             {"0::/\n", unified, 1, ""},
		"container":         {"0::/docker/abc/x\n", inside, 2, "/sys/fs/cgroup/x"},
		"not what we see":   {"0::/elsewhere\n", inside, 2, ""},
		"no groups at all":  {"", "", 2, ""},
		"a colon in a name": {"0::/a:b\n", unified, 2, "/sys/fs/cgroup/a:b"},
	} {
		if got := directory(c.groups, c.mounts, c.version); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestWhatIsNoGroupIsRefused(t *testing.T) {
	t.Parallel()
	if b, err := Open(t.TempDir()); err == nil {
		t.Errorf("%+v", b)
	}
	if b, err := Open(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Errorf("%+v", b)
	}
	if b, err := Open(None); err != nil || b.Dir != "" || b.String() != "no control groups" {
		t.Errorf("%+v, %v", b, err)
	}
}

// TestNoProcessLeavesItsGroup uses each group of this machine that it may use.
func TestNoProcessLeavesItsGroup(t *testing.T) {
	t.Parallel()
	used := 0
	for _, dir := range candidates() {
		b, err := Open(dir)
		if err != nil {
			t.Logf("%v", err)
			continue
		}
		used++
		t.Run("v"+strconv.Itoa(b.Version), func(t *testing.T) { escape(t, b) })
	}
	if best, err := Open(""); err != nil || (best.Dir != "") != (used > 0) {
		t.Errorf("%d groups can be used, and the best is %+v, %v", used, best, err)
	}
}

func escape(t *testing.T, b Base) {
	base, err := b.Make("heddle-test-" + strconv.Itoa(os.Getpid()))
	if err != nil {
		t.Fatal(err)
	}
	g, err := base.Group("run", 6)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/bin/sh", "-c", `for i in 1 2 3 4 5 6 7 8 9; do env -i setsid sleep 600 <&- & done; sleep 600`)
	sys := &syscall.SysProcAttr{}
	cmd.SysProcAttr = sys
	if _, err := g.Fork(sys, func() (int, error) { return 0, cmd.Start() }); err != nil {
		t.Fatal(err)
	}
	most := 0
	for most < 2 { // the shell and some of what it starts
		pids, err := g.Processes()
		if err != nil {
			t.Fatal(err)
		}
		most = max(most, len(pids))
	}
	if b.Limits && most > 6 {
		t.Errorf("%d processes in a group of 6", most)
	}
	pids, err := g.Processes()
	if err != nil || len(pids) == 0 {
		t.Fatal(pids, err)
	}
	if err := g.Kill(); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait() // it was killed
	for _, pid := range pids {
		if stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat"); err == nil && !strings.Contains(string(stat), ") Z ") {
			t.Errorf("alive: %s", stat)
		}
	}
	if err := Destroy(base.Dir); err != nil {
		t.Error(err)
	}
	if err := Destroy(base.Dir); err != nil {
		t.Errorf("again: %v", err)
	}
}
