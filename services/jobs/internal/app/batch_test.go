package app_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// dying is a journal that takes some commits more, and then none.
type dying struct {
	es.Store
	left atomic.Int64
}

func (d *dying) Append(ctx context.Context, topic string, expect uint64, c es.Commit) (uint64, error) {
	if d.left.Add(-1) < 0 {
		return 0, errors.New("the replica has died")
	}
	return d.Store.Append(ctx, topic, expect, c)
}

func many(n int) []jobsapi.Spec { return slices.Repeat([]jobsapi.Spec{work}, n) }

func TestABatchIsMadeWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.replica(), w.replica()
	ctx := as(t.Context(), "alice")
	specs := many(3)
	specs[2].Awaits = []jobsapi.Dependency{{Job: "#0"}}
	first, err := a.SubmitMany(ctx, jobsapi.BatchRequest{Specs: specs, Key: "k"})
	if err != nil || len(first.Jobs) != 3 || first.Jobs[0].State != job.Queued || first.Jobs[2].State != job.Blocked {
		t.Fatalf("%+v, %v", first, err)
	}
	specs = many(3)
	specs[2].Awaits = []jobsapi.Dependency{{Job: "#0"}}
	again, err := b.SubmitMany(ctx, jobsapi.BatchRequest{Specs: specs, Key: "k"})
	if err != nil || again.Jobs[0].ID != first.Jobs[0].ID || again.Jobs[2].ID != first.Jobs[2].ID {
		t.Errorf("again: %+v, %v", again, err)
	}
	if _, err := b.SubmitMany(ctx, jobsapi.BatchRequest{Specs: many(2), Key: "k"}); fault.From(err).Code != "idempotency.mismatch" {
		t.Errorf("another batch of the key: %v", err)
	}
	for _, as := range w.take(b, "r1", 2) {
		w.end(b, "r1", as, 0)
	}
	w.await(a, first.Jobs[2], job.Queued)
	if page, err := b.List(ctx, jobsapi.ListRequest{Total: true}); err != nil || page.Total != 3 {
		t.Errorf("%d jobs, %v", page.Total, err)
	}
}

// A batch of which every job was made is done with: no replica looks at it
// again.
func TestABatchThatIsMadeIsDoneWith(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.replica(), w.replica()
	if _, err := a.SubmitMany(as(t.Context(), "alice"), jobsapi.BatchRequest{Specs: many(3)}); err != nil {
		t.Fatal(err)
	}
	for _, r := range []*replica{a, b} {
		if err := r.view.Fresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if left, err := r.view.Batches(t.Context(), w.now().Add(time.Hour), 16); err != nil || len(left) != 0 {
			t.Errorf("%d batches are left, %v", len(left), err)
		}
	}
}

func TestABadJobMakesNoBatch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	ctx := as(t.Context(), "alice")
	bad := many(3)
	bad[1].Priority, bad[2].Stdout = 99, "../x"
	_, err := r.SubmitMany(ctx, jobsapi.BatchRequest{Specs: bad})
	if f := fault.From(err); f == nil || len(f.Fields) != 2 || f.Fields[0].Name != "specs[1].priority" || f.Fields[1].Name != "specs[2].stdout" {
		t.Errorf("%+v", f)
	}
	large := many(4)
	for i := range large {
		large[i].Script, large[i].Executable = strings.Repeat("x", 250<<10), ""
	}
	self := many(2)
	self[1].Awaits = []jobsapi.Dependency{{Job: "#1"}}
	for name, specs := range map[string][]jobsapi.Spec{"none": {}, "too many": many(jobsapi.MaxBatch + 1), "too large": large, "waiting for itself": self} {
		if _, err := r.SubmitMany(ctx, jobsapi.BatchRequest{Specs: specs}); err == nil {
			t.Errorf("%s: it was made", name)
		}
	}
	if page, err := r.List(ctx, jobsapi.ListRequest{Total: true}); err != nil || page.Total != 0 {
		t.Errorf("%d jobs were made, %v", page.Total, err)
	}
}

// TestABatchOutlivesItsReplica: it dies in the middle, and another finds what
// is missing.
func TestABatchOutlivesItsReplica(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wrap = func(s es.Store) es.Store {
		d := &dying{Store: s}
		d.left.Store(4) // the batch, and three of its jobs
		return d
	}
	a := w.replica()
	const n = 20
	if _, err := a.SubmitMany(as(t.Context(), "alice"), jobsapi.BatchRequest{Specs: many(n)}); err == nil {
		t.Fatal("it says that all is well")
	}
	w.advance(time.Minute)
	b := w.replica()
	given := map[id.ID]bool{}
	for _, as := range w.take(b, "r1", n) {
		given[as.ID] = true
	}
	if len(given) != n {
		t.Errorf("%d of %d jobs were given", len(given), n)
	}
	if page, err := b.List(as(t.Context(), "alice"), jobsapi.ListRequest{Total: true}); err != nil || page.Total != n {
		t.Errorf("%d jobs, %v", page.Total, err)
	}
}

func TestManyAreActedUponEachOnItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	ctx := as(t.Context(), "alice")
	own, foreign := w.submit(r, "alice", work), w.submit(r, "mallory", work)
	got, err := r.ActMany(ctx, jobsapi.ManyRequest{What: jobsapi.ActAbort, IDs: []id.ID{own.ID, foreign.ID, 7}})
	if err != nil || !slices.Equal(got.Done, []id.ID{own.ID}) || !slices.Equal(got.Denied, []id.ID{foreign.ID}) || !slices.Equal(got.Missing, []id.ID{7}) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := r.ActMany(ctx, jobsapi.ManyRequest{What: jobsapi.ActHold, IDs: []id.ID{own.ID}}); err != nil || len(got.Refused) != 1 {
		t.Errorf("holding what has ended: %+v, %v", got, err)
	}
	w.submit(r, "alice", work)
	w.submit(r, "alice", work)
	got, err = r.ActMany(ctx, jobsapi.ManyRequest{What: jobsapi.ActDestroy, Match: &jobsapi.ListRequest{States: []jobsapi.State{job.Queued}}})
	if err != nil || len(got.Done) != 2 || got.More {
		t.Errorf("%+v, %v", got, err)
	}
	for field, bad := range map[string]jobsapi.ManyRequest{
		"what": {What: "tickle", IDs: []id.ID{1}}, "ids": {What: jobsapi.ActAbort},
	} {
		if _, err := r.ActMany(ctx, bad); fault.From(err) == nil || fault.From(err).Fields[0].Name != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}
