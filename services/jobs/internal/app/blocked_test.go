package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// end runs a job that a runner was given to its end.
func (w *world) end(r *replica, runner string, as jobsapi.Assignment, code int) {
	w.Helper()
	for _, what := range []string{jobsapi.Begin, jobsapi.Finish} {
		if v := w.report(r, runner, as, what, &code); !v.OK {
			w.Fatalf("%s: %+v", what, v)
		}
	}
}

// do acts as the job's owner.
func (w *world) do(do act, j jobsapi.Job) jobsapi.Job {
	w.Helper()
	got, err := do(as(w.Context(), j.OwnerName), jobsapi.ActRequest{ID: j.ID, Reason: "because"})
	if err != nil {
		w.Fatal(err)
	}
	return got
}

func TestAHeldJobGoesToNoRunner(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.replica(), w.replica()
	held, free := work, work
	held.Hold = true
	j := w.submit(a, "alice", held)
	if j.State != job.Blocked || !j.OnHold || strings.Join(j.BlockedOn, " ") != job.OnHold {
		t.Errorf("submitted as %+v", j)
	}
	other := w.submit(b, "alice", free)
	if got := w.take(a, "r1", 1); got[0].ID != other.ID {
		t.Fatalf("given was %s", got[0].ID)
	}
	if got := w.do(b.Unhold, j); got.State != job.Queued || got.OnHold {
		t.Errorf("let go as %+v", got)
	}
	if got := w.do(a.Hold, j); got.State != job.Blocked || got.Reason != "because" {
		t.Errorf("kept back again as %+v", got)
	}
	w.do(a.Unhold, j)
	if got := w.take(b, "r1", 1); got[0].ID != j.ID {
		t.Fatalf("given was %s", got[0].ID)
	}
	if _, err := a.Hold(as(t.Context(), "alice"), jobsapi.ActRequest{ID: j.ID}); !fault.Is(err, fault.Conflict) || fault.From(err).Code != "job.too_late" {
		t.Errorf("holding what a runner has: %v", err)
	}
}

func TestAJobWaitsForOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.replica(), w.replica()
	first := w.submit(a, "alice", work)
	wait := func(on string) jobsapi.Job {
		s := work
		s.Awaits = []jobsapi.Dependency{{Job: first.ID.String(), On: on}}
		return w.submit(b, "alice", s)
	}
	success, failure, end := wait(""), wait(job.OnFailure), wait(job.OnEnd)
	if success.State != job.Blocked {
		t.Errorf("it is %s", success.State)
	}
	w.end(a, "r1", w.take(a, "r1", 1)[0], 1)
	w.await(a, failure, job.Queued)
	w.await(b, end, job.Queued)
	if j := w.await(b, success, job.Failed); j.Reason != "The job "+first.ID.String()+" that it waits for has ended otherwise: failed." {
		t.Errorf("because %q", j.Reason)
	}
	w.await(a, wait(job.OnFailure), job.Queued) // of one that has ended already
	w.do(a.Destroy, first)
	s := work
	s.Awaits = []jobsapi.Dependency{{Job: first.ID.String()}}
	for _, other := range []string{first.ID.String(), "nonsense", w.submit(a, "mallory", work).ID.String()} {
		s.Awaits[0].Job = other
		_, err := a.Submit(as(t.Context(), "alice"), jobsapi.SubmitRequest{Spec: s})
		if f := fault.From(err); f == nil || f.Kind != fault.Invalid || f.Fields[0].Name != "awaits[0].job" {
			t.Errorf("waiting for %s: %v", other, err)
		}
	}
}

// TestADestroyedJobHasEnded: as it had before, or badly.
func TestADestroyedJobHasEnded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	done, undone := w.submit(r, "alice", jobsapi.Spec{}), w.submit(r, "alice", work)
	wait := func(j jobsapi.Job) jobsapi.Job {
		s := work
		s.Hold, s.Awaits = true, []jobsapi.Dependency{{Job: j.ID.String()}}
		return w.submit(r, "alice", s)
	}
	lucky, unlucky := wait(done), wait(undone)
	w.do(r.Destroy, done)
	w.do(r.Destroy, undone)
	w.await(r, unlucky, job.Failed)
	for j := w.get(r, lucky); len(j.BlockedOn) > 1; {
		j, _ = r.Get(as(t.Context(), "alice"), jobsapi.GetRequest{ID: j.ID, Wait: 20 * time.Second, After: j.Version})
	}
	if j := w.do(r.Unhold, lucky); j.State != job.Queued {
		t.Errorf("it is %s", j.State)
	}
}

func TestAJobWaitsForItsTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	s := work
	s.NotBefore = w.now().Add(time.Hour)
	j := w.submit(r, "alice", s)
	if j.State != job.Blocked || j.BlockedOn[0] != job.TooEarly {
		t.Errorf("submitted as %+v", j)
	}
	w.advance(2 * time.Hour)
	if got := w.await(r, j, job.Queued); len(got.BlockedOn) > 0 {
		t.Errorf("it waits for %v", got.BlockedOn)
	}
}

// TestJobsGoAtTheirVeryTime: a look every two seconds alone would let some of
// them wait for most of that.
func TestJobsGoAtTheirVeryTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	var jobs []jobsapi.Job
	for i := range 10 {
		s := work
		s.NotBefore = time.Now().Add(time.Duration(i+1) * 250 * time.Millisecond)
		jobs = append(jobs, w.submit(r, "alice", s))
	}
	for _, j := range jobs {
		j = w.await(r, j, job.Queued)
		if late := j.Updated.Sub(j.Spec.NotBefore); late < 0 || late > sweepsEvery/2 {
			t.Errorf("a job waits for %s more than it has to", late)
		}
	}
}

// sweepsEvery is how often the service looks by itself.
const sweepsEvery = 2 * time.Second

func TestARescheduledJobIsStoppedFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	j := w.submit(r, "alice", work)
	first := w.take(r, "r1", 1)[0]
	w.report(r, "r1", first, jobsapi.Begin, nil)
	if got := w.do(r.Reschedule, j); got.State != job.Running || !got.Aborting {
		t.Errorf("rescheduled as %+v", got)
	}
	if stop := w.beat(r, "r1", first); len(stop) != 1 {
		t.Errorf("the runner is told to stop %v", stop)
	}
	w.report(r, "r1", first, jobsapi.Finish, nil)
	second := w.take(r, "r2", 1)[0]
	if second.ID != j.ID || second.Epoch != 2 {
		t.Errorf("given as %+v", second)
	}
	w.end(r, "r2", second, 1)
	w.do(r.Reschedule, j)
	w.end(r, "r2", w.take(r, "r2", 1)[0], 1)
	if got := w.do(r.Reschedule, j); got.State != job.Failed || got.Reason != job.TooOften || got.Reschedules != 2 || got.Rescheduled.IsZero() {
		t.Errorf("once too often: %+v", got)
	}
	reset := jobsapi.ActRequest{ID: j.ID, Reset: true}
	if _, err := r.Reschedule(as(t.Context(), "alice"), reset); !fault.Is(err, fault.Denied) {
		t.Errorf("a reset by its owner: %v", err)
	}
	if got, err := r.Reschedule(as(t.Context(), "root", "operator"), reset); err != nil || got.State != job.Queued || got.Reschedules != 0 {
		t.Errorf("a reset: %+v, %v", got, err)
	}
}

func TestChangesAreSeenAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	s := work
	s.Tags = []string{"old", "kept"}
	j := w.submit(r, "alice", s)
	if got := j.Expires.Sub(w.now()); got > time.Hour || got < 50*time.Minute {
		t.Errorf("it expires in %v", got)
	}
	later := w.now().Add(24 * time.Hour).UTC().Truncate(time.Second)
	ctx := as(t.Context(), "alice")
	got, err := r.Change(ctx, jobsapi.ChangeRequest{ID: j.ID, Tags: &[]string{"kept", "new"}, ACL: &[]string{"read:UID:bob"}, Expires: &later})
	if err != nil || strings.Join(got.Spec.Tags, " ") != "kept new" || got.ACL[0] != "read:UID:bob" || !got.Expires.Equal(later) {
		t.Errorf("%+v, %v", got, err)
	}
	for tag, want := range map[string]int{"old": 0, "kept": 1, "new": 1} {
		if page, err := r.List(ctx, jobsapi.ListRequest{Tags: []string{tag}}); err != nil || len(page.Jobs) != want {
			t.Errorf("%d jobs are tagged %s, %v", len(page.Jobs), tag, err)
		}
	}
	past := w.now().Add(-time.Hour)
	for field, c := range map[string]jobsapi.ChangeRequest{
		"expires": {Expires: &past}, "tags[0]": {Tags: &[]string{""}}, "acl[0]": {ACL: &[]string{"read:everybody"}},
	} {
		c.ID = j.ID
		if _, err := r.Change(ctx, c); fault.From(err) == nil || fault.From(err).Kind != fault.Invalid || fault.From(err).Fields[0].Name != field {
			t.Errorf("a bad %s: %v", field, err)
		}
	}
}
