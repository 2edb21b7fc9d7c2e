package process

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
)

// Files of one run beside the journal; both are rare.
const (
	stopSuffix   = ".stop"   // why it is being stopped, for the next instance
	scriptSuffix = ".script" // a script too long to be an argument
)

// run is a run of this instance, or one adopted from an earlier instance.
type run struct {
	e        *Executor
	key      executor.Key
	journal  *journal
	path     string // of the files of its own, without their suffix
	mark     string // its value of the marker variable
	pid      int    // of its supervisor, which leads its session; 0: none was found
	limit    time.Duration
	deadline time.Time
	script   bool // it has a script file

	ended  chan struct{} // closed when the supervisor is gone
	done   chan struct{} // closed when the result is known and nothing is left
	result executor.Result

	stopping sync.Once
	mu       sync.Mutex
	reason   string // why it was stopped
	timer    *time.Timer
}

var _ executor.Run = (*run)(nil)

// mark is what the marker variable of a run's processes holds.
func (e *Executor) mark(k executor.Key) string { return filepath.Base(e.instance) + "/" + k.String() }

func newRun(e *Executor, key executor.Key, j *journal) *run {
	return &run{e: e, key: key, journal: j, mark: e.mark(key), path: filepath.Join(filepath.Dir(j.path), key.String()),
		ended: make(chan struct{}), done: make(chan struct{})}
}

func (r *run) Key() executor.Key       { return r.key }
func (r *run) Done() <-chan struct{}   { return r.done }
func (r *run) Result() executor.Result { return r.result }

// Forget notes in the journal that the run is not to be found again, and
// removes its files.
func (r *run) Forget() error {
	err := r.journal.forget(r.key)
	r.e.leave(r.journal)
	if r.stopReason() != "" {
		_ = os.Remove(r.path + stopSuffix)
	}
	if r.script {
		_ = os.Remove(r.path + scriptSuffix)
	}
	return err
}

// arm starts the wall-time clock.
func (r *run) arm() {
	if r.deadline.IsZero() {
		return
	}
	text := "its wall-time limit is over"
	if r.limit > 0 {
		text = fmt.Sprintf("its wall-time limit of %s is over", r.limit)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.timer = time.AfterFunc(time.Until(r.deadline), func() {
		select {
		case <-r.e.over:
		default:
			r.Stop(text)
		}
	})
}

func (r *run) stopReason() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.reason
}

// settle ends the run: what is left of it goes, and its result stands.
func (r *run) settle(result executor.Result) {
	r.mu.Lock()
	if r.timer != nil {
		r.timer.Stop()
	}
	r.mu.Unlock()
	if reason := r.stopReason(); reason != "" && !result.Never {
		result.Problem = reason
	}
	r.result = result
	close(r.done)
}
