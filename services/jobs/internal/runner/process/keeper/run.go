package keeper

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process/tree"
)

// run is one run of this keeper.
type run struct {
	k      *Keeper
	key    executor.Key
	limit  time.Duration
	script string // path of its script file; empty: it has none

	gone    chan struct{} // closed when its leader has ended
	done    chan struct{} // closed when nothing of it is left
	outcome Outcome       // stands once done is closed

	mu     sync.Mutex
	pid    int    // of its leader; 0 until it is started, and once it is reaped
	reason string // why it is being stopped
	timer  *time.Timer
	code   *int
}

func (k *Keeper) newRun(job executor.Job) *run {
	return &run{k: k, key: job.Key, limit: k.limit(time.Duration(job.Spec.Limits.Runtime) * time.Second),
		gone: make(chan struct{}), done: make(chan struct{})}
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
		go r.end()
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
	select {
	case <-r.gone:
		return // too late to change how it ends
	default:
	}
	if r.reason != "" {
		return
	}
	r.reason = reason
	go r.k.note(stopLine(r.key, reason))
	if r.pid != 0 {
		go r.end()
	}
}

func (r *run) end() {
	r.signal(unix.SIGTERM)
	grace := time.NewTimer(r.k.cfg.Grace)
	defer grace.Stop()
	select {
	case <-r.gone:
	case <-grace.C:
		r.signal(unix.SIGKILL)
	}
}

// signal reaches the run's process group and those who have left it.
func (r *run) signal(s syscall.Signal) {
	r.mu.Lock()
	if r.pid != 0 {
		_ = unix.Kill(-r.pid, s)
	}
	leader := r.pid
	r.mu.Unlock()
	for _, pid := range tree.Marked(r.k.mark(r.key)) {
		if group, err := unix.Getpgid(pid); err == nil && group != leader {
			_ = unix.Kill(pid, s)
		}
	}
}

// reap ends what the leader left in its process group, and then the leader,
// whose id nobody else can have as long as it is a zombie.
func (r *run) reap(pid int) {
	r.mu.Lock()
	_ = unix.Kill(-pid, unix.SIGKILL)
	var status unix.WaitStatus
	for {
		if _, err := unix.Wait4(pid, &status, 0, nil); err != unix.EINTR {
			break
		}
	}
	r.pid = 0
	if r.timer != nil {
		r.timer.Stop()
	}
	close(r.gone)
	r.mu.Unlock()
	go r.conclude(pid, status)
}

// conclude waits until nothing of the run is left and makes its end known.
func (r *run) conclude(pid int, status unix.WaitStatus) {
	code := status.ExitStatus()
	if status.Signaled() {
		code = 128 + int(status.Signal())
	}
	if !tree.Gone(pid) {
		log.Printf("run %s: processes of group %d will not die", r.key, pid)
	}
	r.mu.Lock()
	reason := r.reason
	r.code = &code
	r.mu.Unlock()
	if reason != "" || status.Signaled() {
		if left := tree.Sweep(r.k.mark(r.key)); len(left) > 0 {
			log.Printf("run %s: processes %v will not die", r.key, left)
		}
	}
	r.k.note(exitLine(r.key, code))
	r.outcome = Outcome{Known: true, Code: code, Problem: reason}
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
	if r.code != nil {
		lines = append(lines, exitLine(r.key, *r.code))
	}
	return lines
}

// clean removes the run's own file.
func (r *run) clean() error {
	if r.script == "" {
		return nil
	}
	return os.Remove(r.script)
}
