package tree

import (
	"math"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Children are the live children of a process, as the kernel tells if it is
// one that does (CONFIG_PROC_CHILDREN).
func Children(pid int) (pids []int) {
	tasks := "/proc/" + strconv.Itoa(pid) + "/task"
	threads, err := os.ReadDir(tasks)
	if err != nil {
		return nil
	}
	for _, t := range threads {
		text, _ := os.ReadFile(tasks + "/" + t.Name() + "/children") // it may be gone
		for field := range strings.FieldsSeq(string(text)) {
			if child, err := strconv.Atoi(field); err == nil && Born(child) != math.MaxUint64 {
				pids = append(pids, child)
			}
		}
	}
	return pids
}

// Below are the live processes below one.
func Below(pid int) (pids []int) {
	for _, child := range Children(pid) {
		pids = append(append(pids, child), Below(child)...)
	}
	return pids
}

// ticks are in a second, on every Linux (USER_HZ).
const ticks = 100

// Now is the time since the machine was started, in ticks.
func Now() uint64 {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
		return 1 // everything is younger
	}
	return uint64(t.Sec)*ticks + uint64(t.Nsec)*ticks/1e9
}

// Born is when a process was started, as Now tells it; the end of time if it
// is not alive (proc_pid_stat(5), fields 3 and 22).
func Born(pid int) uint64 {
	f := stat(pid)
	if len(f) < 20 || f[0] == "Z" || f[0] == "X" {
		return math.MaxUint64
	}
	born, err := strconv.ParseUint(f[19], 10, 64)
	if err != nil {
		return math.MaxUint64
	}
	return born
}

// stat are the fields of a process from the third on; none if it is gone.
func stat(pid int) []string {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return nil
	}
	end := strings.LastIndexByte(string(text), ')') // of a name that may hold anything
	return strings.Fields(string(text[end+1:]))
}
