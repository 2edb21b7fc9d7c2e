package app_test

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func (w *world) register(r *replica, runner string) jobsapi.Held {
	w.Helper()
	held, err := r.Register(runnerCtx(w.Context(), runner), jobsapi.RegisterRequest{Runner: runner, Site: "here", Slots: 2})
	if err != nil {
		w.Fatal(err)
	}
	return held
}

func (w *world) beat(r *replica, runner string, holds ...jobsapi.Assignment) []jobsapi.Lease {
	w.Helper()
	var jobs []jobsapi.Lease
	for _, a := range holds {
		jobs = append(jobs, jobsapi.Lease{ID: a.ID, Owner: a.Owner, Epoch: a.Epoch})
	}
	orders, err := r.Beat(runnerCtx(w.Context(), runner), jobsapi.BeatRequest{Runner: runner, Site: "here", Slots: 2, Jobs: jobs})
	if err != nil {
		w.Fatal(err)
	}
	return orders.Stop
}

func TestARunnerHearsWhatItHoldsAndWhatToStop(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.replica(), w.replica()
	ctx := as(t.Context(), "alice")
	for range 4 {
		w.submit(a, "alice", work)
	}
	got := w.take(a, "r1", 4)
	for _, as := range got[:3] {
		if v := w.report(b, "r1", as, jobsapi.Begin, nil); !v.OK {
			t.Fatalf("begin: %+v", v)
		}
	}
	held := w.register(b, "r1")
	if len(held.Jobs) != 4 || held.Lease != w.lease || held.Jobs[0].State != job.Running || held.Jobs[3].State != job.Matched {
		t.Errorf("held: %+v", held)
	}
	if stop := w.beat(b, "r1", got...); len(stop) != 0 {
		t.Errorf("to stop: %+v", stop)
	}
	if _, err := a.Abort(ctx, jobsapi.ActRequest{ID: got[0].ID}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Destroy(ctx, jobsapi.ActRequest{ID: got[1].ID}); err != nil {
		t.Fatal(err)
	}
	if v := w.report(a, "r1", got[2], jobsapi.Finish, new(int)); !v.OK {
		t.Fatalf("finish: %+v", v)
	}
	stale := got[3]
	stale.Epoch = 7
	stop := w.beat(b, "r1", got[0], got[1], got[2], stale)
	if len(stop) != 4 {
		t.Errorf("to stop: %+v", stop)
	}
	if stop := w.beat(b, "r2", got[3]); len(stop) != 1 {
		t.Errorf("a thief is to stop: %+v", stop)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Equal(w.stops, []string{"r1", "r1"}) {
		t.Errorf("told to beat: %v", w.stops)
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	ctx := as(t.Context(), "alice")
	j := w.submit(r, "alice", work)
	first := w.take(r, "r1", 1)[0]
	if _, err := r.Abort(ctx, jobsapi.ActRequest{ID: j.ID}); err != nil {
		t.Fatal(err)
	}
	if v := w.report(r, "r1", first, jobsapi.Begin, nil); v.OK || !v.Stop || v.Retry {
		t.Errorf("begin of a job to be stopped: %+v", v)
	}
	if got := w.get(r, j); got.State != job.Aborted {
		t.Errorf("it is %s", got.State)
	}
	if v := w.report(r, "r1", first, jobsapi.Release, nil); !v.OK {
		t.Errorf("release of it: %+v", v)
	}
	if _, err := r.Restart(ctx, jobsapi.ActRequest{ID: j.ID}); err != nil {
		t.Fatal(err)
	}
	second := w.take(r, "r2", 1)[0]
	if second.Epoch != 2 {
		t.Errorf("epoch %d", second.Epoch)
	}
	for _, what := range []string{jobsapi.Begin, jobsapi.Finish, jobsapi.Release} {
		if v := w.report(r, "r1", first, what, new(int)); v.OK || v.Retry {
			t.Errorf("late %s: %+v", what, v)
		}
	}
	if v := w.report(r, "r2", second, jobsapi.Begin, nil); !v.OK || v.Stop {
		t.Errorf("begin: %+v", v)
	}
	if _, err := r.Abort(ctx, jobsapi.ActRequest{ID: j.ID}); err != nil {
		t.Fatal(err)
	}
	if v := w.report(r, "r2", second, jobsapi.Begin, nil); !v.OK || !v.Stop {
		t.Errorf("begin again, to be stopped by now: %+v", v)
	}
	second.ID++
	if v := w.report(r, "r2", second, jobsapi.Begin, nil); v.OK || v.Retry {
		t.Errorf("no such job: %+v", v)
	}
}

func TestBadRunnersAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	for name, do := range map[string]func(context.Context) error{
		"runner": func(ctx context.Context) error {
			_, err := r.Offer(ctx, jobsapi.OfferRequest{Runner: "a.b", Site: "here", Free: 1})
			return err
		},
		"site": func(ctx context.Context) error {
			_, err := r.Register(ctx, jobsapi.RegisterRequest{Runner: "r1"})
			return err
		},
		"reports[0].owner": func(ctx context.Context) error {
			_, err := r.Report(ctx, jobsapi.ReportRequest{Runner: "r1", Reports: []jobsapi.Report{{ID: 1, Owner: ">", What: jobsapi.Begin}}})
			return err
		},
		"reports[0].what": func(ctx context.Context) error {
			_, err := r.Report(ctx, jobsapi.ReportRequest{Runner: "r1", Reports: []jobsapi.Report{{ID: 1, Owner: "u", What: "dance"}}})
			return err
		},
		"reports[0].id": func(ctx context.Context) error {
			_, err := r.Report(ctx, jobsapi.ReportRequest{Runner: "r1", Reports: []jobsapi.Report{{Owner: "u", What: jobsapi.Begin}}})
			return err
		},
	} {
		f := fault.From(do(runnerCtx(t.Context(), "x")))
		if f == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != name {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestSitesAreThoseOfRunnersAndConfiguration(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	w.register(r, "r1")
	w.register(r, "r2")
	got, err := r.Sites(t.Context(), jobsapi.Empty{})
	want := []jobsapi.Site{{Name: "empty"}, {Name: "here", Runners: 2, Slots: 4}}
	if err != nil || !reflect.DeepEqual(got.Sites, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}
