package app_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func TestSummariesCountWhatOneMaySee(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	grouped := work
	grouped.JobGroup = "g1"
	done := w.submit(r, "alice", jobsapi.Spec{Name: "nothing"})
	w.submit(r, "alice", work)
	w.submit(r, "alice", grouped)
	w.submit(r, "alice", sweep)
	w.submit(r, "bob", work)
	alice, operator := as(t.Context(), "alice"), as(t.Context(), "root", who.RoleOperator)
	for want, req := range map[string]jobsapi.SummaryRequest{
		"[{[queued] 2} {[running] 1} {[succeeded] 1}]":               {By: []string{"state"}},
		"[{[queued work] 2} {[running ] 1} {[succeeded nothing] 1}]": {By: []string{"state", "name"}},
		"[{[] 3} {[g1] 1}]": {By: []string{"job_group"}},
		"[{[users] 1}]":     {By: []string{"group"}, Of: jobsapi.ListRequest{Names: []string{"nothing"}}},
		"[{[succeeded] 1}]": {By: []string{"state"}, Of: jobsapi.ListRequest{To: done.Submitted.Add(1)}},
		"[]":                {By: []string{"state"}, Of: jobsapi.ListRequest{States: []jobsapi.State{job.Failed}}},
	} {
		if got, err := r.Summary(alice, req); err != nil || fmt.Sprint(got.Rows) != want {
			t.Errorf("%+v: %v, %v", req, got.Rows, err)
		}
	}
	all := jobsapi.SummaryRequest{By: []string{"owner"}, Of: jobsapi.ListRequest{All: true}}
	if got, err := r.Summary(operator, all); err != nil || fmt.Sprint(got.Rows) != "[{[alice] 4} {[bob] 1}]" {
		t.Errorf("everybody's: %v, %v", got.Rows, err)
	}
	if _, err := r.Summary(alice, all); !fault.Is(err, fault.Denied) {
		t.Errorf("everybody's, for alice: %v", err)
	}
	for field, by := range map[string][]string{"by": nil, "by[0]": {"shoe size"}} {
		if _, err := r.Summary(alice, jobsapi.SummaryRequest{By: by}); fault.From(err) == nil || fault.From(err).Fields[0].Name != field {
			t.Errorf("by %v: %v", by, err)
		}
	}
}

func TestATimelineTellsWhenJobsCameToAState(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	w.submit(r, "alice", jobsapi.Spec{})
	w.submit(r, "bob", work)
	w.advance(time.Hour)
	w.submit(r, "alice", jobsapi.Spec{})
	got, err := r.Timeline(as(t.Context(), "alice"), jobsapi.TimelineRequest{})
	ends := 0
	for _, p := range got.Points {
		if p.State == job.Succeeded {
			ends += p.Jobs
		}
		if !p.At.Equal(p.At.Truncate(got.Grain)) || p.State == job.Queued {
			t.Errorf("a point %+v", p)
		}
	}
	if err != nil || ends != 2 || got.Grain != 15*time.Minute {
		t.Errorf("%+v, %v", got, err)
	}
	late, err := r.Timeline(as(t.Context(), "alice"), jobsapi.TimelineRequest{Span: time.Minute})
	if err != nil || len(late.Points) == 0 || len(late.Points) >= len(got.Points) {
		t.Errorf("lately: %+v, %v", late, err)
	}
	year, err := r.Timeline(as(t.Context(), "root", who.RoleOperator), jobsapi.TimelineRequest{All: true, Span: 365 * 24 * time.Hour})
	if err != nil || year.Grain < 8*time.Hour || year.Grain%(15*time.Minute) != 0 {
		t.Errorf("a year: %+v, %v", year, err)
	}
	if _, err := r.Timeline(as(t.Context(), "alice"), jobsapi.TimelineRequest{All: true}); !fault.Is(err, fault.Denied) {
		t.Errorf("everybody's, for alice: %v", err)
	}
}
