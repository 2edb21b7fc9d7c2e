package runner

import (
	"context"
	"sync/atomic"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// account brings together what the service thinks this runner holds and what
// is really left of earlier instances. Both sides end up with nothing that
// the other does not know of; then the executor's old traces can go.
func (a *Agent) account(ctx context.Context, left executor.Left, held jobsapi.Held) {
	runs := map[executor.Key]executor.Run{}
	for _, run := range left.Runs {
		runs[run.Key()] = run
	}
	var open atomic.Int64
	open.Store(1)
	closed := func() {
		if open.Add(-1) == 0 {
			a.settle()
		}
	}
	for _, h := range a.adopt(held.Jobs, runs) {
		delete(runs, h.key())
		open.Add(1)
		a.work.Go(func() { a.accountOne(ctx, h, left.Complete, closed) })
	}
	for _, run := range runs {
		open.Add(1)
		a.work.Go(func() { a.disown(ctx, run, closed) })
	}
	closed()
}

// adopt takes in what the service thinks is held here: allocations first, for
// others are in them.
func (a *Agent) adopt(jobs []jobsapi.Holding, runs map[executor.Key]executor.Run) (adopted []*hold) {
	for _, first := range []bool{true, false} {
		for _, job := range jobs {
			if (job.Kind == jobsapi.Allocation) != first {
				continue
			}
			h := a.known(job)
			h.run = runs[h.key()]
			if h.in = a.room(h.Spec); h.in == nil {
				h.in = a.holds // as if it were outside: it runs, wherever
			}
			if !a.all.add(h) {
				continue
			}
			if h.in.adopt(h); first {
				a.inside.make(h, a.dep.Now)
			}
			adopted = append(adopted, h)
		}
	}
	return adopted
}

// accountOne follows an adopted run to its end, or reports that there is none.
func (a *Agent) accountOne(ctx context.Context, h *hold, complete bool, closed func()) {
	defer a.remove(h)
	taken := false
	switch {
	case h.run == nil:
		taken = a.reportMissing(h, complete)
		h.in.idle(h, 0)
	case a.follow(ctx, h, h.run):
		h.in.idle(h, 0)
		taken = a.finishOld(h)
	default:
		h.in.idle(h, 0)
	}
	if taken {
		closed()
	}
}

// finishOld reports the end of an adopted run. That it was never started is
// no trouble of the site's: an earlier agent ended in between.
func (a *Agent) finishOld(h *hold) (taken bool) {
	if !h.run.Result().Never || h.stopped() != "" {
		return a.finish(h, h.run)
	}
	taken = a.reportMissing(h, true)
	if taken {
		a.forget(h.run)
	}
	return taken
}

// reportMissing reports a held job of which nothing is left here.
func (a *Agent) reportMissing(h *hold, complete bool) (taken bool) {
	if h.State == jobsapi.Matched || complete {
		return a.release(h, "its runner was restarted before it was started")
	}
	return a.end(h, executor.Result{Evidence: executor.FromNone,
		Problem: "the machine went down and left no record of it: outcome unknown"})
}

// disown stops a run that the service does not grant this runner any more.
func (a *Agent) disown(ctx context.Context, run executor.Run, closed func()) {
	a.dep.Log.WarnContext(ctx, "a run that the service does not know of is stopped", "run", run.Key().String())
	run.Stop("it was given on")
	if a.ended(ctx, run) {
		a.forget(run)
		closed()
	}
}

func (a *Agent) settle() {
	if err := a.dep.Executor.Settle(); err != nil {
		a.dep.Log.Warn("traces of earlier runs stay behind", "err", err)
	}
}
