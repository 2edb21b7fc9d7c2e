package app_test

import (
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func TestAnAllocationTakesItsJobsWithIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	place := w.submit(r, "alice", jobsapi.Spec{Kind: jobsapi.Allocation})
	inside := work
	inside.Within = place.ID.String()
	j, first := w.submit(r, "alice", inside), w.submit(r, "alice", inside)
	if j.State != job.Blocked || j.BlockedOn[0] != job.NoPlace {
		t.Errorf("submitted as %+v", j)
	}
	held := w.take(r, "r1", 1)[0]
	if held.ID != place.ID {
		t.Fatalf("given was %s, before its allocation", held.ID)
	}
	w.report(r, "r1", held, jobsapi.Begin, nil)
	w.await(r, j, job.Queued)
	w.await(r, first, job.Queued)
	if got := append(w.offer(r, "r2", 1, 0), w.offer(r, "r1", 1, 0)...); len(got) > 0 {
		t.Errorf("outside of the allocation somebody got %s", got[0].ID)
	}
	offer := func(runner string) []jobsapi.Assignment {
		one := jobsapi.Capacity{Slots: 1, CPUs: 1}
		got, err := r.Offer(runnerCtx(t.Context(), runner), jobsapi.OfferRequest{Runner: runner, Site: "here", Free: 1, Room: one, Within: place.ID.String(), Whole: one})
		if err != nil {
			t.Error(err)
		}
		return got.Jobs
	}
	if got := offer("r2"); len(got) > 0 {
		t.Errorf("who does not have the allocation got %s", got[0].ID)
	}
	if got := offer("r1"); len(got) != 1 || got[0].ID != j.ID {
		t.Errorf("the allocation got %+v", got)
	} else {
		w.end(r, "r1", got[0], 0)
	}
	w.report(r, "r1", held, jobsapi.Finish, new(int))
	if got := w.await(r, first, job.Aborted); got.Reason != "Its allocation "+place.ID.String()+" has ended." {
		t.Errorf("because %q", got.Reason)
	}
	plain := w.submit(r, "alice", work)
	for _, other := range []string{"nonsense", place.ID.String(), plain.ID.String(), w.submit(r, "mallory", jobsapi.Spec{Kind: jobsapi.Allocation}).ID.String()} {
		inside.Within = other
		_, err := r.Submit(as(t.Context(), "alice"), jobsapi.SubmitRequest{Spec: inside})
		if f := fault.From(err); f == nil || f.Kind != fault.Invalid || f.Fields[0].Name != "within" {
			t.Errorf("within %s: %v", other, err)
		}
	}
}
