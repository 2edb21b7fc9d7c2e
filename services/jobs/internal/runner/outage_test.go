package runner_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/fake"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// An outage of every call, in each of the ways in which calls fail.
func TestOutagesHeal(t *testing.T) {
	t.Parallel()
	outages := map[string]func(context.Context, fake.Call) error{
		"refused": func(context.Context, fake.Call) error {
			return fault.New(fault.Unavailable, "x", "down")
		},
		"hanging": func(ctx context.Context, _ fake.Call) error { <-ctx.Done(); return ctx.Err() },
		"answers lost": func(_ context.Context, c fake.Call) error {
			if c.Done {
				return fault.New(fault.Timeout, "x", "lost")
			}
			return nil
		},
		"broken inside": func(context.Context, fake.Call) error { return errors.New("defect") },
	}
	for name, outage := range outages {
		bubble(t, name, func(t *testing.T) {
			s := newSite(t, executor.Left{Complete: true})
			before := s.d.Submit(long)
			s.start(2)
			r := s.run(before)
			s.d.Gate(outage)
			r.End(executor.Result{Code: new(int), Evidence: executor.FromRecord})
			during := s.d.Submit(jobsapi.Spec{Executable: "quick"})
			<-time.After(3 * time.Minute) // fake time
			s.d.Gate(nil)
			for _, job := range []id.ID{before, during} {
				if j := s.await(job, fake.Ended); j.State != jobsapi.Succeeded || j.Begun != 1 {
					t.Errorf("%+v", j)
				}
			}
			<-r.Forgotten()
			s.end()
		})
		bubble(t, name+" from the start", func(t *testing.T) {
			s := newSite(t, executor.Left{Complete: true})
			s.d.Gate(outage)
			job := s.d.Submit(jobsapi.Spec{Executable: "quick"})
			s.start(1)
			<-time.After(time.Minute) // fake time
			s.d.Gate(nil)
			s.await(job, fake.Ended)
			s.end()
		})
		bubble(t, name+" to the end", func(t *testing.T) {
			s := newSite(t, executor.Left{Complete: true})
			job := s.d.Submit(long)
			s.start(1)
			r := s.run(job)
			s.d.Gate(outage)
			r.End(executor.Result{Code: new(int), Evidence: executor.FromRecord})
			synctest.Wait()
			begin := time.Now()
			s.end()
			if took := time.Since(begin); took > 10*time.Second {
				t.Errorf("ending took %s", took)
			}
			select {
			case <-r.Forgotten():
				if s.d.Get(job).Finish == nil {
					t.Error("forgotten without a report")
				}
			default:
			}
		})
	}
}

// One report that the service will never take must not hold up the others.
func TestPoisonedReportDoesNotBlock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		var jobs []id.ID
		for range 10 {
			jobs = append(jobs, s.d.Submit(jobsapi.Spec{Executable: "quick"}))
		}
		poison := jobs[4]
		s.d.Gate(func(_ context.Context, c fake.Call) error {
			for _, r := range c.Reports {
				if r.ID == poison {
					return fault.New(fault.Invalid, "x", "unreadable")
				}
			}
			return nil
		})
		s.start(10)
		for _, job := range jobs {
			if job != poison {
				s.await(job, fake.Ended)
			}
		}
		s.end()
	})
}

// A call that hangs keeps the reports of other jobs for a moment only.
func TestACallThatHangsHoldsNoOtherBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		hung := make(chan struct{})
		s.d.Gate(func(ctx context.Context, c fake.Call) error {
			if c.Name != "report" {
				return nil
			}
			s.d.Gate(nil)
			close(hung)
			<-ctx.Done()
			return ctx.Err()
		})
		s.start(2)
		first := s.d.Submit(jobsapi.Spec{Executable: "quick"})
		<-hung
		second, begin := s.d.Submit(jobsapi.Spec{Executable: "quick"}), time.Now()
		s.await(second, fake.Ended)
		if took := time.Since(begin); took > 100*time.Millisecond {
			t.Errorf("another job's end took %v", took)
		}
		s.await(first, fake.Ended)
		s.end()
	})
}
