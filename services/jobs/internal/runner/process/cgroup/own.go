package cgroup

import (
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// candidates are the groups in which this process may make others, if the
// system lets it: its own, and the one above if that was delegated.
func candidates() (dirs []string) {
	groups, mounts := self()
	if dir := directory(groups, mounts, 2); dir != "" {
		dirs = append(dirs, dir)
		if above := filepath.Dir(dir); delegated(above) {
			dirs = append([]string{above}, dirs...)
		}
	}
	if dir := directory(groups, mounts, 1); dir != "" {
		dirs = append(dirs, dir)
	}
	return dirs
}

// home is this process's own group of version 1.
func home() string {
	groups, mounts := self()
	return directory(groups, mounts, 1)
}

// self is what /proc says of this process's groups. It is read once, before
// any thread of it visits another group: the first thread's is the process's.
var self = sync.OnceValues(func() (groups, mounts string) {
	g, _ := os.ReadFile("/proc/self/cgroup") // without it there are none
	m, _ := os.ReadFile("/proc/self/mountinfo")
	return string(g), string(m)
})

// delegated reports whether systemd has given a group away: it marks those
// (systemd.resource-control(5), Delegate=).
func delegated(dir string) bool {
	value := make([]byte, 8)
	n, err := unix.Getxattr(dir, "user.delegate", value)
	return err == nil && string(value[:n]) == "1"
}

// directory is that of the group of a process according to the texts of
// /proc: of version 2, or of version 1's controller of processes.
func directory(groups, mounts string, version int) string {
	controller, kind := "", "cgroup2"
	if version == 1 {
		controller, kind = "pids", "cgroup"
	}
	path, ok := membership(groups, controller)
	if !ok {
		return ""
	}
	for line := range strings.Lines(mounts) {
		point, root, ok := mountOf(line, kind, controller)
		if rel, below := strings.CutPrefix(path, strings.TrimSuffix(root, "/")); ok && below {
			return filepath.Join(point, rel)
		}
	}
	return ""
}

// membership is the path of the group in which a line of /proc/self/cgroup,
// "id:controllers:path", puts the process.
func membership(groups, controller string) (string, bool) {
	for line := range strings.Lines(groups) {
		f := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(f) == 3 && f[1] == controller {
			return f[2], true
		}
	}
	return "", false
}

// mountOf reads a line of /proc/self/mountinfo (proc_pid_mountinfo(5)).
func mountOf(line, kind, option string) (point, root string, ok bool) {
	left, right, _ := strings.Cut(strings.TrimSpace(line), " - ")
	l, r := strings.Fields(left), strings.Fields(right)
	if len(l) < 5 || len(r) < 3 || r[0] != kind {
		return "", "", false
	}
	if option != "" && !strings.Contains(","+r[2]+",", ","+option+",") {
		return "", "", false
	}
	return l[4], l[3], true
}
