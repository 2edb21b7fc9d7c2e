package app_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// of is bob, acting in a group of the virtual organization demo.
func of(ctx context.Context, group string, properties ...string) context.Context {
	return member(ctx, "bob", "demo", group, properties...)
}

// member is somebody who acts in a group of a virtual organization.
func member(ctx context.Context, name, vo, group string, properties ...string) context.Context {
	p := who.From(as(ctx, name))
	p.Group, p.VO, p.Properties = group, vo, properties
	return who.With(ctx, p)
}

// DIRAC's properties of one's group are rights to jobs.
func TestPropertiesAreRights(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	theirs, err := r.Submit(member(t.Context(), "alice", "demo", "users", "NormalUser"), jobsapi.SubmitRequest{Spec: work})
	if err != nil || theirs.VO != "demo" {
		t.Fatalf("%+v, %v", theirs, err)
	}
	for name, tc := range map[string]struct {
		group      string
		properties []string
		submit     bool
		get, act   bool
		list       bool
		timeline   bool
	}{
		"a user":                      {"dirac_user", []string{"NormalUser"}, true, false, false, false, false},
		"nobody in particular":        {"dirac_user", nil, false, false, false, false, false},
		"who shares":                  {"users", []string{"NormalUser", "JobSharing"}, true, true, true, false, false},
		"who shares in another group": {"physics", []string{"JobSharing"}, false, false, false, false, false},
		"an administrator":            {"dirac_admin", []string{"JobAdministrator"}, false, true, true, true, false},
		"a monitor":                   {"dirac_monitor", []string{"JobMonitor"}, false, true, false, true, true},
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
			"a timeline": {tc.timeline, func() error { _, err := r.Timeline(ctx, jobsapi.TimelineRequest{All: true}); return err }},
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

// Administrators reach the jobs of their own virtual organization, in lists, in
// counts and one by one, however those were submitted; and no others.
func TestAdministratorsOfAnOrganization(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	alice := member(t.Context(), "alice", "demo", "users", "NormalUser")
	one, err := r.Submit(alice, jobsapi.SubmitRequest{Spec: work})
	if err != nil {
		t.Fatal(err)
	}
	batch, err := r.SubmitMany(alice, jobsapi.BatchRequest{Specs: []jobsapi.Spec{work}})
	if err != nil {
		t.Fatal(err)
	}
	parent, err := r.Submit(alice, jobsapi.SubmitRequest{Spec: sweep})
	if err != nil {
		t.Fatal(err)
	}
	w.take(r, "r1", 6)
	theirs := append(w.children(r, parent), one, batch.Jobs[0], parent)
	stranger, err := r.Submit(member(t.Context(), "carol", "other", "users", "NormalUser"), jobsapi.SubmitRequest{Spec: work})
	if err != nil {
		t.Fatal(err)
	}
	nobodys := w.submit(r, "dave", work)
	admin, share := of(t.Context(), "dirac_admin", "JobAdministrator"), of(t.Context(), "users", "JobSharing")
	for _, j := range theirs {
		got, err := r.Get(admin, jobsapi.GetRequest{ID: j.ID})
		if err != nil || got.VO != "demo" {
			t.Errorf("%s: %+v, %v", j.ID, got, err)
		}
	}
	acl := []string{"read:UID:eve"}
	if _, err := r.Change(admin, jobsapi.ChangeRequest{ID: one.ID, ACL: &acl}); err != nil {
		t.Error(err)
	}
	for name, tc := range map[string]struct {
		ctx context.Context
		job jobsapi.Job
	}{"another's job": {admin, stranger}, "nobody's job": {admin, nobodys}, "a group of the same name": {share, stranger}} {
		if _, err := r.Get(tc.ctx, jobsapi.GetRequest{ID: tc.job.ID}); !fault.Is(err, fault.Denied) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, states := range [][]jobsapi.State{nil, {job.Matched, job.Running, job.Queued}} {
		page, err := r.List(admin, jobsapi.ListRequest{All: true, Total: true, States: states})
		if err != nil || len(page.Jobs) != 3 || page.Total != 3 {
			t.Errorf("%v: %d of %d, %v", states, len(page.Jobs), page.Total, err)
		}
		for _, j := range page.Jobs {
			if j.VO != "demo" || j.Hidden {
				t.Errorf("listed is %+v", j)
			}
		}
	}
	sum, err := r.Summary(admin, jobsapi.SummaryRequest{By: []string{jobsapi.ByOwner}, Of: jobsapi.ListRequest{All: true}})
	if err != nil || len(sum.Rows) != 1 || sum.Rows[0].Values[0] != "alice" || sum.Rows[0].Jobs != 3 {
		t.Errorf("%+v, %v", sum, err)
	}
	done, err := r.ActMany(admin, jobsapi.ManyRequest{What: jobsapi.ActAbort, Match: &jobsapi.ListRequest{All: true}})
	if err != nil || len(done.Done) != 3 || len(done.Denied) > 0 {
		t.Errorf("%+v, %v", done, err)
	}
}
