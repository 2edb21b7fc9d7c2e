package app_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func TestSubmitAnswersWhatGetWillSay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	for name, s := range map[string]jobsapi.Spec{
		"to run": work, "empty": {}, "to be filled": {Executable: "x", ClientStageIn: true},
	} {
		j := w.submit(r, "alice", s)
		got := w.get(r, j)
		if got.State != j.State || got.Version != j.Version || !got.Submitted.Equal(j.Submitted) || len(got.History) != len(j.History) || got.Group != "users" {
			t.Errorf("%s: answered\n%+v, then\n%+v", name, j, got)
		}
	}
}

func TestAKeyMeansOneJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.replica(), w.replica()
	ctx := as(t.Context(), "alice")
	ids := make([]id.ID, 20)
	var all sync.WaitGroup
	for n := range ids { // at the same time, at two replicas
		all.Go(func() {
			j, err := []*replica{a, b}[n%2].Submit(ctx, jobsapi.SubmitRequest{Spec: work, Key: "k"})
			if err != nil {
				t.Error(err)
			}
			ids[n] = j.ID
		})
	}
	all.Wait()
	if len(slices.Compact(ids)) != 1 {
		t.Errorf("one key gave %v", ids)
	}
	if page, err := a.List(ctx, jobsapi.ListRequest{Total: true}); err != nil || page.Total != 1 {
		t.Errorf("%d jobs, %v", page.Total, err)
	}
	other := work
	other.Arguments = []string{"x"}
	_, err := b.Submit(ctx, jobsapi.SubmitRequest{Spec: other, Key: "k"})
	if f := fault.From(err); f == nil || f.Kind != fault.Conflict || f.Code != "idempotency.mismatch" || f.Status != 422 {
		t.Errorf("another description: %v", err)
	}
	if j, err := b.Submit(as(t.Context(), "bob"), jobsapi.SubmitRequest{Spec: other, Key: "k"}); err != nil || j.ID == ids[0] {
		t.Errorf("somebody else's key: %v, %v", j.ID, err)
	}
	if _, err := a.Destroy(ctx, jobsapi.ActRequest{ID: ids[0]}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Submit(ctx, jobsapi.SubmitRequest{Spec: work, Key: "k"}); !fault.Is(err, fault.Conflict) {
		t.Errorf("the key of a destroyed job: %v", err)
	}
}

// TestWhatWasSentTellsARepeat: the translation of a client's words may change
// meanwhile, and yet it is the same request.
func TestWhatWasSentTellsARepeat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	ctx := as(t.Context(), "alice")
	submit := func(name, sent string) (jobsapi.Job, error) {
		return r.Submit(ctx, jobsapi.SubmitRequest{Spec: jobsapi.Spec{Name: name, Executable: "true"}, Key: "k", Sent: []byte(sent)})
	}
	first, err := submit("a", "") // of the time before there was Sent
	if err != nil {
		t.Fatal(err)
	}
	if again, err := submit("a", "words"); err != nil || again.ID != first.ID {
		t.Errorf("an old job's repeat: %v, %v", again.ID, err)
	}
	if _, err := r.Submit(ctx, jobsapi.SubmitRequest{Spec: jobsapi.Spec{Name: "x"}, Key: "l", Sent: []byte("words")}); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		req jobsapi.SubmitRequest
		ok  bool
	}{
		"other translation": {jobsapi.SubmitRequest{Spec: jobsapi.Spec{Name: "y"}, Key: "l", Sent: []byte("words")}, true},
		"other words":       {jobsapi.SubmitRequest{Spec: jobsapi.Spec{Name: "x"}, Key: "l", Sent: []byte("other")}, false},
	} {
		j, err := r.Submit(ctx, tc.req)
		if (err == nil) != tc.ok || tc.ok && j.Spec.Name != "x" {
			t.Errorf("%s: %+v, %v", name, j.Spec, err)
		}
	}
}

func TestBadDescriptionsMakeNoJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	ctx := as(t.Context(), "alice")
	for name, tc := range map[string]struct {
		req   jobsapi.SubmitRequest
		kind  fault.Kind
		field string
	}{
		"outside":       {jobsapi.SubmitRequest{Spec: jobsapi.Spec{Stdout: "../x"}}, fault.Invalid, "stdout"},
		"foreign group": {jobsapi.SubmitRequest{Spec: jobsapi.Spec{Group: "chemistry"}}, fault.Denied, "group"},
		"long key":      {jobsapi.SubmitRequest{Key: string(make([]byte, 300))}, fault.Invalid, "key"},
	} {
		_, err := r.Submit(ctx, tc.req)
		f := fault.From(err)
		if f == nil || f.Kind != tc.kind || len(f.Fields) != 1 || f.Fields[0].Name != tc.field {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if _, err := r.Submit(who.With(t.Context(), who.Principal{ID: "a.b"}), jobsapi.SubmitRequest{Spec: work}); !fault.Is(err, fault.Denied) {
		t.Errorf("an owner that is no token: %v", err)
	}
	page, err := r.List(as(t.Context(), "root", who.RoleOperator), jobsapi.ListRequest{All: true, Total: true})
	if err != nil || page.Total != 0 {
		t.Errorf("%d jobs were made, %v", page.Total, err)
	}
	group := work
	group.Group = "physics"
	if j := w.submit(r, "alice", group); j.Group != "physics" {
		t.Errorf("runs for %q", j.Group)
	}
}

func TestManySubmitsAtOnceGetDifferentIds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	const n = 300
	ids := make([]id.ID, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			j, err := r.Submit(as(t.Context(), "alice"), jobsapi.SubmitRequest{Spec: work})
			if err != nil || j.State != job.Queued {
				t.Error(j.State, err)
			}
			ids[i] = j.ID
		})
	}
	all.Wait()
	slices.Sort(ids)
	if len(slices.Compact(ids)) != n {
		t.Error("two submits made one job")
	}
}

// covers: D0-037
func TestLimitedProxiesSubmitNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	ctx := as(t.Context(), "alice")
	p := who.From(ctx)
	p.Limited = true
	_, err := r.Submit(who.With(ctx, p), jobsapi.SubmitRequest{Spec: work})
	if f := fault.From(err); f == nil || f.Kind != fault.Denied || f.Code != jobsapi.CodeLimited {
		t.Errorf("%v", err)
	}
	if page, err := r.List(ctx, jobsapi.ListRequest{Total: true}); err != nil || page.Total != 0 {
		t.Errorf("%d jobs, %v", page.Total, err)
	}
}
