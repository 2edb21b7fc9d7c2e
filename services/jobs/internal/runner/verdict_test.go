package runner_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/fake"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func TestVerdicts(t *testing.T) {
	t.Parallel()
	bubble(t, "a report is said again when it should be", func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		s.d.Retry(5)
		job := s.d.Submit(jobsapi.Spec{Executable: "quick"})
		s.start(1)
		if j := s.await(job, fake.Ended); j.Epoch != 1 || j.Begun != 1 || j.State != jobsapi.Succeeded {
			t.Errorf("%+v", j)
		}
		s.end()
	})
	bubble(t, "without leave nothing is started", func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		s.d.Aloof()
		job := s.d.Submit(long)
		s.d.Gate(func(_ context.Context, c fake.Call) error {
			if len(c.Reports) > 0 && !c.Done {
				s.d.GiveOn(job)
			}
			return nil
		})
		s.start(1)
		<-time.After(time.Minute) // fake time
		if s.x.Started(executor.Key{ID: job, Epoch: 1}) != nil {
			t.Error("it was started")
		}
		s.end()
	})
}

// The answer to an offer is lost: the agent asks what it holds, long before
// the service takes the job back.
func TestJobInALostAnswerIsClaimed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		lost := false
		s.d.Gate(func(_ context.Context, c fake.Call) error {
			if c.Name == "offer" && c.Done && !lost {
				lost = true
				return fault.New(fault.Timeout, "x", "lost")
			}
			return nil
		})
		job, begin := s.d.Submit(jobsapi.Spec{Executable: "quick"}), time.Now()
		s.start(1)
		if j := s.await(job, fake.Ended); j.Epoch != 1 || time.Since(begin) > time.Second || !lost {
			t.Errorf("after %s: %+v", time.Since(begin), j)
		}
		s.end()
	})
}
