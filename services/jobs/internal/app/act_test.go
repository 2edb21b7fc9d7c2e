package app_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/internal/app"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

type act = func(context.Context, jobsapi.ActRequest) (jobsapi.Job, error)

func acts(r *replica) map[string]act {
	return map[string]act{
		"get": func(ctx context.Context, a jobsapi.ActRequest) (jobsapi.Job, error) {
			return r.Get(ctx, jobsapi.GetRequest{ID: a.ID})
		},
		"start": r.Start, "abort": r.Abort, "restart": r.Restart, "resubmit": r.Resubmit, "destroy": r.Destroy,
	}
}

func TestOthersJobsAreOutOfReach(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	j := w.submit(r, "alice", work)
	for name, do := range acts(r) {
		if _, err := do(as(t.Context(), "mallory"), jobsapi.ActRequest{ID: j.ID}); fault.From(err).Code != "job.not_yours" || !fault.Is(err, fault.Denied) {
			t.Errorf("%s of a foreign job: %v", name, err)
		}
		if _, err := do(as(t.Context(), "alice"), jobsapi.ActRequest{ID: j.ID + 1}); fault.From(err).Code != "job.unknown" || !fault.Is(err, fault.Missing) {
			t.Errorf("%s of no job: %v", name, err)
		}
	}
	if got := w.get(r, j); got.Version != j.Version {
		t.Error("it was changed all the same")
	}
	operator := as(t.Context(), "root", who.RoleOperator)
	if got, err := r.Abort(operator, jobsapi.ActRequest{ID: j.ID}); err != nil || got.State != job.Aborted {
		t.Errorf("an operator: %v, %v", got.State, err)
	}
	if _, err := r.Destroy(operator, jobsapi.ActRequest{ID: j.ID}); err != nil {
		t.Error(err)
	}
	for name, do := range acts(r) {
		if _, err := do(as(t.Context(), "alice"), jobsapi.ActRequest{ID: j.ID}); !fault.Is(err, fault.Missing) {
			t.Errorf("%s of a destroyed job: %v", name, err)
		}
	}
}

func TestListsShowOnlyWhatIsAllowed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	mine, other := w.submit(r, "alice", work), w.submit(r, "bob", work)
	alice, operator := as(t.Context(), "alice"), as(t.Context(), "root", who.RoleOperator)
	for name, tc := range map[string]struct {
		ctx  context.Context
		req  jobsapi.ListRequest
		want []jobsapi.Job
	}{
		"one's own":         {alice, jobsapi.ListRequest{}, []jobsapi.Job{mine}},
		"everybody's":       {operator, jobsapi.ListRequest{All: true}, []jobsapi.Job{other, mine}},
		"somebody's":        {operator, jobsapi.ListRequest{All: true, Owners: []string{"bob"}}, []jobsapi.Job{other}},
		"nobody's":          {operator, jobsapi.ListRequest{All: true, Owners: []string{"carol"}}, nil},
		"the operator's":    {operator, jobsapi.ListRequest{}, nil},
		"in another state":  {alice, jobsapi.ListRequest{States: []jobsapi.State{job.Failed}}, nil},
		"of another name":   {alice, jobsapi.ListRequest{Names: []string{"play"}}, nil},
		"beyond the offset": {alice, jobsapi.ListRequest{Offset: 1}, nil},
	} {
		page, err := r.List(tc.ctx, tc.req)
		same := slices.EqualFunc(page.Jobs, tc.want, func(a, b jobsapi.Job) bool { return a.ID == b.ID })
		if err != nil || !same || page.Jobs == nil {
			t.Errorf("%s: %+v, %v", name, page, err)
		}
	}
	if _, err := r.List(alice, jobsapi.ListRequest{All: true}); !fault.Is(err, fault.Denied) {
		t.Errorf("everybody's, for alice: %v", err)
	}
}

func TestBadListsNameTheField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	for field, req := range map[string]jobsapi.ListRequest{
		"limit": {Limit: -1}, "offset": {Offset: -1}, "states[0]": {States: []jobsapi.State{"dancing"}}, "cursor": {Cursor: "x"},
		"owners": {Owners: []string{"bob"}}, "names": {Names: make([]string, 201)},
	} {
		_, err := r.List(as(t.Context(), "alice"), req)
		if f := fault.From(err); f == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != field {
			t.Errorf("%s: %+v", field, f)
		}
	}
}

func TestAJobIsStartedStoppedAndRunAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	ctx := as(t.Context(), "alice")
	s := work
	s.ClientStageIn = true
	j := w.submit(r, "alice", s)
	for _, step := range []struct {
		name string
		do   act
		want jobsapi.State
	}{
		{"start", r.Start, job.Queued}, {"start", r.Start, job.Queued}, {"abort", r.Abort, job.Aborted},
		{"abort", r.Abort, job.Aborted}, {"restart", r.Restart, job.Queued}, {"destroy", r.Destroy, job.Destroyed},
	} {
		got, err := step.do(ctx, jobsapi.ActRequest{ID: j.ID, Reason: "enough"})
		if err != nil || got.State != step.want {
			t.Fatalf("%s: %s, %v", step.name, got.State, err)
		}
	}
}

func TestALongPollIsWokenByTheChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.replica(), w.replica()
	ctx := as(t.Context(), "alice")
	j := w.submit(a, "alice", work)
	if got, err := a.Get(ctx, jobsapi.GetRequest{ID: j.ID, Wait: time.Millisecond, After: j.Version}); err != nil || got.Version != j.Version {
		t.Errorf("without a change: %v, %v", got.Version, err)
	}
	ended := make(chan jobsapi.Job)
	go func() {
		got, err := a.Get(ctx, jobsapi.GetRequest{ID: j.ID, Wait: 20 * time.Second, UntilEnd: true})
		if err != nil {
			t.Error(err)
		}
		ended <- got
	}()
	if _, err := b.Abort(ctx, jobsapi.ActRequest{ID: j.ID}); err != nil {
		t.Fatal(err)
	}
	if got := <-ended; got.State != job.Aborted {
		t.Errorf("ended as %s", got.State)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := a.Get(gone, jobsapi.GetRequest{ID: j.ID, Wait: 20 * time.Second, After: 1 << 40}); !fault.Is(err, fault.Timeout) {
		t.Errorf("a caller who has gone: %v", err)
	}
}

func TestWithoutAJournalEverythingIsUnavailable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	j := w.submit(r, "alice", work)
	as1 := w.take(r, "r1", 1)[0]
	w.server.Stop()
	do := acts(r)
	do["submit"] = func(ctx context.Context, _ jobsapi.ActRequest) (jobsapi.Job, error) {
		return r.Submit(ctx, jobsapi.SubmitRequest{Spec: work})
	}
	do["list"] = func(ctx context.Context, _ jobsapi.ActRequest) (jobsapi.Job, error) {
		_, err := r.List(ctx, jobsapi.ListRequest{})
		return jobsapi.Job{}, err
	}
	ctx, cancel := context.WithTimeout(as(t.Context(), "alice"), 20*time.Second)
	defer cancel()
	var all sync.WaitGroup
	for name, do := range do {
		all.Go(func() {
			_, err := do(ctx, jobsapi.ActRequest{ID: j.ID})
			if f := fault.From(err); f == nil || f.Kind != fault.Unavailable || f.RetryAfter <= 0 {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	if v := w.report(r, "r1", as1, jobsapi.Begin, nil); v.OK || !v.Retry {
		t.Errorf("a report: %+v", v)
	}
	all.Wait()
}

func TestTheBellWakesOnlyWhoWaits(t *testing.T) {
	t.Parallel()
	var b app.Bell
	b.Ring()
	heard := b.Heard()
	select {
	case <-heard:
		t.Fatal("heard what rang before")
	default:
	}
	b.Ring()
	<-heard
}
