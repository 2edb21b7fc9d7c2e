package app_test

import (
	"context"
	"sync"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// shelf is a Stager whose first tries fail.
type shelf struct {
	mu    sync.Mutex
	fails []error
	files map[string]string
}

func (s *shelf) There(context.Context, jobsapi.Job) error { return nil }

func (s *shelf) Stage(_ context.Context, j jobsapi.Job, in jobsapi.Input) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.fails) > 0 {
		err := s.fails[0]
		s.fails = s.fails[1:]
		return err
	}
	s.files[j.Storage()+":"+in.Path] = in.Data
	return nil
}

var filled = jobsapi.Spec{Executable: "cat", Inputs: []jobsapi.Input{{Path: "a", Data: "1"}, {Path: "b", Data: "2"}}}

func TestInputsAreBroughtBeforeAJobIsQueued(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := &shelf{files: map[string]string{}}
	w.stager = s
	r := w.replica()
	j := w.submit(r, "alice", filled)
	if j.State != job.StagingIn {
		t.Errorf("submitted as %s", j.State)
	}
	w.await(r, j, job.Queued)
	if as := w.take(r, "r1", 1)[0]; as.Spec.Inputs != nil || as.Spec.Executable != "cat" {
		t.Errorf("given as %+v", as.Spec)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.files[j.Storage()+":a"] != "1" || s.files[j.Storage()+":b"] != "2" {
		t.Errorf("brought %v", s.files)
	}
}

func TestInputsThatCannotBeBroughtFailTheJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.stager = &shelf{files: map[string]string{}, fails: []error{fault.New(fault.Exhausted, "files.full", "The disk is full.")}}
	r := w.replica()
	j := w.await(r, w.submit(r, "alice", filled), job.Failed)
	if j.Reason != "The input a could not be written: The disk is full." {
		t.Errorf("because %q", j.Reason)
	}
	if _, err := r.Restart(as(t.Context(), "alice"), jobsapi.ActRequest{ID: j.ID}); err != nil {
		t.Fatal(err)
	}
	w.await(r, j, job.Queued)
}

// TestAStageInLeftBehindIsSweptUp: its first try found no files service.
func TestAStageInLeftBehindIsSweptUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.stager = &shelf{files: map[string]string{}, fails: []error{fault.New(fault.Unavailable, "x", "Away.")}}
	r := w.replica()
	w.await(r, w.submit(r, "alice", filled), job.Queued)
}
