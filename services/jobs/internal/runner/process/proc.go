package process

import (
	"bytes"
	"os"
	"strconv"
)

// maxEnviron bounds how much of a process's environment is looked at.
const maxEnviron = 4 << 20

// marked lists the live processes whose environment holds the mark. It sees
// only what the kernel lets this user see, and not what has cleaned its
// environment: the process group is the first net, this is the second.
func marked(mark string) []int {
	want := []byte(marker + "=" + mark)
	var pids []int
	eachProcess(func(pid int) {
		// A zombie's environment is empty.
		env := readProc(pid, "environ", maxEnviron)
		for len(env) > 0 {
			var pair []byte
			pair, env, _ = bytes.Cut(env, []byte{0})
			if bytes.Equal(pair, want) {
				pids = append(pids, pid)
				return
			}
		}
	})
	return pids
}

// supervisors are the live ones, by what they supervise.
func supervisors() map[claim]int {
	found := map[claim]int{}
	eachProcess(func(pid int) {
		if c, ok := claimOf(readProc(pid, "cmdline", maxEnviron)); ok {
			// A subshell has its parent's command line; the parent, which
			// leads the session, is the supervisor.
			if old, twice := found[c]; !twice || !leads(old) {
				found[c] = pid
			}
		}
	})
	return found
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

func readProc(pid int, file string, limit int64) []byte {
	f, err := os.Open("/proc/" + strconv.Itoa(pid) + "/" + file)
	if err != nil {
		return nil
	}
	defer f.Close()
	b := make([]byte, 0, 8<<10)
	for int64(len(b)) < limit {
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
