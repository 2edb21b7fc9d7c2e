// Package tree finds and ends the processes of a run by a mark in their
// environment. It is separate because two need it: the keeper, for what has
// left a run's process group, and the executor, for what a dead keeper left.
package tree

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Marker is the variable that holds a run's mark.
const Marker = "HEDDLE_RUN"

const (
	// maxEnviron bounds how much of a process's environment is looked at.
	maxEnviron = 4 << 20
	// sweepTime bounds the hunt for processes that will not die.
	sweepTime = 3 * time.Second
)

// Marked lists the live processes whose environment holds the mark. It sees
// only what the kernel lets this user see, and not what has cleaned its
// environment: the process group is the first net, this is the second.
func Marked(mark string) []int {
	var pids []int
	eachProcess(func(pid int) {
		if MarkOf(pid) == mark {
			pids = append(pids, pid)
		}
	})
	return pids
}

// MarkOf is the mark in a process's environment; empty if it has none, as a
// zombie has.
func MarkOf(pid int) string {
	for env := readEnviron(pid); len(env) > 0; {
		var pair []byte
		pair, env, _ = bytes.Cut(env, []byte{0})
		if mark, ok := bytes.CutPrefix(pair, []byte(Marker+"=")); ok {
			return string(mark)
		}
	}
	return ""
}

// Signal sends a signal to all that are marked.
func Signal(mark string, s syscall.Signal) {
	for _, pid := range Marked(mark) {
		_ = unix.Kill(pid, s)
	}
}

// Sweep kills all that are marked and returns those that live on after
// sweepTime, usually none.
func Sweep(mark string) (left []int) {
	give := time.Now().Add(sweepTime)
	for {
		left = Marked(mark)
		if len(left) == 0 || time.Now().After(give) {
			return left
		}
		for _, pid := range left {
			End(pid, give)
		}
	}
}

// End kills a process and waits until it is gone, or the time is over: one
// that is ending has no environment any more, and is still there.
func End(pid int, give time.Time) {
	fd, err := unix.PidfdOpen(pid, 0)
	_ = unix.Kill(pid, unix.SIGKILL)
	if err != nil {
		return
	}
	defer unix.Close(fd)
	for time.Now().Before(give) {
		n, _ := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(time.Until(give).Milliseconds())+1)
		if n > 0 {
			return
		}
	}
}

// Gone waits until a process group has no member left; false if it has one
// after sweepTime.
func Gone(group int) bool {
	give := time.Now().Add(sweepTime)
	for pause := 100 * time.Microsecond; ; pause = min(2*pause, 20*time.Millisecond) {
		if unix.Kill(-group, 0) == unix.ESRCH {
			return true
		}
		if time.Now().After(give) {
			return false
		}
		<-time.After(pause)
	}
}

func eachProcess(do func(pid int)) {
	dir, err := os.Open("/proc")
	if err != nil {
		return
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			do(pid)
		}
	}
}

func readEnviron(pid int) []byte {
	f, err := os.Open("/proc/" + strconv.Itoa(pid) + "/environ")
	if err != nil {
		return nil
	}
	defer f.Close()
	b := make([]byte, 0, 8<<10)
	for len(b) < maxEnviron {
		if len(b) == cap(b) {
			b = append(b, make([]byte, len(b))...)[:len(b)]
		}
		n, err := f.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if n == 0 || err != nil {
			break
		}
	}
	return b
}
