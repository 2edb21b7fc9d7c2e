package runner_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/fake"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// While the site's disk is away, jobs wait instead of failing.
func TestJobsWaitForABrokenSite(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		s.x.Break(errors.New("the disk is gone"))
		jobs := []id.ID{s.d.Submit(jobsapi.Spec{Executable: "quick"}), s.d.Submit(jobsapi.Spec{Executable: "quick"})}
		s.start(1)
		<-time.After(10 * time.Minute) // fake time
		s.x.Break(nil)
		for _, job := range jobs {
			if j := s.await(job, fake.Ended); j.Finish.Problem != "" {
				t.Errorf("%+v", j)
			}
		}
		s.end()
	})
}
