package policy

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// shelf is a Stager that remembers, and fails with the error of a path.
type shelf struct {
	files map[string]string
	fails map[string]error
}

func (s *shelf) There(context.Context, jobsapi.Job) error { return nil }

func (s *shelf) Stage(_ context.Context, _ jobsapi.Job, in jobsapi.Input) error {
	if err := s.fails[in.Path]; err != nil {
		return err
	}
	s.files[in.Path] = in.Data
	return nil
}

var (
	j = jobsapi.Job{Spec: jobsapi.Spec{Inputs: []jobsapi.Input{{Path: "a", Data: "1"}, {Path: "b/c", Data: "2"}}}}
)

func TestStageInBringsAllInputs(t *testing.T) {
	t.Parallel()
	s := &shelf{files: map[string]string{}}
	if problem, done := StageIn(t.Context(), s, j, 0, GiveUp); problem != "" || !done {
		t.Fatal(problem, done)
	}
	if len(s.files) != 2 || s.files["a"] != "1" || s.files["b/c"] != "2" {
		t.Errorf("brought %v", s.files)
	}
}

func TestStageInTellsWhatPassesFromWhatDoesNot(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		err  error
		age  time.Duration
		done bool
	}{
		"denied":                 {fault.New(fault.Denied, "x", "Not yours."), 0, true},
		"no space":               {fault.New(fault.Exhausted, "x", "No space."), 0, true},
		"a directory":            {fault.New(fault.Conflict, "x", "A directory."), 0, true},
		"away":                   {fault.New(fault.Unavailable, "x", "Away."), 0, false},
		"not heard of it yet":    {fault.New(fault.Missing, "x", "No such storage."), time.Minute, false},
		"a defect":               {errors.New("boom"), 0, false},
		"away for far too long":  {fault.New(fault.Unavailable, "x", "Away."), GiveUp, true},
		"out of time, try again": {context.DeadlineExceeded, time.Minute, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &shelf{files: map[string]string{}, fails: map[string]error{"b/c": tc.err}}
			problem, done := StageIn(t.Context(), s, j, tc.age, GiveUp)
			if done != tc.done || (problem != "") != tc.done {
				t.Fatalf("got %q, %v", problem, done)
			}
			if tc.done && !strings.Contains(problem, "b/c") {
				t.Errorf("%q does not name the input", problem)
			}
		})
	}
}
