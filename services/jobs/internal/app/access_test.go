package app_test

import (
	"context"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Whatever lets somebody read a job or act on it is told to who keeps its
// files, and nothing else is.
func TestWhoMayDoWhatWithAJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	kind := work
	kind.Name, kind.Tags = "project.jobs.Count", []string{job.KindTag}
	j := w.submit(r, "alice", kind)
	if _, err := r.Change(as(t.Context(), "alice"), jobsapi.ChangeRequest{ID: j.ID, ACL: &[]string{"read:UID:reader", "modify:GROUP:writers"}}); err != nil {
		t.Fatal(err)
	}
	person := func(p who.Principal) context.Context { return who.With(t.Context(), p) }
	for name, c := range map[string]struct {
		ctx         context.Context
		read, write bool
	}{
		"the owner":           {as(t.Context(), "alice"), true, true},
		"an operator":         {as(t.Context(), "root", who.RoleOperator), true, true},
		"a job administrator": {person(who.Principal{ID: "u", VO: "demo", Properties: []string{"JobAdministrator"}}), false, false}, // it is of no organization
		"who shares":          {person(who.Principal{ID: "u", Group: "users", Properties: []string{"JobSharing"}}), true, true},
		"another group's":     {person(who.Principal{ID: "u", Group: "others", Properties: []string{"JobSharing"}}), false, false},
		"a monitor":           {person(who.Principal{ID: "u", Properties: []string{"JobMonitor"}}), false, false},
		"who sees lists":      {delegated(t.Context(), who.Summaries, who.Overview), false, false},
		"may read the kind":   {delegated(t.Context(), "job://project/r"), true, false},
		"may start the kind":  {delegated(t.Context(), "job://project/x"), true, true},
		"on the list":         {as(t.Context(), "reader"), true, false},
		"on the list to act":  {person(who.Principal{ID: "u", Groups: []string{"writers"}}), true, true},
		"a stranger":          {as(t.Context(), "bob"), false, false},
		"nobody":              {t.Context(), false, false},
	} {
		got, err := r.Access(c.ctx, jobsapi.AccessRequest{ID: j.ID})
		if err != nil || got != (jobsapi.Access{Read: c.read, Write: c.write}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if _, err := r.Access(as(t.Context(), "alice"), jobsapi.AccessRequest{ID: j.ID + 1}); !fault.Is(err, fault.Missing) {
		t.Errorf("of no job: %v", err)
	}
}

// Who may read a job waits for it as its owner does; who may not is told so at once.
func TestReadersWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	j := w.submit(r, "alice", work)
	j, err := r.Change(as(t.Context(), "alice"), jobsapi.ChangeRequest{ID: j.ID, ACL: &[]string{"read:UID:bob"}})
	if err != nil {
		t.Fatal(err)
	}
	once, cancel := context.WithTimeout(as(t.Context(), "carol"), jobsapi.MaxWait/3)
	defer cancel()
	if _, err := r.Get(once, jobsapi.GetRequest{ID: j.ID, Wait: jobsapi.MaxWait, After: j.Version}); !fault.Is(err, fault.Denied) {
		t.Errorf("a stranger: %v", err)
	}
	waiting := func(req jobsapi.GetRequest) <-chan jobsapi.Job {
		got := make(chan jobsapi.Job, 1)
		go func() {
			req.ID, req.Wait = j.ID, jobsapi.MaxWait
			j, err := r.Get(as(t.Context(), "bob"), req)
			if err != nil {
				t.Error(err)
			}
			got <- j
		}()
		return got
	}
	for _, req := range []jobsapi.GetRequest{{After: j.Version}, {UntilEnd: true}} {
		req.ID, req.Wait = j.ID, 50*time.Millisecond
		began := time.Now()
		if _, err := r.Get(as(t.Context(), "bob"), req); err != nil || time.Since(began) < req.Wait {
			t.Errorf("%+v: answered after %v, %v", req, time.Since(began), err)
		}
	}
	change, end := waiting(jobsapi.GetRequest{After: j.Version}), waiting(jobsapi.GetRequest{UntilEnd: true})
	if _, err := r.Hold(as(t.Context(), "alice"), jobsapi.ActRequest{ID: j.ID}); err != nil {
		t.Fatal(err)
	}
	if got := <-change; got.State != jobsapi.Blocked {
		t.Errorf("it became %s", got.State)
	}
	if _, err := r.Abort(as(t.Context(), "alice"), jobsapi.ActRequest{ID: j.ID}); err != nil {
		t.Fatal(err)
	}
	if got := <-end; got.State != jobsapi.Aborted {
		t.Errorf("it ended %s", got.State)
	}
}
