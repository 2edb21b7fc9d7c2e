package app

import (
	"context"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

const (
	dutyMost   = 10_000          // jobs taken on by a duty without workers
	dutyQueue  = 256             // jobs that wait for a worker; what finds no place is swept up
	sweepEvery = 2 * time.Second // how often, and
	sweepSoon  = sweepEvery / 4  // how soon again, if there were more than can be taken on
	sweepAfter = 3 * time.Second // for how long nothing happened to a job that counts as left behind
)

// duty is something that the service does for jobs by itself. Every replica
// has every duty: do must bear being done twice, by two of them at once.
type duty struct {
	name string
	// workers is how many jobs are done at once; 0: as many as there are, up to
	// dutyMost, and do itself waits for what it needs.
	workers int
	// find returns jobs that need it and to which nothing happened since
	// before, at most n.
	find func(ctx context.Context, before time.Time, n int) ([]jobsapi.Job, error)
	// do is what there is to do for a job that looked like this a while ago.
	// What it leaves undone, find finds again.
	do func(context.Context, jobsapi.Job)
}

// dutiful is a duty with the jobs that this replica has taken on.
type dutiful struct {
	duty
	queue chan jobsapi.Job
	mu    sync.Mutex
	busy  map[id.ID]bool // true: it was called for again meanwhile
}

func newDutiful(d duty) *dutiful {
	return &dutiful{duty: d, queue: make(chan jobsapi.Job, dutyQueue), busy: map[id.ID]bool{}}
}

// take takes a job on, unless that is so already or there is no room.
func (d *dutiful) take(j jobsapi.Job) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, busy := d.busy[j.ID]; busy {
		d.busy[j.ID] = true
		return
	}
	if len(d.busy) >= dutyMost {
		return
	}
	select {
	case d.queue <- j:
		d.busy[j.ID] = false
	default:
	}
}

// done lets go of a job, unless it was called for again meanwhile.
func (d *dutiful) done(j jobsapi.Job) (again bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if again = d.busy[j.ID]; again {
		d.busy[j.ID] = false
		return true
	}
	delete(d.busy, j.ID)
	return false
}

// run works until ctx ends.
func (d *dutiful) run(ctx context.Context, a *App) {
	ctx = who.With(ctx, who.Component("jobs"))
	var all sync.WaitGroup
	all.Go(func() { d.sweep(ctx, a) })
	for range d.workers {
		all.Go(func() { d.work(ctx) })
	}
	if d.workers == 0 {
		d.spread(ctx, &all)
	}
	all.Wait()
}

// spread does each job beside the others.
func (d *dutiful) spread(ctx context.Context, all *sync.WaitGroup) {
	for {
		select {
		case j := <-d.queue:
			all.Go(func() { d.one(ctx, j) })
		case <-ctx.Done():
			return
		}
	}
}

// one does a job until nobody calls for it.
func (d *dutiful) one(ctx context.Context, j jobsapi.Job) {
	for again := true; again && ctx.Err() == nil; again = d.done(j) {
		d.do(ctx, j)
	}
}

func (d *dutiful) work(ctx context.Context) {
	for {
		select {
		case j := <-d.queue:
			d.one(ctx, j)
		case <-ctx.Done():
			return
		}
	}
}

// sweep finds the jobs that nobody was told of, or a replica left behind.
func (d *dutiful) sweep(ctx context.Context, a *App) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			left, err := d.find(ctx, a.Now().Add(-sweepAfter), dutyQueue)
			if err != nil && ctx.Err() == nil {
				a.Log.WarnContext(ctx, "cannot look for jobs that wait for the service", "duty", d.name, "err", err)
			}
			for _, j := range left {
				d.take(j)
			}
			if len(left) < dutyQueue {
				tick.Reset(sweepEvery)
			} else {
				tick.Reset(sweepSoon)
			}
		case <-ctx.Done():
			return
		}
	}
}
