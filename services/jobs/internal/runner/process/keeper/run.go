package keeper

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process/cgroup"
)

// run is one run of this keeper.
type run struct {
	k      *Keeper
	key    executor.Key
	limit  time.Duration
	most   int           // processes at once; 0: no bound
	memory int64         // bytes together; 0: no bound
	cpu    time.Duration // of processors together; 0: no bound
	script string        // path of its script file; empty: it has none
	hook   string        // path of the record of its hooks; empty: it has none

	gone    chan struct{} // closed when its leader has ended
	done    chan struct{} // closed when nothing of it is left
	outcome Outcome       // stands once done is closed

	mu     sync.Mutex
	pid    int    // of its leader; 0 until it is started, and once it is reaped
	reason string // why it is being stopped
	timer  *time.Timer
	end    *end
	born   uint64 // when it is started, as tree.Now tells it; 0 until then

	group *cgroup.Group // nil: it has none

	work, lost time.Duration // of processors, as it was counted last; the watch alone uses them
}

func (k *Keeper) newRun(job executor.Job) *run {
	most := k.cfg.MaxProcesses
	if n := job.Spec.Limits.Processes; n > 0 && (most == 0 || n < most) {
		most = n
	}
	var memory int64
	if n := job.Spec.Limits.Memory; n > 0 {
		memory = max(n, leastMemory)
	}
	r := &run{k: k, key: job.Key, most: most, memory: memory, cpu: time.Duration(job.Spec.Limits.CPUTime) * time.Second,
		limit: k.limit(time.Duration(job.Spec.Limits.Runtime) * time.Second),
		gone:  make(chan struct{}), done: make(chan struct{})}
	if job.Spec.Pre != nil || job.Spec.Post != nil {
		r.hook = filepath.Join(k.dir, r.key.String()+".hook")
	}
	return r
}

// scriptPath is where a script goes that is too long to be an argument.
func (r *run) scriptPath() string { return filepath.Join(r.k.dir, r.key.String()+".script") }

// started begins the wall-clock limit. The run may have ended, or been
// stopped, in the meantime.
func (r *run) started(pid int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.gone:
		return
	default:
	}
	r.pid = pid
	if r.reason != "" {
		go r.finish()
		return
	}
	if r.limit > 0 {
		r.timer = time.AfterFunc(r.limit, func() { r.stop(fmt.Sprintf("its wall-time limit of %s is over", r.limit)) })
	}
}

// fail ends a run that was claimed and could not be started.
func (r *run) fail() {
	close(r.gone)
	r.outcome = Outcome{Never: true, Problem: notStarted}
	close(r.done)
	r.k.ended()
}

// stop asks the whole tree to end, and after the grace makes it. It returns
// at once; the first reason counts.
func (r *run) stop(reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopping(reason) && r.pid != 0 {
		go r.finish()
	}
}

// stopping notes the reason; false if there is one, or the run has ended. The
// caller holds mu.
func (r *run) stopping(reason string) bool {
	select {
	case <-r.gone:
		return false // too late to change how it ends
	default:
	}
	if r.reason != "" {
		return false
	}
	r.reason = reason
	go r.k.note(stopLine(r.key, reason))
	return true
}

// kill ends the whole tree without further ado.
func (r *run) kill(reason string) {
	r.mu.Lock()
	r.stopping(reason)
	r.mu.Unlock()
	r.signal(unix.SIGKILL)
}

func (r *run) finish() {
	r.signal(unix.SIGTERM)
	grace := time.NewTimer(r.k.cfg.Grace)
	defer grace.Stop()
	select {
	case <-r.gone:
	case <-grace.C:
		r.signal(unix.SIGKILL)
	}
}

// reap ends what the leader left in its process group, and then the leader,
// whose id nobody else can have as long as it is a zombie.
func (r *run) reap(pid int) {
	r.mu.Lock()
	_ = unix.Kill(-pid, unix.SIGKILL)
	var status unix.WaitStatus
	var used unix.Rusage
	for {
		if _, err := unix.Wait4(pid, &status, 0, &used); err != unix.EINTR {
			break
		}
	}
	r.pid = 0
	if r.timer != nil {
		r.timer.Stop()
	}
	close(r.gone)
	r.mu.Unlock()
	go r.conclude(pid, status, spent(used))
}

// conclude sees to it that nothing of the run is left, and makes its end known.
// cpu is what its leader used, and the children that it waited for.
func (r *run) conclude(pid int, status unix.WaitStatus, cpu time.Duration) {
	how := end{code: status.ExitStatus()}
	if status.Signaled() {
		how = end{signal: int(status.Signal())}
	}
	why := cmp.Or(r.exceeded(how, cpu), r.hooked(how))
	r.mu.Lock()
	if r.reason == "" && why != "" {
		r.reason = why
		r.k.note(stopLine(r.key, why))
	}
	reason := r.reason
	r.end = &how
	r.mu.Unlock()
	r.sweep(pid, reason != "" || status.Signaled())
	r.k.note(endLine(r.key, how))
	r.outcome = Outcome{Known: true, Code: how.code, Signal: how.signal, Problem: reason}
	close(r.done)
	r.k.ended()
}

// lines are what the journal says of the run, but for its claim.
func (r *run) lines() (lines []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.reason != "" {
		lines = append(lines, stopLine(r.key, r.reason))
	}
	if r.end != nil {
		lines = append(lines, endLine(r.key, *r.end))
	}
	return lines
}

// clean removes the run's own files.
func (r *run) clean() error {
	var errs []error
	for _, path := range []string{r.script, r.hook} {
		if path == "" {
			continue
		}
		if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) { // a hook that may fail is not on record
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
