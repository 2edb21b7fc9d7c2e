package keeper

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process/tree"
)

const (
	// watchEvery is how often it is counted what runs have, where the kernel
	// does not do it.
	watchEvery = 100 * time.Millisecond
	// leastMemory is what every run may have: with less no program starts.
	leastMemory = 8 << 20
)

// backstop bounds what a single process may ask for, in bytes, where nobody
// but the keeper bounds the memory of all: between two counts a process could
// have taken any amount. It is more than the limit because asking for memory
// is not using it.
func backstop(memory int64) int64 { return 2 * max(memory, leastMemory) }

// watched: the keeper has to count what the run has.
func (r *run) watched() bool { return r.counted() || r.weighed() || r.cpu > 0 }

// counted: the kernel does not bound its processes.
func (r *run) counted() bool { return r.most > 0 && !r.k.cfg.Groups.Limits }

// weighed: the kernel does not bound its memory.
func (r *run) weighed() bool { return r.memory > 0 && !r.k.cfg.Groups.Memory }

// attend begins to watch with the first run that needs it.
func (k *Keeper) attend(r *run) {
	if r.watched() {
		k.watched.Do(func() { go k.watch() })
	}
}

// watch counts, and ends the runs that have too much.
func (k *Keeper) watch() {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for range tick.C {
		for _, r := range k.started() {
			if r.watched() {
				r.check()
			}
		}
		if k.cfg.MaxProcesses > 0 && k.cfg.Groups.Dir == "" {
			k.killStrays(k.cfg.MaxProcesses)
		}
	}
}

func (r *run) check() {
	pids := r.members()
	if n := len(pids); r.counted() && n > r.most {
		r.kill(fmt.Sprintf("it had %d processes; it may have %d", n, r.most))
	}
	if r.weighed() && tree.Memory(pids) > r.memory {
		if n := tree.Share(pids); n > r.memory {
			r.kill(fmt.Sprintf("%s: its processes had %d bytes, counted ten times a second", r.tooMuch(), n))
		}
	}
	if r.cpu > 0 && r.worked(pids) > r.cpu {
		r.stop(r.tooLong())
	}
}

func (r *run) tooMuch() string {
	return fmt.Sprintf("its memory limit of %d bytes was exceeded", r.memory)
}
func (r *run) tooLong() string { return fmt.Sprintf("its processor-time limit of %s is over", r.cpu) }

// worked is the processor time of all that is and was of the run. Where the
// kernel does not keep it, what is gone between two looks and that nobody has
// waited for counts as it was seen last.
func (r *run) worked(pids []int) time.Duration {
	if r.group != nil {
		if sum, ok := r.group.CPU(); ok {
			return sum
		}
	}
	sum := r.lost
	for _, pid := range pids {
		sum += tree.CPU(pid)
	}
	if sum < r.work { // of those who are gone
		r.lost += r.work - sum
		sum = r.work
	}
	r.work = sum
	return sum
}

// members are the live processes of a run.
func (r *run) members() []int {
	if r.group != nil {
		pids, _ := r.group.Processes() // none, if it is gone
		return pids
	}
	r.mu.Lock()
	leader := r.pid
	r.mu.Unlock()
	if leader == 0 {
		return nil
	}
	pids := append([]int{leader}, tree.Below(leader)...)
	mark := r.k.mark(r.key)
	for _, pid := range r.k.orphans() {
		if tree.MarkOf(pid) == mark {
			pids = append(append(pids, pid), tree.Below(pid)...)
		}
	}
	return pids
}

// exceeded is why a run has ended that nobody has stopped, if the kernel has
// ended it because of a limit; cpu is what its leader used.
func (r *run) exceeded(how end, cpu time.Duration) string {
	failed := how.signal != 0 || how.code != 0
	switch {
	case r.memory > 0 && r.group != nil && r.group.Killed() > 0 && failed:
		return fmt.Sprintf("%s: the kernel has killed %d of its processes (oom_kill)", r.tooMuch(), r.group.Killed())
	case r.cpu > 0 && (cpu >= r.cpu && failed || how.signal == int(unix.SIGXCPU)):
		return r.tooLong()
	}
	return ""
}

func spent(used unix.Rusage) time.Duration {
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
