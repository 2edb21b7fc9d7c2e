package runner_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/fake"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// While jobs are quick, as many more are taken as there are slots; when they
// get long, what was taken too much goes back.
func TestQuickJobsAreTakenAhead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		s.start(1)
		for range 3 {
			job := s.d.Submit(long)
			r := s.run(job)
			<-time.After(10 * time.Millisecond) // fake time
			r.End(executor.Result{Code: new(int), Evidence: executor.FromRecord})
			s.await(job, fake.Ended)
		}
		jobs := []id.ID{s.d.Submit(long), s.d.Submit(long), s.d.Submit(long)}
		r := s.run(jobs[0])
		for i, want := range []jobsapi.State{jobsapi.Running, jobsapi.Matched, jobsapi.Queued} {
			if j := s.d.Get(jobs[i]); j.State != want {
				t.Errorf("job %d is %s, want %s", i, j.State, want)
			}
		}
		// Too long: the next one is given back, and no other is taken.
		s.await(jobs[1], func(j fake.Job) bool { return len(j.Released) == 1 })
		<-time.After(time.Minute) // fake time
		for i, want := range []jobsapi.State{jobsapi.Running, jobsapi.Queued, jobsapi.Queued} {
			if j := s.d.Get(jobs[i]); j.State != want || len(j.Released) > 1 {
				t.Errorf("job %d is %s after %d releases, want %s", i, j.State, len(j.Released), want)
			}
		}
		r.End(executor.Result{Code: new(int), Evidence: executor.FromRecord})
		for _, job := range []id.ID{jobs[2], jobs[1]} { // what was given back is last
			s.run(job).Stop("")
			s.await(job, fake.Ended)
		}
		s.end()
	})
}
