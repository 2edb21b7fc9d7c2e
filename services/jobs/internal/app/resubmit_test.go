package app_test

import (
	"sync"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// An ended job's work is done again by one other job, whoever asks, however
// often, and at whichever replica.
func TestAnEndedJobIsSubmittedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.replica(), w.replica()
	alice, operator := as(t.Context(), "alice"), as(t.Context(), "root", who.RoleOperator)
	s := work
	s.Tags, s.Arguments = []string{"t"}, []string{"x"}
	old := w.submit(a, "alice", s)
	ask := jobsapi.ActRequest{ID: old.ID}
	if _, err := a.Resubmit(alice, ask); fault.From(err).Code != "job.not_ended" || !fault.Is(err, fault.Conflict) {
		t.Errorf("before its end: %v", err)
	}
	if _, err := a.Abort(alice, ask); err != nil {
		t.Fatal(err)
	}
	var both sync.WaitGroup
	got := make([]jobsapi.Job, 2)
	for i, r := range []*replica{a, b} {
		both.Go(func() {
			var err error
			if got[i], err = r.Resubmit(operator, ask); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	first := got[0]
	if first.ID == old.ID || got[1].ID != first.ID || first.RestartOf != old.ID || first.Owner != old.Owner || first.State != job.Queued || len(first.Spec.Arguments) != 1 || first.Group != old.Group {
		t.Errorf("%+v\n%+v", got[0], got[1])
	}
	if seen := w.get(a, old); seen.RestartedAs != first.ID || seen.State != job.Aborted {
		t.Errorf("the old one is %+v", seen)
	}
	if page, err := b.List(alice, jobsapi.ListRequest{Tags: []string{"t"}}); err != nil || len(page.Jobs) != 2 || page.Jobs[0].RestartOf != old.ID {
		t.Errorf("%+v, %v", page, err)
	}
	if _, err := a.Destroy(alice, jobsapi.ActRequest{ID: first.ID}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Resubmit(alice, ask); fault.From(err).Code != "job.restart_gone" {
		t.Errorf("the other one is destroyed: %v", err)
	}
	limited := who.From(alice)
	limited.Limited = true
	if _, err := a.Resubmit(who.With(alice, limited), ask); fault.From(err).Code != jobsapi.CodeLimited {
		t.Errorf("a limited caller: %v", err)
	}
}
