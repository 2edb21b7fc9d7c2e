package process

import (
	"errors"
	"sync"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process/keeper"
)

// run is a run of this executor's keeper, or of one that is left from before.
type run struct {
	e      *Executor
	i      *instance
	key    executor.Key
	said   []string // remarks
	done   chan struct{}
	result executor.Result // stands once done is closed
	stop   sync.Once
	forget sync.Once
}

var _ executor.Run = (*run)(nil)

// follow begins to wait for the end of a run that is counted in.
func (e *Executor) follow(i *instance, key executor.Key, said ...string) *run {
	r := &run{e: e, i: i, key: key, said: said, done: make(chan struct{})}
	go r.wait()
	return r
}

func (r *run) wait() {
	result, err := executor.Result{}, keeper.ErrDead
	if r.i.client != nil {
		result, err = r.i.client.Wait(r.key)
	}
	if r.e.closed() {
		return // the next executor will see to it
	}
	if err != nil {
		r.e.replace(r.i)
		result = r.i.verdict(r.key)
	}
	r.result = result
	close(r.done)
}

func (r *run) Key() executor.Key       { return r.key }
func (r *run) Remarks() []string       { return r.said }
func (r *run) Done() <-chan struct{}   { return r.done }
func (r *run) Result() executor.Result { return r.result }

// Stop passes the order on. If the keeper dies, the run ends without it.
func (r *run) Stop(reason string) {
	r.stop.Do(func() {
		if r.i.client != nil {
			r.i.client.Stop(r.key, reason)
		}
	})
}

// Forget has the keeper forget the run.
func (r *run) Forget() (err error) {
	r.forget.Do(func() {
		if r.i.client != nil && !r.result.Never {
			if err = r.i.client.Forget(r.key); errors.Is(err, keeper.ErrDead) {
				err = nil // its directory goes, sooner or later
			}
		}
		err = errors.Join(err, r.i.leave())
	})
	return err
}
