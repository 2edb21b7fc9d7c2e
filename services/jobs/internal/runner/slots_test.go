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
			<-time.After(100 * time.Millisecond) // fake time
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

// Jobs that take next to nothing come in larger groups, without leave to start:
// nobody says of a job that it runs that may yet go back.
func TestVeryQuickJobsComeAheadAndWaitForLeave(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		s.start(1)
		for range 10 {
			job := s.d.Submit(long)
			r := s.run(job)
			<-time.After(10 * time.Millisecond) // fake time
			r.End(executor.Result{Code: new(int), Evidence: executor.FromRecord})
			s.await(job, fake.Ended)
		}
		first := s.d.Submit(long)
		r := s.run(first)
		var more []id.ID
		for range 6 {
			more = append(more, s.d.Submit(long))
		}
		synctest.Wait()
		ahead := 0
		for _, job := range more {
			j := s.d.Get(job)
			if j.State == jobsapi.Matched {
				ahead++
			}
			if j.State == jobsapi.Running || j.Released != nil {
				t.Errorf("a job is %s, given back %d times", j.State, len(j.Released))
			}
		}
		if ahead < 3 || ahead > 4 {
			t.Errorf("%d jobs came ahead, want 3 or 4", ahead)
		}
		for _, job := range more[:ahead] {
			s.await(job, func(j fake.Job) bool { return len(j.Released) == 1 })
			if s.x.Started(executor.Key{ID: job, Epoch: 1}) != nil {
				t.Error("a job was started that was given back")
			}
		}
		r.End(executor.Result{Code: new(int), Evidence: executor.FromRecord})
		s.await(first, fake.Ended)
		s.end()
	})
}

// Nothing is taken ahead for the slot of a job that turned out not to be quick.
func TestNothingIsTakenAheadForASlotThatStays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		s.start(1)
		for range 10 {
			job := s.d.Submit(long)
			r := s.run(job)
			<-time.After(time.Millisecond) // fake time
			r.End(executor.Result{Code: new(int), Evidence: executor.FromRecord})
			s.await(job, fake.Ended)
		}
		first := s.d.Submit(long)
		r := s.run(first)
		<-time.After(10 * time.Second) // fake time: the offer that stood is over
		next := s.d.Submit(long)
		<-time.After(time.Minute) // fake time
		if j := s.d.Get(next); j.State != jobsapi.Queued || j.Released != nil {
			t.Errorf("the next job is %s, given back %d times", j.State, len(j.Released))
		}
		r.End(executor.Result{Code: new(int), Evidence: executor.FromRecord})
		s.run(next).Stop("")
		s.await(next, fake.Ended)
		s.end()
	})
}
