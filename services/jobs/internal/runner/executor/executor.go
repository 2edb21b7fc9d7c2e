// Package executor is the port between a runner's agent, which talks to the
// jobs service, and what really runs jobs: processes of this machine, or a
// batch system. It is separate so that the agent can be tested without
// processes, and each executor against one conformance suite (executortest).
package executor

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Key names one run: a job under the epoch in which it was given out.
type Key struct {
	ID    id.ID
	Epoch int
}

// String is the spelling that ParseKey reads: "<id>.<epoch>".
func (k Key) String() string { return k.ID.String() + "." + strconv.Itoa(k.Epoch) }

// ParseKey reads the spelling of a key.
func ParseKey(s string) (Key, bool) {
	left, right, _ := strings.Cut(s, ".")
	job, err := id.Parse(left)
	epoch, bad := strconv.Atoi(right)
	k := Key{job, epoch}
	return k, err == nil && bad == nil && k.String() == s
}

// Job is what an executor is asked to run.
type Job struct {
	Key
	Site string
	Spec jobsapi.Spec
	// Dir is the working directory's path below the site's directory of those;
	// empty: the job's id.
	Dir string
}

// How the end of a run is known.
const (
	FromRecord = "exit record" // written down by who saw it, and who is gone
	FromWait   = "wait"        // seen by waiting for the process
	FromNone   = "none"        // not known, or nothing ran
)

// Result is the end of a run.
type Result struct {
	// Never: no process was started and none ever will be.
	Never bool
	// Code is the exit code; nil if none is known. A process that was killed
	// by signal n has 128+n, as in a shell, and Signal names it.
	Code     *int
	Signal   string
	Evidence string
	// Problem says in words why the run failed whatever the code: it was
	// stopped, or nobody knows how it ended.
	Problem string
}

// Exited is the end of a process that returned a code from 0 to 255, be it one
// that a shell would make of a signal.
func Exited(code int, evidence string) Result { return Result{Code: &code, Evidence: evidence} }

// Killed is the end of a process that a signal ended.
func Killed(signal syscall.Signal, evidence string) Result {
	code := 128 + int(signal)
	return Result{Code: &code, Signal: unix.SignalName(signal), Evidence: evidence}
}

// Run is a started job. Its methods may be called from any goroutine.
type Run interface {
	Key() Key
	// Done is closed when nothing of the run is alive any more.
	Done() <-chan struct{}
	// Result is the end of the run; it is to be asked only after Done.
	Result() Result
	// Remarks are what the executor has to tell the job's owner of how it was
	// started; none of a run that Recover found.
	Remarks() []string
	// Stop ends the whole process tree, politely first. It returns at once;
	// the first reason given is the one that counts.
	Stop(reason string)
	// Forget removes what is kept of an ended run, so that the next Recover
	// does not find it.
	Forget() error
}

// Left is what earlier instances of an executor have left behind.
type Left struct {
	Runs []Run
	// Complete: a run that is not among Runs was never started and never
	// will be. It is false if that cannot be said, e.g. after a power loss.
	Complete bool
}

// Executor runs jobs. Whoever uses it starts each key once at most.
type Executor interface {
	// Recover finds what earlier instances left, and makes sure that a start
	// of theirs that was still under way comes to nothing. It must be called
	// once, before the first Start.
	Recover() (Left, error)
	// Start starts a job. The error is a *Refusal if the job itself is at
	// fault; any other error is the site's, and the job may be tried
	// elsewhere. In both cases nothing was started. The file that the
	// description calls its directives must be there; an executor that has no
	// use for it says so in a remark.
	Start(Job) (Run, error)
	// Fit says why the site can start nothing at present; nil if it seems
	// that it can. It is asked after a start has failed, before more jobs are
	// taken.
	Fit() error
	// Settle tells that all that Recover found missing or left is accounted
	// for, so that traces of earlier instances can go.
	Settle() error
}

// Refusal says that a job cannot be started because of what it asks for.
type Refusal struct {
	Code    int // as a shell would report it: 127 not found, 126 not executable
	Problem string
}

// Error returns the problem.
func (r *Refusal) Error() string { return r.Problem }

// Refuse makes a refusal.
func Refuse(code int, format string, args ...any) *Refusal {
	return &Refusal{code, fmt.Sprintf(format, args...)}
}
