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

func delegated(ctx context.Context, rights ...string) context.Context {
	p := who.From(as(ctx, "bob"))
	p.Delegated = rights
	return who.With(ctx, p)
}

// What a door delegates to a caller opens the jobs of the kinds that it names,
// to read or to act, and nothing else; an operator it makes of nobody.
func TestDelegatedRights(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	kind := work
	kind.Name, kind.Tags = "project.jobs.Count", []string{job.KindTag}
	ours, plain := w.submit(r, "alice", kind), w.submit(r, "alice", work)
	for name, tc := range map[string]struct {
		rights    []string
		job       jobsapi.Job
		read, act bool
	}{
		"nothing":                      {nil, ours, false, false},
		"to read":                      {[]string{"job://project.jobs/r"}, ours, true, false},
		"to act":                       {[]string{"job://project.jobs.Count/x"}, ours, true, true},
		"of another kind":              {[]string{"job://project.jobs.Other/x"}, ours, false, false},
		"an overview":                  {[]string{who.Overview}, ours, false, false},
		"what is no right to jobs":     {[]string{"cop", "api://.*", "app://x", "job://("}, ours, false, false},
		"a job that is of no kind":     {[]string{"job://project.jobs/x", "job://other/x"}, plain, false, false},
		"a job that is of no kind too": {[]string{"job://heddle.jobs.work/r"}, plain, true, false},
	} {
		ctx := delegated(t.Context(), tc.rights...)
		if _, err := r.Get(ctx, jobsapi.GetRequest{ID: tc.job.ID}); (err == nil) != tc.read || err != nil && !fault.Is(err, fault.Denied) {
			t.Errorf("%s: reading gives %v", name, err)
		}
		if _, err := r.Start(ctx, jobsapi.ActRequest{ID: tc.job.ID}); (err == nil) != tc.act || err != nil && !fault.Is(err, fault.Denied) {
			t.Errorf("%s: acting gives %v", name, err)
		}
		if _, err := r.List(ctx, jobsapi.ListRequest{All: true}); (err == nil) != (name == "an overview") {
			t.Errorf("%s: a list gives %v", name, err)
		}
	}
	if got, err := r.Abort(delegated(t.Context(), "job://project/x"), jobsapi.ActRequest{ID: ours.ID, Reason: "enough"}); err != nil || got.State != job.Aborted {
		t.Errorf("%v, %v", got.State, err)
	}
}

// With an overview one sees of other people's jobs that they are there; and if
// one asks for what they are, not even that.
func TestAnOverviewHides(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	s := work
	s.Name, s.Priority, s.Tags, s.Project = "secret.jobs.Name", 3, []string{"core4", "secret-tag"}, "secret-project"
	theirs := w.submit(r, "alice", s)
	mine := w.submit(r, "bob", work)
	ctx := delegated(t.Context(), who.Overview, "job://other/r")
	page, err := r.List(ctx, jobsapi.ListRequest{All: true, Total: true})
	if err != nil || len(page.Jobs) != 2 || page.Total != 2 || page.Jobs[0].ID != mine.ID || page.Jobs[0].Hidden {
		t.Fatalf("%+v, %v", page, err)
	}
	text, err := json.Marshal(page.Jobs[1])
	if h := page.Jobs[1]; err != nil || h.ID != theirs.ID || !h.Hidden || h.State != job.Queued || h.Spec.Priority != 3 || !h.Submitted.Equal(theirs.Submitted) ||
		strings.Contains(string(text), "secret") || strings.Contains(string(text), "alice") {
		t.Errorf("%s, %v", text, err)
	}
	for name, req := range map[string]jobsapi.ListRequest{
		"by name": {Names: []string{s.Name}}, "by tag": {Tags: []string{"secret-tag"}}, "by owner": {Owners: []string{"alice"}}, "by group": {Groups: []string{"none", "users"}},
	} {
		req.All, req.Total = true, true
		page, err := r.List(ctx, req)
		for _, j := range page.Jobs {
			if j.ID == theirs.ID {
				t.Errorf("%s it is found", name)
			}
		}
		if err != nil || page.Total != 0 {
			t.Errorf("%s: %+v, %v", name, page, err)
		}
	}
	if page, err := r.List(delegated(t.Context(), who.Overview, "job://secret/r"), jobsapi.ListRequest{All: true, Names: []string{s.Name}}); err != nil || len(page.Jobs) != 1 || page.Jobs[0].Hidden {
		t.Errorf("with the right: %+v, %v", page, err)
	}
}
