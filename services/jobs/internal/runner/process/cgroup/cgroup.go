// Package cgroup keeps the processes of a run together in a control group of
// the kernel (cgroups(7)): none can leave it, whatever it does to its session
// and its environment, and their number can be bounded. It is separate because
// two use it, the executor and its keeper, and because it is the only place
// that knows how the two versions of control groups differ.
package cgroup

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// Base is a directory of control groups in which others can be made. The zero
// value is none.
type Base struct {
	Dir     string
	Version int  // 1 or 2
	Limits  bool // groups below can bound the number of their processes
	Memory  bool // groups below can bound their memory; version 2 only
	// Home is where the threads of this process belong; version 1 only.
	Home string
}

// None is the name of no control group at all.
const None = "none"

// Open returns the control group that a name stands for: a directory, None,
// or empty for the best that this process may use. It has shown that it can
// be used. For a directory that is no such group the error says why.
func Open(name string) (Base, error) {
	switch {
	case name == None:
		return Base{}, nil
	case name != "":
		return try(name)
	}
	var best Base
	for _, dir := range candidates() {
		if b, err := try(dir); err == nil && (b.Limits || best.Dir == "") {
			best = b
		}
		if best.Limits {
			break
		}
	}
	return best, nil
}

// String tells what the group can do, for people.
func (b Base) String() string {
	switch {
	case b.Dir == "":
		return "no control groups"
	case !b.Limits:
		return fmt.Sprintf("control groups v%d without the pids controller", b.Version)
	case b.Memory:
		return fmt.Sprintf("control groups v%d with memory", b.Version)
	}
	return fmt.Sprintf("control groups v%d", b.Version)
}

// try uses a directory once as it will be used.
func try(dir string) (Base, error) {
	b := Base{Dir: dir}
	var fs unix.Statfs_t
	if err := unix.Statfs(dir, &fs); err != nil {
		return Base{}, fmt.Errorf("control group %s: %w", dir, err)
	}
	switch fs.Type {
	case unix.CGROUP2_SUPER_MAGIC:
		b.Version = 2
	case unix.CGROUP_SUPER_MAGIC:
		if b.Version, b.Home = 1, home(); b.Home == "" {
			return Base{}, errors.New("control groups v1: the group that this process is in cannot be found")
		}
	default:
		return Base{}, fmt.Errorf("%s is no directory of control groups", dir)
	}
	stage, err := os.MkdirTemp(dir, Prefix+"try-")
	if err != nil {
		return Base{}, fmt.Errorf("control group %s cannot be used: %w", dir, err)
	}
	defer Destroy(stage)
	on := Base{Dir: stage, Version: b.Version, Home: b.Home}
	if err := on.rehearse(); err != nil {
		return Base{}, fmt.Errorf("control group %s cannot be used: %w", dir, err)
	}
	on.Limits = b.Version == 1 || handDown(dir, stage, "pids")
	on.Memory = b.Version == 2 && handDown(dir, stage, "memory")
	b.Limits = on.Limits && on.can("second", Bounds{Processes: 100})
	b.Memory = on.Memory && on.can("third", Bounds{Memory: 1 << 30})
	return b, nil
}

// rehearse starts a process in a group of the base: it fails, for there is no
// such program, but only after it was put there.
func (b Base) rehearse() error {
	g, err := b.Group("first", Bounds{})
	if err != nil {
		return err
	}
	sys := &syscall.SysProcAttr{}
	_, err = g.Fork(sys, func() (int, error) {
		return syscall.ForkExec(filepath.Join(b.Dir, "no such program"), nil, &syscall.ProcAttr{Sys: sys})
	})
	if !errors.Is(err, syscall.ENOENT) {
		return fmt.Errorf("a process in it: %w", err)
	}
	return g.End()
}

// can tries to bound a group.
func (b Base) can(name string, to Bounds) bool {
	g, err := b.Group(name, to)
	return err == nil && g.End() == nil
}

// handDown gives the groups below dir a controller.
func handDown(base, dir, controller string) bool {
	if _, err := os.Stat(filepath.Join(dir, controller+".max")); err != nil {
		// It fails where the group has processes of its own (cgroups(7), "no
		// internal processes"), as that of a service has without a subgroup.
		_ = put(base, "cgroup.subtree_control", "+"+controller)
	}
	return put(dir, "cgroup.subtree_control", "+"+controller) == nil
}

// Make makes a group for groups of runs in the base.
func (b Base) Make(name string) (Base, error) {
	b.Dir = filepath.Join(b.Dir, name)
	if err := os.Mkdir(b.Dir, 0o755); err != nil {
		return Base{}, err
	}
	for controller, wanted := range map[string]bool{"pids": b.Limits && b.Version == 2, "memory": b.Memory} {
		if !wanted {
			continue
		}
		if err := put(b.Dir, "cgroup.subtree_control", "+"+controller); err != nil {
			return Base{}, errors.Join(err, os.Remove(b.Dir))
		}
	}
	return b, nil
}

func put(dir, file, text string) error {
	path := filepath.Join(dir, file)
	fd, err := unix.Open(path, unix.O_WRONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return &os.PathError{Op: "open", Path: path, Err: err}
	}
	defer unix.Close(fd)
	if _, err = unix.Write(fd, []byte(text)); err != nil {
		return &os.PathError{Op: "write", Path: path, Err: err}
	}
	return nil
}
