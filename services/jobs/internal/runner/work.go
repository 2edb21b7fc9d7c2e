package runner

import (
	"context"
	"errors"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

const (
	ending      = "its runner was stopped before it was started"
	stopOrdered = "it was stopped on request"
	// maxTries bounds how often a job is given back because the site cannot
	// start it; the epoch counts them over all sites.
	maxTries = 5
)

func keyOf(l jobsapi.Lease) executor.Key { return executor.Key{ID: l.ID, Epoch: l.Epoch} }

// take begins the life of a job here. One that is held already stays as it is.
func (a *Agent) take(ctx context.Context, as jobsapi.Assignment) {
	h := &hold{Assignment: as, need: a.dep.Place.Need(as.Spec)}
	// It is known before its place is looked for: who finds the place gone, and
	// the job not known, gives it back. See disclaim.
	if !a.all.add(h) {
		return
	}
	if h.in = a.room(as.Spec); h.in == nil {
		a.all.remove(h)
		a.work.Go(func() { a.release(h, "its runner has its allocation no more") })
		return
	}
	h.in.add(h)
	a.work.Go(func() {
		defer a.remove(h)
		if !h.in.admit(ctx, h) {
			a.release(h, "its runner had no free slot")
			return
		}
		begun := a.dep.Now()
		run := a.begin(ctx, h)
		ended := run != nil && a.follow(ctx, h, run)
		if !ended {
			h.in.idle(h, 0)
			return
		}
		h.in.idle(h, a.dep.Now().Sub(begun))
		a.finish(h, run)
	})
}

// begin asks for leave and starts the job; nil if it did not come to that, or
// the end is already reported.
func (a *Agent) begin(ctx context.Context, h *hold) executor.Run {
	if ctx.Err() != nil {
		a.release(h, ending)
		return nil
	}
	if !a.leave(h) {
		return nil // given on: not ours
	}
	if ctx.Err() != nil {
		a.release(h, ending)
		return nil
	}
	spec, problem := a.dep.Place.Resolve(h.Spec)
	if problem != "" {
		a.end(h, executor.Result{Evidence: executor.FromNone, Problem: problem})
		return nil
	}
	run, why, err := h.start(a.dep.Executor, a.cfg.Site, spec)
	switch {
	case err != nil:
		a.failed(h, err)
		return nil
	case why != "":
		a.end(h, executor.Result{Evidence: executor.FromNone, Problem: why})
		return nil
	}
	for _, text := range run.Remarks() {
		a.say(h, jobsapi.Report{What: jobsapi.Remark, Text: text})
	}
	return run
}

// leave asks for leave to start, unless that came with the job.
func (a *Agent) leave(h *hold) bool {
	if h.State == jobsapi.Running {
		return true
	}
	verdict, said := a.say(h, jobsapi.Report{What: jobsapi.Begin})
	if verdict.Stop {
		h.stop(stopOrdered)
	}
	return said && verdict.OK
}

// failed reports a job that could not be started.
func (a *Agent) failed(h *hold, err error) {
	var refusal *executor.Refusal
	if errors.As(err, &refusal) {
		a.end(h, executor.Result{Code: &refusal.Code, Evidence: executor.FromNone, Problem: refusal.Problem})
		return
	}
	a.dep.Log.Error("the site cannot start jobs", "job", h.ID.String(), "err", err)
	a.giveBack(h, "its process could not be started at the site")
}

// giveBack releases a job that the site could not start, unless it has been
// tried often enough to think that no site can. It returns whether that was
// taken.
func (a *Agent) giveBack(h *hold, problem string) bool {
	a.trouble.grow()
	if h.Epoch >= maxTries {
		return a.end(h, executor.Result{Evidence: executor.FromNone, Problem: problem})
	}
	return a.release(h, problem)
}

func (a *Agent) release(h *hold, problem string) bool {
	_, said := a.say(h, jobsapi.Report{What: jobsapi.Release, Problem: problem})
	return said
}

func (a *Agent) end(h *hold, r executor.Result) bool {
	_, said := a.say(h, jobsapi.Report{What: jobsapi.Finish, Code: r.Code, Signal: r.Signal, Evidence: r.Evidence, Problem: r.Problem})
	return said
}

// follow waits for the end of a run; one of an allocation takes jobs meanwhile.
func (a *Agent) follow(ctx context.Context, h *hold, run executor.Run) bool {
	if h.Spec.Kind == jobsapi.Allocation {
		defer a.open(ctx, h)()
	}
	return a.ended(ctx, run)
}

// ended waits for the end of a run; false if the agent ends first.
func (a *Agent) ended(ctx context.Context, run executor.Run) bool {
	select {
	case <-run.Done():
		return true
	case <-ctx.Done():
		return false
	}
}

// finish reports the end of a run, and forgets it once that is taken, or once
// the service says that the job is not this runner's any more.
func (a *Agent) finish(h *hold, run executor.Run) (taken bool) {
	result := run.Result()
	switch why := h.stopped(); {
	case !result.Never:
		a.trouble.reset()
		taken = a.end(h, result)
	case why != "":
		taken = a.end(h, executor.Result{Evidence: executor.FromNone, Problem: why})
	default:
		taken = a.giveBack(h, result.Problem)
	}
	if taken {
		a.forget(run)
	}
	return taken
}

func (a *Agent) forget(run executor.Run) {
	if err := run.Forget(); err != nil {
		a.dep.Log.Warn("a run's record stays behind", "run", run.Key().String(), "err", err)
	}
}

// say fills in whose report it is and waits until it is taken; false if the
// agent ends first.
func (a *Agent) say(h *hold, r jobsapi.Report) (jobsapi.Verdict, bool) {
	r.ID, r.Owner, r.Epoch, r.At = h.ID, h.Owner, h.Epoch, a.dep.Now()
	return a.reports.say(r)
}
