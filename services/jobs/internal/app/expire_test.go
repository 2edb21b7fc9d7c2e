package app_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// gone waits, by long polls, until the job was destroyed.
func (w *world) gone(r *replica, j jobsapi.Job) {
	w.Helper()
	ctx, cancel := context.WithTimeout(as(w.Context(), j.OwnerName), 20*time.Second)
	defer cancel()
	for after := uint64(0); ; {
		got, err := r.Get(ctx, jobsapi.GetRequest{ID: j.ID, Wait: 20 * time.Second, After: after})
		switch {
		case fault.Is(err, fault.Missing), err == nil && got.State == job.Destroyed:
			return
		case err != nil:
			w.Fatalf("waiting until %s is gone: %v", j.ID, err)
		}
		after = got.Version
	}
}

// expireIn sets when the job is destroyed.
func (w *world) expireIn(r *replica, j jobsapi.Job, d time.Duration) {
	w.Helper()
	at := w.now().Add(d)
	if _, err := r.Change(as(w.Context(), j.OwnerName), jobsapi.ChangeRequest{ID: j.ID, Expires: &at}); err != nil {
		w.Fatal(err)
	}
}

// covers: U4-185
func TestJobsWhoseTimeIsUpAreDestroyed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.replica(), w.replica()
	usual, later, early := w.submit(a, "alice", work), w.submit(a, "alice", work), w.submit(b, "alice", work)
	running := w.take(a, "r1", 3)[0]
	if running.ID != usual.ID {
		t.Fatalf("given was %s first", running.ID)
	}
	w.report(a, "r1", running, jobsapi.Begin, nil)
	w.expireIn(a, later, 3*time.Hour)
	w.expireIn(b, early, time.Minute)
	w.advance(2 * time.Minute)
	w.gone(b, early)
	w.advance(time.Hour)
	w.gone(a, usual)
	if v := w.report(b, "r1", running, jobsapi.Finish, nil); !v.OK {
		t.Errorf("the runner may not report the end: %+v", v)
	}
	w.mu.Lock()
	if len(w.stops) == 0 {
		t.Error("the runner was not told to stop it")
	}
	w.mu.Unlock()
	if got := w.get(b, later); got.State != job.Matched {
		t.Errorf("one that has more time is %s", got.State)
	}
}

// A time that is over while nobody runs is noticed by who comes next.
func TestTimesAreUpDuringAnOutage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var jobs []jobsapi.Job
	before := w.replica()
	for range 3 {
		jobs = append(jobs, w.submit(before, "alice", work))
	}
	before.halt()
	w.advance(2 * time.Hour)
	next := w.replica()
	for _, j := range jobs {
		w.gone(next, j)
	}
}

// covers: U4-185
func TestWhatBelongsToAJobGoesWithIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	parent, place := w.submit(r, "alice", sweep), w.submit(r, "alice", jobsapi.Spec{Kind: jobsapi.Allocation})
	w.take(r, "r1", 5) // the children, too
	children := w.children(r, parent)
	if len(children) != 4 {
		t.Fatalf("%d children", len(children))
	}
	inside, waits := work, work
	inside.Within = place.ID.String()
	waits.Awaits = []jobsapi.Dependency{{Job: place.ID.String()}}
	within, waiting := w.submit(r, "alice", inside), w.submit(r, "alice", waits)
	for _, j := range []jobsapi.Job{within, waiting} {
		w.expireIn(r, j, 9*time.Hour)
	}
	w.advance(2 * time.Hour)
	for _, j := range append(children, parent, place) {
		w.gone(r, j)
	}
	w.await(r, within, job.Aborted)
	w.await(r, waiting, job.Failed)
}

// Many whose time is up at once go a few at a time, and whoever submits
// meanwhile is served.
func TestManyJobsExpireWhileOthersSubmit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	last := w.submitBatches(r, "alice", 3, jobsapi.MaxBatch)
	w.advance(2 * time.Hour)
	over, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	all.Go(func() {
		for over.Err() == nil {
			if _, err := r.Submit(as(t.Context(), "bob"), jobsapi.SubmitRequest{Spec: work}); err != nil {
				t.Error(err)
				return
			}
		}
	})
	w.gone(r, last)
	stop()
	all.Wait()
	page, err := r.List(as(t.Context(), "alice"), jobsapi.ListRequest{Total: true})
	if err != nil || page.Total != 0 {
		t.Errorf("%d are left, %v", page.Total, err)
	}
}

// submitBatches makes many jobs and returns the one that was made last.
func (w *world) submitBatches(r *replica, user string, batches, size int) (last jobsapi.Job) {
	w.Helper()
	specs := make([]jobsapi.Spec, size)
	for i := range specs {
		specs[i] = jobsapi.Spec{Executable: "/bin/true", Hold: true}
	}
	for range batches {
		b, err := r.SubmitMany(as(w.Context(), user), jobsapi.BatchRequest{Specs: specs})
		if err != nil {
			w.Fatal(err)
		}
		last = b.Jobs[len(b.Jobs)-1]
		w.expireIn(r, last, time.Hour+time.Second)
	}
	return last
}
