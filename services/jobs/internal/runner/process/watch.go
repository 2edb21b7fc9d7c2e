package process

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
)

// watchChild waits for a supervisor that this process started.
func (r *run) watchChild(p *os.Process) {
	r.pid = p.Pid
	r.arm()
	go func() {
		// As long as it is not reaped its id cannot be given to anybody
		// else: the moment to end what the job left in its process group.
		awaitExit(p.Pid)
		r.signalGroup(unix.SIGKILL)
		state, err := p.Wait()
		close(r.ended)
		if err != nil {
			r.e.log.Error("waiting for a run failed", "run", r.key.String(), "err", err)
			r.conclude(nil)
			return
		}
		status, _ := state.Sys().(syscall.WaitStatus)
		r.conclude(&status)
	}()
}

func awaitExit(pid int) {
	for {
		err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			return
		}
	}
}

// conclude finds out how a run ended whose supervisor is gone. status is the
// supervisor's if it was a child of this process.
func (r *run) conclude(status *syscall.WaitStatus) {
	rec, err := r.journal.look(r.key)
	if err != nil {
		r.e.log.Error("a journal is unreadable", "run", r.key.String(), "err", err)
	}
	result := judge(rec, err, status)
	stopped := r.stopReason() != ""
	if result.Code == nil || stopped || status == nil {
		r.sweep()
	}
	if result.Code == nil && !result.Never && stopped && status != nil {
		// The last resort took the supervisor along with the job.
		result = exited(128+int(unix.SIGKILL), executor.FromWait)
	}
	r.settle(result)
}

// judge says what a record and the supervisor's own exit prove.
func judge(rec record, err error, status *syscall.WaitStatus) executor.Result {
	switch {
	case rec.code != nil:
		return exited(*rec.code, executor.FromRecord)
	case err == nil && !rec.claimed:
		return executor.Result{Never: true, Evidence: executor.FromNone,
			Problem: "its process could not be started at the site"}
	case err == nil && status != nil && status.Exited():
		// The record could not be written to its end: the disk is full.
		return exited(status.ExitStatus(), executor.FromWait)
	}
	return executor.Result{Evidence: executor.FromNone,
		Problem: "its supervisor was killed or the machine went down: outcome unknown"}
}

// exited is the end with a code as a shell reports it. A code above 128 is
// taken for a signal if there is one of that number.
func exited(code int, evidence string) executor.Result {
	result := executor.Result{Code: &code, Evidence: evidence}
	if code > 128 {
		result.Signal = unix.SignalName(syscall.Signal(code - 128))
	}
	return result
}
