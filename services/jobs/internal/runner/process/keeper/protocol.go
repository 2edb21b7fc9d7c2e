package keeper

import (
	"syscall"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process/cgroup"
)

// Config says how a keeper's runs are run.
type Config struct {
	WorkDirs string   // a job's working directory is WorkDirs/<job id>
	Shell    string   // a POSIX shell
	Env      []string // NAME=value, the site's environment

	Grace          time.Duration // between SIGTERM and SIGKILL
	DefaultRuntime time.Duration // wall time of jobs that ask for none; 0: no limit
	MaxRuntime     time.Duration // no job runs longer; 0: no limit
	MaxFiles       int           // open files of a process; 0: as the runner's
	MaxFileSize    int64         // bytes of a file that a process writes; 0: as the runner's
	MaxShared      int           // names of a sweep's directory that a child has too; 0: no bound

	// Groups is where runs get control groups, if anywhere.
	Groups cgroup.Base
	// MaxProcesses bounds the processes, and with Groups.Limits the threads,
	// of a run; 0: no bound.
	MaxProcesses int
}

// The messages of a session's calls; net/rpc wants them exported. Gob leaves
// out fields that are zero, pointers to a zero among them: hence Outcome
// instead of executor.Result.
type (
	HelloArgs struct {
		Config *Config // at the first connection only
	}
	HelloReply struct {
		Runs []executor.Key // all that are not forgotten
	}
	StartReply struct {
		Refusal *executor.Refusal
		Remarks []string
	}
	StopArgs struct {
		Key    executor.Key
		Reason string
	}
	Outcome struct {
		Never   bool
		Known   bool
		Code    int // of the exit, unless a signal ended it
		Signal  int // 0: it exited
		Problem string
	}
	None struct{}
)

func (o Outcome) result() executor.Result {
	if !o.Known {
		return executor.Result{Never: o.Never, Evidence: executor.FromNone, Problem: o.Problem}
	}
	r := end{o.Code, o.Signal}.result(executor.FromWait)
	r.Problem = o.Problem
	return r
}

// end is how a process ended: with an exit code, or by a signal.
type end struct{ code, signal int }

func (e end) result(evidence string) executor.Result {
	if e.signal > 0 {
		return executor.Killed(syscall.Signal(e.signal), evidence)
	}
	return executor.Exited(e.code, evidence)
}
