package app_test

import (
	"errors"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Whoever tells of jobs hears of it before there is the first of which to tell,
// and now and then again; without that there is no such job.
func TestNoticesAreMarkedFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	told := work
	told.Notify = &jobsapi.Notification{URL: "https://x.example/"}
	ctx := as(t.Context(), "alice")
	w.submit(r, "alice", work)
	w.unmarked = errors.New("down")
	for _, err := range []error{
		func() error { _, err := r.Submit(ctx, jobsapi.SubmitRequest{Spec: told}); return err }(),
		func() error {
			_, err := r.SubmitMany(ctx, jobsapi.BatchRequest{Specs: []jobsapi.Spec{work, told}})
			return err
		}(),
	} {
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("unmarked: %v", err)
		}
	}
	if page, err := r.List(ctx, jobsapi.ListRequest{Total: true}); err != nil || page.Total != 1 || len(w.marks) != 2 {
		t.Errorf("%d jobs, marks %v, %v", page.Total, w.marks, err)
	}
	w.unmarked = nil
	first := w.submit(r, "alice", told)
	w.submit(r, "alice", told)
	if len(w.marks) != 3 || w.marks[2] >= first.Version {
		t.Errorf("marks %v, before %d", w.marks, first.Version)
	}
	w.advance(11 * time.Minute)
	w.submit(r, "alice", told)
	if len(w.marks) != 4 {
		t.Errorf("marks %v", w.marks)
	}
}
