package cgroup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// patience bounds the hunt for processes that will not die.
const patience = 3 * time.Second

// Group is the control group of one run.
type Group struct {
	dir     string
	version int
	home    string
}

// Bounds are what the processes of a group may have together; 0 is no bound,
// as it is where the base has none of the kind.
type Bounds struct {
	Processes int   // and threads
	Memory    int64 // bytes
}

// Group makes a group.
func (b Base) Group(name string, to Bounds) (*Group, error) {
	g := &Group{dir: filepath.Join(b.Dir, name), version: b.Version, home: b.Home}
	if err := os.Mkdir(g.dir, 0o755); err != nil {
		return nil, err
	}
	var err error
	if to.Processes > 0 && b.Limits {
		err = put(g.dir, "pids.max", strconv.Itoa(to.Processes))
	}
	if to.Memory > 0 && b.Memory {
		err = errors.Join(err, g.boundMemory(to.Memory))
	}
	if err != nil {
		return nil, errors.Join(err, os.Remove(g.dir))
	}
	return g, nil
}

// Fork has a process started in the group. fork starts it with the attributes
// sys, in this very thread.
func (g *Group) Fork(sys *syscall.SysProcAttr, fork func() (int, error)) (int, error) {
	if g.version == 1 {
		return g.forkInside(fork)
	}
	dir, err := os.Open(g.dir)
	if err != nil {
		return 0, err
	}
	defer dir.Close()
	sys.UseCgroupFD, sys.CgroupFD = true, int(dir.Fd())
	return fork()
}

// forkInside lets the thread visit the group: its child begins where it is.
// A thread that could not come back is not used again.
func (g *Group) forkInside(fork func() (int, error)) (pid int, err error) {
	over := make(chan struct{})
	go func() {
		defer close(over)
		runtime.LockOSThread()
		if err = put(g.dir, "tasks", "0"); err != nil {
			runtime.UnlockOSThread()
			return
		}
		pid, err = fork()
		if put(g.home, "tasks", "0") == nil {
			runtime.UnlockOSThread()
		} // else it ends with its goroutine
	}()
	<-over
	return pid, err
}

// Processes lists the group's processes.
func (g *Group) Processes() ([]int, error) {
	text, err := os.ReadFile(filepath.Join(g.dir, "cgroup.procs"))
	if err != nil {
		return nil, err
	}
	self := os.Getpid() // a thread of it may be visiting
	var pids []int
	for line := range strings.Lines(string(text)) {
		if pid, err := strconv.Atoi(strings.TrimSpace(line)); err == nil && pid != self && pid > 0 {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}

// Kill kills all processes of the group and waits until none is left; the
// error says that some will not die.
func (g *Group) Kill() error {
	return g.until(func() (bool, error) {
		pids, err := g.Processes()
		if err != nil || len(pids) == 0 {
			return true, err
		}
		return false, g.strike(pids)
	})
}

// strike kills all who are in the group now. Version 1 cannot do that at a
// stroke: it is closed for new ones first.
func (g *Group) strike(pids []int) error {
	if g.version == 2 {
		return put(g.dir, "cgroup.kill", "1")
	}
	if err := put(g.dir, "pids.max", "0"); err != nil {
		return err
	}
	for _, pid := range pids {
		g.kill(pid)
	}
	return nil
}

// kill makes sure that the number still means a process of the group.
func (g *Group) kill(pid int) {
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return
	}
	defer unix.Close(fd)
	now, _ := g.Processes()
	for _, one := range now {
		if one == pid {
			_ = unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0)
			return
		}
	}
}

// End kills what is left in the group and removes it.
func (g *Group) End() error {
	if err := g.Kill(); err != nil {
		return unlessGone(err)
	}
	return g.until(func() (bool, error) { // those just killed may still be on their way out
		err := os.Remove(g.dir)
		if errors.Is(err, unix.EBUSY) {
			return false, nil
		}
		return true, unlessGone(err)
	})
}

// unlessGone is the error, unless it says that the group is no more: a keeper
// and its runner may end the same at once.
func unlessGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ENODEV) {
		return nil
	}
	return err
}

func (g *Group) until(done func() (bool, error)) error {
	give := time.Now().Add(patience)
	for pause := 100 * time.Microsecond; ; pause = min(2*pause, 20*time.Millisecond) {
		ok, err := done()
		if ok || err != nil {
			return err
		}
		if time.Now().After(give) {
			pids, _ := g.Processes()
			return fmt.Errorf("control group %s: processes %v will not die", g.dir, pids)
		}
		<-time.After(pause)
	}
}

// Destroy ends all groups of a directory that Make made, by whoever they were
// used, and removes it. One that is gone already is fine.
func Destroy(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	version := 1
	if _, err := os.Stat(filepath.Join(dir, "cgroup.kill")); err == nil {
		version = 2
	}
	for _, e := range entries {
		if e.IsDir() {
			g := &Group{dir: filepath.Join(dir, e.Name()), version: version}
			err = errors.Join(err, g.End())
		}
	}
	if err != nil {
		return err
	}
	return (&Group{dir: dir, version: version}).End()
}
