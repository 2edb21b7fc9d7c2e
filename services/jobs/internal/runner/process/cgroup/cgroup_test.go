package cgroup

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
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

// TestWhatNobodyUsesIsRemoved: groups of dead keepers are, those of live ones,
// young ones and others' are not.
func TestWhatNobodyUsesIsRemoved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() // as good as a group that is empty
	for _, name := range []string{"heddle-dead", "heddle-dead/run", "heddle-alive", "heddle-full", "heddle-full/run", "theirs"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "heddle-full", "run", "process"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	alive := func(name string) bool { return name == "alive" }
	left := func() string {
		entries, _ := os.ReadDir(dir)
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return strings.Join(names, " ")
	}
	b := Base{Dir: dir}
	if err := b.Tidy(time.Now(), alive); err != nil || left() != "heddle-alive heddle-dead heddle-full theirs" {
		t.Errorf("young ones: %s, %v", left(), err)
	}
	if err := b.Tidy(time.Now().Add(2*youth), alive); err == nil || left() != "heddle-alive heddle-full theirs" {
		t.Errorf("left: %s, %v", left(), err)
	}
	if err := (Base{}).Tidy(time.Now(), alive); err != nil {
		t.Error(err)
	}
}

// What the kernel's files of memory and processor time are used for.
func TestMemoryOfAGroup(t *testing.T) {
	t.Parallel()
	b := Base{Dir: t.TempDir(), Version: 2, Memory: true}
	if g, err := b.Group("no files", Bounds{Memory: 1 << 20}); err == nil {
		t.Errorf("%+v", g)
	}
	g, err := b.Group("run", Bounds{})
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"memory.max": "max", "memory.oom.group": "0", "memory.swap.max": "max",
		"memory.events": "low 0\nmax 9\noom 3\noom_kill 2\noom_group_kill 1\n", "cpu.stat": "usage_usec 1500000\nuser_usec 7\n"}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(g.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := g.boundMemory(12345678); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"memory.max": "12345678", "memory.oom.group": "1", "memory.swap.max": "0x"} {
		if text, _ := os.ReadFile(filepath.Join(g.dir, name)); !strings.HasPrefix(string(text), want[:1]) {
			t.Errorf("%s: %q", name, text)
		}
	}
	if n := g.Killed(); n != 2 {
		t.Errorf("%d were killed", n)
	}
	if cpu, ok := g.CPU(); !ok || cpu != 1500*time.Millisecond {
		t.Errorf("%s, %v", cpu, ok)
	}
	if err := os.Remove(filepath.Join(g.dir, "memory.swap.max")); err != nil {
		t.Fatal(err)
	}
	if err := g.boundMemory(1); err != nil {
		t.Errorf("without swap: %v", err)
	}
	if cpu, ok := (&Group{dir: g.dir, version: 1}).CPU(); ok {
		t.Errorf("version 1: %s", cpu)
	}
}

func escape(t *testing.T, b Base) {
	base, err := b.Make("heddle-test-" + strconv.Itoa(os.Getpid()))
	if err != nil {
		t.Fatal(err)
	}
	g, err := base.Group("run", Bounds{Processes: 6})
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
