package app_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// of is bob, acting in a group of a virtual organization.
func of(ctx context.Context, group string, properties ...string) context.Context {
	p := who.From(as(ctx, "bob"))
	p.Group, p.VO, p.Properties = group, "demo", properties
	return who.With(ctx, p)
}

// DIRAC's properties of one's group are rights to jobs.
func TestPropertiesAreRights(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	theirs := w.submit(r, "alice", work) // of the group users
	for name, tc := range map[string]struct {
		group      string
		properties []string
		submit     bool
		get, act   bool
		list       bool
	}{
		"a user":                      {"dirac_user", []string{"NormalUser"}, true, false, false, false},
		"nobody in particular":        {"dirac_user", nil, false, false, false, false},
		"who shares":                  {"users", []string{"NormalUser", "JobSharing"}, true, true, true, false},
		"who shares in another group": {"physics", []string{"JobSharing"}, false, false, false, false},
		"an administrator":            {"dirac_admin", []string{"JobAdministrator"}, false, true, true, true},
		"a monitor":                   {"dirac_monitor", []string{"JobMonitor"}, false, true, false, true},
	} {
		ctx := of(t.Context(), tc.group, tc.properties...)
		for what, call := range map[string]struct {
			may bool
			do  func() error
		}{
			"submitting": {tc.submit, func() error { _, err := r.Submit(ctx, jobsapi.SubmitRequest{Spec: work}); return err }},
			"a batch": {tc.submit, func() error {
				_, err := r.SubmitMany(ctx, jobsapi.BatchRequest{Specs: []jobsapi.Spec{work}})
				return err
			}},
			"reading": {tc.get, func() error { _, err := r.Get(ctx, jobsapi.GetRequest{ID: theirs.ID}); return err }},
			"acting":  {tc.act, func() error { _, err := r.Start(ctx, jobsapi.ActRequest{ID: theirs.ID}); return err }},
			"a list":  {tc.list, func() error { _, err := r.List(ctx, jobsapi.ListRequest{All: true}); return err }},
			"a summary": {tc.list, func() error {
				_, err := r.Summary(ctx, jobsapi.SummaryRequest{By: []string{jobsapi.ByOwner}, Of: jobsapi.ListRequest{All: true}})
				return err
			}},
			"a timeline": {tc.list, func() error { _, err := r.Timeline(ctx, jobsapi.TimelineRequest{All: true}); return err }},
		} {
			if err := call.do(); (err == nil) != call.may || err != nil && !fault.Is(err, fault.Denied) {
				t.Errorf("%s: %s gives %v", name, what, err)
			}
		}
	}
}

// Who may see summaries sees no more of other people's jobs than a list says,
// in a list and one by one.
func TestSummariesOfJobs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	s := work
	s.Arguments, s.Environment, s.Tags, s.Project = []string{"secret"}, map[string]string{"A": "secret"}, []string{"secret"}, "secret"
	theirs := w.submit(r, "alice", s)
	ctx := delegated(t.Context(), who.Summaries)
	page, err := r.List(ctx, jobsapi.ListRequest{All: true, Owners: []string{"alice"}, Names: []string{"work"}, Total: true})
	if err != nil || len(page.Jobs) != 1 || page.Total != 1 {
		t.Fatalf("%+v, %v", page, err)
	}
	one, err := r.Get(ctx, jobsapi.GetRequest{ID: theirs.ID})
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range []jobsapi.Job{page.Jobs[0], one} {
		text, _ := json.Marshal(j)
		if !j.Hidden || j.OwnerName != "alice" || j.Group != "users" || j.Spec.Name != "work" || j.State != theirs.State || strings.Contains(string(text), "secret") {
			t.Errorf("%s", text)
		}
	}
	if _, err := r.Abort(ctx, jobsapi.ActRequest{ID: theirs.ID}); !fault.Is(err, fault.Denied) {
		t.Errorf("acting gives %v", err)
	}
}
