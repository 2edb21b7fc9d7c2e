package fake

import (
	"sync"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
)

// Executor runs nothing: each run lasts until the test ends it.
type Executor struct {
	mu      sync.Mutex
	left    executor.Left
	fail    error
	unfit   error
	started map[executor.Key]*Run
	settled chan struct{}
}

var _ executor.Executor = (*Executor)(nil)

// NewExecutor returns an executor that finds left from earlier instances.
func NewExecutor(left executor.Left) *Executor {
	return &Executor{left: left, started: map[executor.Key]*Run{}, settled: make(chan struct{})}
}

// Fail has every start fail with err; nil ends that.
func (e *Executor) Fail(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fail = err
}

// Break has every start fail with err, and Fit say so; nil ends that.
func (e *Executor) Break(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fail, e.unfit = err, err
}

// Fit says what Break was told.
func (e *Executor) Fit() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.unfit
}

// Recover returns what NewExecutor was told.
func (e *Executor) Recover() (executor.Left, error) { return e.left, nil }

// Settle closes Settled.
func (e *Executor) Settle() error { close(e.settled); return nil }

// Settled is closed by Settle.
func (e *Executor) Settled() <-chan struct{} { return e.settled }

// Start starts a run. The executable "quick" ends at once with code 0.
func (e *Executor) Start(job executor.Job) (executor.Run, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fail != nil {
		return nil, e.fail
	}
	r := NewRun(job.Key)
	if job.Spec.Directives != "" {
		r.remarks = []string{"no use for " + job.Spec.Directives}
	}
	e.started[job.Key] = r
	if job.Spec.Executable == "quick" {
		r.End(executor.Result{Code: new(int), Evidence: executor.FromRecord})
	}
	return r, nil
}

// Started returns the run of a key, or nil.
func (e *Executor) Started(k executor.Key) *Run {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.started[k]
}

// Run is a run that does nothing.
type Run struct {
	key       executor.Key
	remarks   []string
	once      sync.Once
	result    executor.Result
	done      chan struct{}
	forgotten chan struct{}
}

// NewRun returns a run that lasts until End or Stop.
func NewRun(k executor.Key) *Run {
	return &Run{key: k, done: make(chan struct{}), forgotten: make(chan struct{})}
}

// End ends the run.
func (r *Run) End(result executor.Result) {
	r.once.Do(func() { r.result = result; close(r.done) })
}

// Stop ends the run with code 143.
func (r *Run) Stop(reason string) {
	code := 143
	r.End(executor.Result{Code: &code, Signal: "SIGTERM", Evidence: executor.FromWait, Problem: reason})
}

func (r *Run) Key() executor.Key       { return r.key }
func (r *Run) Remarks() []string       { return r.remarks }
func (r *Run) Done() <-chan struct{}   { return r.done }
func (r *Run) Result() executor.Result { return r.result }

// Forget closes Forgotten.
func (r *Run) Forget() error { close(r.forgotten); return nil }

// Forgotten is closed by Forget.
func (r *Run) Forgotten() <-chan struct{} { return r.forgotten }
