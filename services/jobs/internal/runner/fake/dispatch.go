// Package fake is the jobs service and an executor as a runner's tests want
// them: in memory, quick, and failing on command.
package fake

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Job is a job as the fake service knows it.
type Job struct {
	jobsapi.Assignment
	Runner   string
	Aborting bool
	Begun    int              // times that leave was given
	Released []jobsapi.Report // in order
	Remarks  []string         // what its owner was told
	Finish   *jobsapi.Report  // the end, if it has come
	given    time.Time
}

// Call is one call that a runner makes.
type Call struct {
	Name    string // "register", "offer", "report", "beat"
	Reports []jobsapi.Report
	Done    bool // false: before it has an effect; true: before it is answered
}

// Dispatch is the jobs service as runners see it.
type Dispatch struct {
	mu      sync.Mutex
	jobs    map[id.ID]*Job
	queue   []id.ID
	next    id.ID
	changed chan struct{} // closed and replaced at every change
	gate    func(context.Context, Call) error
	lease   time.Duration
	beats   int
	retries int  // reports that are yet to be answered with Retry
	aloof   bool // no job comes with leave to start
}

var _ jobsapi.Dispatch = (*Dispatch)(nil)

// NewDispatch returns a service without jobs.
func NewDispatch(lease time.Duration) *Dispatch {
	return &Dispatch{jobs: map[id.ID]*Job{}, next: id.New(time.Now()), changed: make(chan struct{}), lease: lease}
}

// Gate has every call pass f twice: before it has an effect and before it is
// answered. An error is what the caller gets. nil opens the gate.
func (d *Dispatch) Gate(f func(context.Context, Call) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.gate = f
}

func (d *Dispatch) pass(ctx context.Context, c Call) error {
	d.mu.Lock()
	gate := d.gate
	d.mu.Unlock()
	if gate == nil {
		return ctx.Err()
	}
	return gate(ctx, c)
}

// Submit queues a job.
func (d *Dispatch) Submit(spec jobsapi.Spec) id.ID {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.next++
	j := &Job{Assignment: jobsapi.Assignment{ID: d.next, Owner: "u1", Spec: spec, State: jobsapi.Queued}}
	d.jobs[j.ID] = j
	d.queue = append(d.queue, j.ID)
	d.change()
	return j.ID
}

// Retry has the next n reports answered with "say it again".
func (d *Dispatch) Retry(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.retries = n
}

// Aloof has runners ask for leave to start, whatever they offer.
func (d *Dispatch) Aloof() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.aloof = true
}

// Abort asks for a job's end; the next beat tells.
func (d *Dispatch) Abort(job id.ID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.jobs[job].Aborting = true
	d.change()
}

// GiveOn takes a job away from its runner, as after a lost lease, and gives
// it to another one that never comes.
func (d *Dispatch) GiveOn(job id.ID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.jobs[job].Epoch++
	d.jobs[job].Runner = "another"
	d.change()
}

// GiveUnheard gives a job to a runner without telling it: the answer to its
// offer went to nobody. state is Matched, or Running if it came with leave to start.
func (d *Dispatch) GiveUnheard(runner string, state jobsapi.State, spec jobsapi.Spec) id.ID {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.next++
	d.jobs[d.next] = &Job{
		Assignment: jobsapi.Assignment{ID: d.next, Owner: "u1", Epoch: 1, Spec: spec, State: state},
		Runner:     runner, given: time.Now(),
	}
	d.change()
	return d.next
}

// Get returns a job.
func (d *Dispatch) Get(job id.ID) Job {
	d.mu.Lock()
	defer d.mu.Unlock()
	return *d.jobs[job]
}

// Beats counts the beats.
func (d *Dispatch) Beats() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.beats
}

// AwaitBeat waits for a beat that has not come yet.
func (d *Dispatch) AwaitBeat(ctx context.Context) error {
	before := d.Beats()
	return d.await(ctx, func() bool { return d.beats > before })
}

// Await waits until the job is as wanted.
func (d *Dispatch) Await(ctx context.Context, job id.ID, want func(Job) bool) (Job, error) {
	err := d.await(ctx, func() bool { return want(*d.jobs[job]) })
	j := d.Get(job)
	if err != nil {
		err = fmt.Errorf("job is %+v: %w", j, err)
	}
	return j, err
}

func (d *Dispatch) await(ctx context.Context, so func() bool) error {
	for {
		d.mu.Lock()
		ok, changed := so(), d.changed
		d.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Ended is a condition for Await.
func Ended(j Job) bool { return j.Finish != nil }

// Running is a condition for Await: leave was given.
func Running(j Job) bool { return j.State == jobsapi.Running }

func (d *Dispatch) change() {
	close(d.changed)
	d.changed = make(chan struct{})
}
