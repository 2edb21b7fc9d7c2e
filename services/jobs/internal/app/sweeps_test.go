package app_test

import (
	"slices"
	"testing"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

var sweep = jobsapi.Spec{Executable: "echo", Arguments: []string{"", "end"}, Sweep: []jobsapi.Axis{
	{Kind: job.SweepArgument, Values: []string{"a", "b"}}, {Kind: job.SweepParameter, Name: "X", Values: []string{"1", "2"}},
}}

// children are the children that a list shows, oldest first.
func (w *world) children(r *replica, j jobsapi.Job) []jobsapi.Job {
	w.Helper()
	page, err := r.List(as(w.Context(), j.OwnerName), jobsapi.ListRequest{Parent: j.ID, Limit: 1000})
	if err != nil {
		w.Fatal(err)
	}
	slices.Reverse(page.Jobs)
	return page.Jobs
}

func TestASweepRunsOnceForEachCombination(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.replica(), w.replica()
	j := w.submit(a, "alice", sweep)
	if j.State != job.Running || j.Children.Total != 4 {
		t.Fatalf("submitted as %+v", j)
	}
	ran := map[string]jobsapi.Dir{}
	for i, as := range w.take(b, "r1", 4) {
		ran[as.Spec.Arguments[0]+as.Spec.Parameters["X"]] = as.Dir
		if as.Spec.Parent.Job != j.ID.String() || as.Dir.Storage != j.Storage() || as.Spec.Arguments[1] != "end" {
			t.Errorf("given as %+v", as)
		}
		w.end(b, "r1", as, i/3)
	}
	if len(ran) != 4 || ran["a1"].Path != "0" || ran["b2"].Path != "3" {
		t.Errorf("ran %v", ran)
	}
	got := w.await(a, j, job.Failed)
	if *got.Children != (jobsapi.Children{Round: 1, Total: 4, Succeeded: 3, Failed: 1}) || got.Reason != "1 of 4 children failed." {
		t.Errorf("ended as %+v", got)
	}
	page, err := a.List(as(t.Context(), "alice"), jobsapi.ListRequest{Total: true})
	if err != nil || page.Total != 1 || len(page.Jobs) != 1 {
		t.Errorf("a list shows %d of %d jobs, %v", len(page.Jobs), page.Total, err)
	}
	if n := len(w.children(a, j)); n != 4 {
		t.Errorf("it has %d children", n)
	}
	w.do(a.Restart, j)
	for _, as := range w.take(a, "r1", 4) {
		if as.Spec.Parent.Round != 2 {
			t.Errorf("given as %+v", as.Spec.Parent)
		}
		w.end(a, "r1", as, 0)
	}
	w.await(b, j, job.Succeeded)
}

// TestASweepOutlivesItsReplica: it dies with half of the children made, and
// another makes the rest.
func TestASweepOutlivesItsReplica(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.wrap = func(s es.Store) es.Store {
		d := &dying{Store: s}
		d.left.Store(3) // the sweep, and two of its children
		return d
	}
	j := w.submit(w.replica(), "alice", sweep)
	b := w.replica()
	seen := map[int]bool{}
	for _, as := range w.take(b, "r1", 4) {
		seen[as.Spec.Parent.Index] = true
		w.end(b, "r1", as, 0)
	}
	if len(seen) != 4 {
		t.Errorf("given were %v", seen)
	}
	w.await(b, j, job.Succeeded)
}

func TestChildrenGoWithTheirParent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.replica(), w.replica()
	j := w.submit(a, "alice", sweep)
	begun := w.take(a, "r1", 4)[0]
	w.report(a, "r1", begun, jobsapi.Begin, nil)
	if got := w.do(b.Abort, j); got.State != job.Running || !got.Aborting {
		t.Errorf("aborted as %+v", got)
	}
	child := jobsapi.Job{ID: begun.ID, OwnerName: "alice"}
	for after := uint64(0); !w.get(a, child).Aborting; {
		got, err := a.Get(as(t.Context(), "alice"), jobsapi.GetRequest{ID: child.ID, Wait: jobsapi.MaxWait, After: after})
		if err != nil {
			t.Fatal(err)
		}
		after = got.Version
	}
	w.report(a, "r1", begun, jobsapi.Finish, nil)
	for _, c := range w.children(a, j) {
		if c.ID != begun.ID { // given, and never begun
			w.report(a, "r1", jobsapi.Assignment{ID: c.ID, Owner: c.Owner, Epoch: 1}, jobsapi.Begin, nil)
		}
	}
	if got := w.await(a, j, job.Aborted); got.Children.Failed != 4 {
		t.Errorf("ended as %+v", got.Children)
	}
	children := w.children(a, j)
	w.do(b.Destroy, j)
	for _, c := range children {
		for got := c; got.State != job.Destroyed; {
			var err error
			if got, err = a.Get(as(t.Context(), "alice"), jobsapi.GetRequest{ID: c.ID, Wait: jobsapi.MaxWait, After: got.Version}); err != nil {
				break // it is gone
			}
		}
	}
	if left := w.children(b, j); len(left) > 0 {
		t.Errorf("%d children are left", len(left))
	}
}
