package app_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/app"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// roll is leases that end when the test says so, however slow the machine is.
type roll struct {
	mu   sync.Mutex
	here []app.Runner
}

func (r *roll) Put(_ context.Context, runner app.Runner) (app.Runner, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.here = append(r.without(runner.ID), runner)
	return runner, nil
}

func (r *roll) All(context.Context) ([]app.Runner, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.here), nil
}

func (r *roll) end(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.here = r.without(id)
}

func (r *roll) without(id string) []app.Runner {
	return slices.DeleteFunc(r.here, func(r app.Runner) bool { return r.ID == id })
}

// TestALostRunnersJobs: what it had not begun runs elsewhere, what it had
// begun fails, and what it says afterwards is not heard. A runner that beats
// keeps its jobs.
func TestALostRunnersJobs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	leases := &roll{}
	w.lease, w.leases = time.Second, leases
	a, b := w.replica(), w.replica()
	begin := func(runner string, as jobsapi.Assignment) {
		t.Helper()
		if v := w.report(a, runner, as, jobsapi.Begin, nil); !v.OK {
			t.Fatalf("begin: %+v", v)
		}
	}
	w.beat(a, "r2") // registered elsewhere, long ago
	kept := w.submit(a, "alice", work)
	begin("r2", w.take(a, "r2", 1)[0])
	w.register(a, "r1")
	begun := w.submit(a, "alice", work)
	running := w.take(a, "r1", 1)[0]
	begin("r1", running)
	waiting := w.submit(a, "alice", work)
	matched := w.take(a, "r1", 1)[0]

	leases.end("r1")
	w.await(b, begun, job.Failed)
	j := w.await(b, waiting, job.Queued)
	if j.Epoch != 1 || j.Reason == "" {
		t.Errorf("requeued as %+v", j)
	}
	if v := w.report(b, "r1", running, jobsapi.Finish, new(int)); !v.OK {
		t.Errorf("the late end of what was lost: %+v", v)
	}
	if j := w.get(a, begun); j.State != job.Failed || j.ExitCode != nil {
		t.Errorf("it is %s", j.State)
	}
	if v := w.report(b, "r1", matched, jobsapi.Begin, nil); v.OK {
		t.Errorf("the late begin of what was given back: %+v", v)
	}
	if j := w.get(b, kept); j.State != job.Running {
		t.Errorf("the job of the runner that beats is %s", j.State)
	}
}

// TestALostAnswerGivesTheJobBack: the runner beats, but has never heard of a
// job that was given to it. The answer may only be late.
func TestALostAnswerGivesTheJobBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.leases = &roll{}
	r := w.replica()
	j := w.submit(r, "alice", work)
	w.register(r, "r1")
	w.take(r, "r1", 1)
	for _, step := range []struct {
		after time.Duration
		want  jobsapi.State
	}{{0, job.Matched}, {w.lease / 3, job.Queued}} {
		w.advance(step.after)
		w.beat(r, "r1")
		if got := w.get(r, j); got.State != step.want {
			t.Fatalf("after %v it is %s, want %s", step.after, got.State, step.want)
		}
	}
	if got := w.take(r, "r1", 1); got[0].Epoch != 2 {
		t.Errorf("given again as %+v", got)
	}
}

// TestALostAnswerThatHadLeaveIsForTheRunnerToTell: nobody else knows that the
// job does not run. Jobs that were asked for without leave have none.
func TestALostAnswerThatHadLeaveIsForTheRunnerToTell(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	w.submit(r, "alice", work)
	w.get(r, w.submit(r, "alice", work)) // the view shows both
	got, err := r.Offer(runnerCtx(t.Context(), "r1"), jobsapi.OfferRequest{Runner: "r1", Site: "here", Free: 2, Begin: 1, Wait: 20 * time.Second})
	if err != nil || len(got.Jobs) != 2 || got.Jobs[0].State != job.Running || got.Jobs[1].State != job.Matched {
		t.Fatalf("%+v, %v", got, err)
	}
	account := func(knows ...jobsapi.Assignment) bool {
		t.Helper()
		var jobs []jobsapi.Lease
		for _, a := range knows {
			jobs = append(jobs, jobsapi.Lease{ID: a.ID, Owner: a.Owner, Epoch: a.Epoch})
		}
		orders, err := r.Beat(runnerCtx(t.Context(), "r1"), jobsapi.BeatRequest{Runner: "r1", Site: "here", Slots: 2, Jobs: jobs})
		if err != nil || len(orders.Stop) > 0 {
			t.Fatalf("%+v, %v", orders, err)
		}
		return orders.Account
	}
	if account(got.Jobs[1]) {
		t.Error("it is to account for what may still be on its way")
	}
	w.advance(w.lease / 2)
	if account(got.Jobs...) {
		t.Error("it is to account for what it named")
	}
	if !account(got.Jobs[1]) {
		t.Error("it is not told that a job is thought to have begun")
	}
	begun := jobsapi.Job{ID: got.Jobs[0].ID, OwnerName: "alice"}
	if j := w.get(r, begun); j.State != job.Running {
		t.Errorf("the service takes it for %s", j.State)
	}
	if v := w.report(r, "r1", got.Jobs[0], jobsapi.Release, nil); !v.OK {
		t.Fatalf("%+v", v)
	}
	w.await(r, begun, job.Queued)
}
