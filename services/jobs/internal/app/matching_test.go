package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// about registers a runner that reports its site.
func (w *world) about(r *replica, runner, site string, about jobsapi.SiteReport) {
	w.Helper()
	if len(about.Queues) == 0 {
		about.Queues = []jobsapi.Queue{{Name: "normal"}}
	}
	if _, err := r.Register(runnerCtx(w.Context(), runner), jobsapi.RegisterRequest{Runner: runner, Site: site, Slots: 4, About: about}); err != nil {
		w.Fatal(err)
	}
}

// offerOf is an offer of a runner of some site, with the cores that are free.
func (w *world) offerOf(r *replica, runner, site string, free, cores int) []id.ID {
	w.Helper()
	if err := r.view.Fresh(w.Context()); err != nil {
		w.Fatal(err)
	}
	got, err := r.Offer(runnerCtx(w.Context(), runner), jobsapi.OfferRequest{Runner: runner, Site: site, Free: free,
		Room: jobsapi.Capacity{Slots: free, CPUs: cores}})
	if err != nil {
		w.Fatal(err)
	}
	ids := []id.ID{}
	for _, a := range got.Jobs {
		ids = append(ids, a.ID)
	}
	return ids
}

// TestJobsGoWhereTheyMay: by the sites that they name and ban, and by what
// they require of a runner.
// covers: D1-063
func TestJobsGoWhereTheyMay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	w.about(r, "r1", "ONE", jobsapi.SiteReport{})
	w.about(r, "r2", "TWO", jobsapi.SiteReport{Tags: []string{"ssd"}})
	w.about(r, "r3", "THREE", jobsapi.SiteReport{})
	job := func(s jobsapi.Spec) id.ID {
		s.Executable = "x"
		return w.submit(r, "alice", s).ID
	}
	either := job(jobsapi.Spec{Sites: []string{"ONE", "TWO"}})
	rest := job(jobsapi.Spec{BannedSites: []string{"ONE", "TWO"}})
	quick := job(jobsapi.Spec{Requires: []string{"ssd"}})
	for _, offer := range []struct {
		runner, site string
		want         []id.ID
	}{{"r3", "THREE", []id.ID{rest}}, {"r1", "ONE", []id.ID{either}}, {"r2", "TWO", []id.ID{quick}}} {
		if got := w.offerOf(r, offer.runner, offer.site, 4, 4); !slices.Equal(got, offer.want) {
			t.Errorf("%s got %v, want %v", offer.site, got, offer.want)
		}
	}
}

// TestAJobThatNoSiteCanRun is refused and named; or, if wanted anyway, fails.
// As long as one of the sites has not told what it can do, it waits.
func TestAJobThatNoSiteCanRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	w.about(r, "r1", "ONE", jobsapi.SiteReport{Capacity: jobsapi.Capacity{CPUs: 4}})
	w.about(r, "r2", "TWO", jobsapi.SiteReport{Capacity: jobsapi.Capacity{CPUs: 8}})
	ctx := as(t.Context(), "alice")
	spec := jobsapi.Spec{Executable: "x", Sites: []string{"ONE", "TWO"}, Queue: "nope", Limits: jobsapi.Resources{CPUs: 9999}}
	_, err := r.Submit(ctx, jobsapi.SubmitRequest{Spec: spec})
	f := fault.From(err)
	if f == nil || f.Kind != fault.Invalid || len(f.Fields) != 4 || f.Fields[0].Name != "queue" || f.Fields[1].Name != "resources.cpus" {
		t.Errorf("refused with %+v", f)
	}
	j, err := r.Submit(ctx, jobsapi.SubmitRequest{Spec: spec, Anyway: true})
	if err != nil || j.State != job.Failed || !strings.Contains(j.Reason, `queue: there is no queue "nope" at ONE`) {
		t.Errorf("made anyway: %+v, %v", j, err)
	}
	if got := w.get(r, j); got.State != job.Failed || got.Reason != j.Reason {
		t.Errorf("then %+v", got)
	}
	if _, err := r.SubmitMany(ctx, jobsapi.BatchRequest{Specs: []jobsapi.Spec{work, spec}}); err == nil || !strings.HasPrefix(fault.From(err).Fields[0].Name, "specs[1].") {
		t.Errorf("in a batch: %v", err)
	}
	for name, s := range map[string]jobsapi.Spec{
		"one site can":            {Executable: "x", Sites: []string{"ONE", "TWO"}, Limits: jobsapi.Resources{CPUs: 8}},
		"a site nobody knows may": {Executable: "x", Sites: []string{"ONE", "NEW"}, Limits: jobsapi.Resources{CPUs: 99}},
		"one that is awaited may": {Executable: "x", Limits: jobsapi.Resources{CPUs: 99}}, // the site "empty"
	} {
		if j := w.submit(r, "alice", s); j.State != job.Queued {
			t.Errorf("%s: %s, %s", name, j.State, j.Reason)
		}
	}
}

// TestAJobIsGivenUp once it is known that its site cannot run it, not before
// it has waited for long.
func TestAJobIsGivenUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fair.Hopeless = time.Minute
	r := w.replica()
	j := w.submit(r, "alice", jobsapi.Spec{Executable: "x", Site: "LATE", Queue: "nope"})
	fine := w.submit(r, "alice", jobsapi.Spec{Executable: "x", Site: "LATE"})
	w.about(r, "r1", "LATE", jobsapi.SiteReport{})
	w.advance(2 * time.Minute)
	w.about(r, "r1", "LATE", jobsapi.SiteReport{})
	if got := w.await(r, j, job.Failed); !strings.Contains(got.Reason, `there is no queue "nope" at LATE`) {
		t.Errorf("%s", got.Reason)
	}
	if got := w.get(r, fine); got.State != job.Queued {
		t.Errorf("the other is %s", got.State)
	}
}

// TestAKnownKeyIsNeverRefused: that a site has changed since does not turn an
// honest repeat away.
func TestAKnownKeyIsNeverRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	ctx := as(t.Context(), "alice")
	req := jobsapi.SubmitRequest{Spec: jobsapi.Spec{Executable: "x", Site: "ONE", Queue: "day"}, Key: "k"}
	w.about(r, "r1", "ONE", jobsapi.SiteReport{Queues: []jobsapi.Queue{{Name: "day"}}})
	j, err := r.Submit(ctx, req)
	if err != nil {
		t.Fatal(err)
	}
	w.about(r, "r1", "ONE", jobsapi.SiteReport{Queues: []jobsapi.Queue{{Name: "night"}}})
	if again, err := r.Submit(ctx, req); err != nil || again.ID != j.ID {
		t.Errorf("repeated: %+v, %v", again, err)
	}
	req.Key = "other"
	if _, err := r.Submit(ctx, req); !fault.Is(err, fault.Invalid) {
		t.Errorf("a new one: %v", err)
	}
}

func TestRoomIsCountedAndKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	w.about(r, "r1", "here", jobsapi.SiteReport{Capacity: jobsapi.Capacity{CPUs: 8}})
	w.about(r, "r2", "here", jobsapi.SiteReport{Capacity: jobsapi.Capacity{CPUs: 8}})
	wide := w.submit(r, "alice", jobsapi.Spec{Executable: "x", Limits: jobsapi.Resources{CPUs: 8}}).ID
	var narrow []id.ID
	for range 4 {
		narrow = append(narrow, w.submit(r, "alice", work).ID)
	}
	if got := w.offerOf(r, "r1", "here", 4, 2); !slices.Equal(got, narrow[:2]) {
		t.Errorf("two cores are for %v, not %v", got, narrow[:2])
	}
	w.advance(2 * time.Minute) // more than KeepAfter
	w.about(r, "r1", "here", jobsapi.SiteReport{Capacity: jobsapi.Capacity{CPUs: 8}})
	w.about(r, "r2", "here", jobsapi.SiteReport{Capacity: jobsapi.Capacity{CPUs: 8}})
	if got := w.offerOf(r, "r1", "here", 4, 4); len(got) != 0 {
		t.Errorf("kept room is given to %v", got)
	}
	if got := w.offerOf(r, "r2", "here", 4, 1); !slices.Equal(got, narrow[2:3]) {
		t.Errorf("another runner, whose room is not kept, gets %v", got)
	}
	if got := w.offerOf(r, "r1", "here", 4, 8); !slices.Equal(got, []id.ID{wide}) {
		t.Errorf("all room is for %v, not %v", got, wide)
	}
}

// TestLimits of jobs that run and that wait.
func TestLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fair.MaxRunning, w.fair.MaxWaiting = 2, 3
	r := w.replica()
	for range 3 {
		w.submit(r, "alice", work)
	}
	_, err := r.Submit(as(t.Context(), "alice"), jobsapi.SubmitRequest{Spec: work})
	for deadline := time.Now().Add(20 * time.Second); err == nil && time.Now().Before(deadline); {
		// The count is the view's; what it has not seen yet is let in.
		_, err = r.Submit(as(t.Context(), "alice"), jobsapi.SubmitRequest{Spec: work})
	}
	if f := fault.From(err); f == nil || f.Kind != fault.Exhausted || f.Code != "jobs.too_many_waiting" {
		t.Errorf("one too many: %v", err)
	}
	w.submit(r, "bob", work)
	got := w.take(r, "r1", 3)
	of := map[string]int{}
	for _, a := range got {
		of[a.Owner]++
	}
	if of["u-alice"] != 2 || of["u-bob"] != 1 {
		t.Errorf("given: %v", of)
	}
	if more := w.offer(r, "r1", 5, 0); len(more) != 0 {
		t.Errorf("more than the limit: %+v", more)
	}
	w.report(r, "r1", got[0], jobsapi.Begin, nil)
	w.report(r, "r1", got[0], jobsapi.Finish, new(int))
	if got[0].Owner == "u-alice" {
		w.take(r, "r1", 1)
	}
}

// TestGroupsTakeTurns: who has used much waits until the others had theirs.
func TestGroupsTakeTurns(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	first := w.submit(r, "alice", jobsapi.Spec{Executable: "x", Limits: jobsapi.Resources{CPUs: 100}})
	a := w.take(r, "r1", 1)[0]
	w.report(r, "r1", a, jobsapi.Begin, nil)
	w.advance(time.Hour)
	w.report(r, "r1", a, jobsapi.Finish, new(int))
	w.await(r, first, job.Succeeded)
	spec := work
	spec.Priority = 10
	for range 3 {
		w.submit(r, "alice", spec)
	}
	bob := w.submit(r, "bob", work)
	spec.Group = "physics"
	other := w.submit(r, "alice", spec)
	w.get(r, other) // the view shows them all
	got := w.take(r, "r1", 2)
	if got[0].ID != other.ID || got[1].ID != bob.ID {
		t.Errorf("given first: %v and %v, not %v and %v", got[0].ID, got[1].ID, other.ID, bob.ID)
	}
}
