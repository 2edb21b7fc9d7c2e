package cgroup

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// boundMemory bounds what the group has in memory, without swap, and has all
// of it killed if that is not enough: half a job is of no use to anybody.
func (g *Group) boundMemory(bytes int64) error {
	if err := put(g.dir, "memory.max", strconv.FormatInt(bytes, 10)); err != nil {
		return err
	}
	if err := put(g.dir, "memory.oom.group", "1"); err != nil {
		return err
	}
	if err := put(g.dir, "memory.swap.max", "0"); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil // a kernel without swap, or that does not count it
}

// Killed is how many processes of the group the kernel has killed because it
// had too much memory.
func (g *Group) Killed() int { return int(g.read("memory.events", "oom_kill")) }

// CPU is the processor time of all that is and was in the group; false if
// nobody counts it, as in version 1.
func (g *Group) CPU() (time.Duration, bool) {
	if g.version != 2 {
		return 0, false
	}
	n := g.read("cpu.stat", "usage_usec")
	return time.Duration(n) * time.Microsecond, n > 0
}

// read is a number of a file with lines "name number"; 0 if there is none.
func (g *Group) read(file, name string) int64 {
	text, err := os.ReadFile(filepath.Join(g.dir, file))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			n, _ := strconv.ParseInt(strings.TrimSpace(value), 10, 64) // 0 is no harm
			return n
		}
	}
	return 0
}
