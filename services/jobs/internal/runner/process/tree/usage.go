package tree

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"time"
)

// CPU is the processor time of a process and of the children that it has
// waited for (proc_pid_stat(5), fields 14 to 17); 0 if it is gone.
func CPU(pid int) time.Duration {
	f := stat(pid)
	if len(f) < 15 {
		return 0
	}
	var sum int64
	for _, text := range f[11:15] {
		n, _ := strconv.ParseInt(text, 10, 64) // the kernel writes numbers
		sum += n
	}
	return time.Duration(sum) * (time.Second / ticks)
}

// Memory is what processes have in memory that is theirs and not a file's, in
// bytes. What several share is counted again for each; Share counts it once,
// and takes the kernel longer.
func Memory(pids []int) int64 { return sum(pids, "status", "RssAnon:", "RssShmem:") }

// Share is as Memory, with a share of what a process shares with others.
func Share(pids []int) int64 { return sum(pids, "smaps_rollup", "Pss_Anon:", "Pss_Shmem:") }

// sum adds up the lines of a file of each process that begin with the words.
func sum(pids []int, file string, words ...string) (bytes int64) {
	for _, pid := range pids {
		f, err := os.Open("/proc/" + strconv.Itoa(pid) + "/" + file)
		if err != nil {
			continue // it is gone
		}
		for lines := bufio.NewScanner(f); lines.Scan(); {
			for _, word := range words {
				if rest, ok := strings.CutPrefix(lines.Text(), word); ok {
					bytes += kilobytes(rest)
				}
			}
		}
		f.Close()
	}
	return bytes
}

// kilobytes reads "  1234 kB".
func kilobytes(s string) int64 {
	n, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(s), " kB"), 10, 64) // the kernel writes numbers
	return n << 10
}
