package keeper

import (
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
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
	}
	StopArgs struct {
		Key    executor.Key
		Reason string
	}
	Outcome struct {
		Never   bool
		Known   bool
		Code    int
		Problem string
	}
	None struct{}
)

func (o Outcome) result() executor.Result {
	if !o.Known {
		return executor.Result{Never: o.Never, Evidence: executor.FromNone, Problem: o.Problem}
	}
	r := executor.Exited(o.Code, executor.FromWait)
	r.Problem = o.Problem
	return r
}
