package runner_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/fake"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// bearable is how long a lost replica or an earlier agent may keep a job from
// running; it is far below the lease.
const bearable = 8 * time.Second

// A replica that is killed takes the offer that it holds with it.
func TestALostOfferDelaysJobsLittle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		lost := make(chan struct{})
		s.d.Gate(func(ctx context.Context, c fake.Call) error {
			if c.Name != "offer" {
				return nil
			}
			s.d.Gate(nil)
			close(lost)
			<-ctx.Done()
			return ctx.Err()
		})
		s.start(1)
		<-lost
		job, begin := s.d.Submit(jobsapi.Spec{Executable: "quick"}), time.Now()
		s.await(job, fake.Ended)
		if took := time.Since(begin); took > bearable {
			t.Errorf("the job ended after %v", took)
		}
		s.end()
	})
}

// An agent was killed while its offer stood, and the next one has registered
// before the offer was answered.
func TestJobsGivenToAnEarlierAgentRunSoon(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		s.start(1)
		<-s.agent.Ready()
		synctest.Wait()
		begin := time.Now()
		given := s.d.GiveUnheard("r1", jobsapi.Matched, jobsapi.Spec{Executable: "quick"})
		begun := s.d.GiveUnheard("r1", jobsapi.Running, jobsapi.Spec{Executable: "quick"})
		for _, job := range []id.ID{given, begun} {
			if j := s.await(job, fake.Ended); j.Begun != 1 || len(j.Released) != 1 {
				t.Errorf("leave was given %d times, and the job given back %d times", j.Begun, len(j.Released))
			}
		}
		if took := time.Since(begin); took > bearable {
			t.Errorf("the jobs ended after %v", took)
		}
		s.end()
	})
}

// The answer to an offer is lost with jobs in it that have leave to start, and
// the runner does not even know that: it is told, sooner or later, while it
// has no room at all.
func TestWhatCameWithLeaveAndNeverArrivedIsGivenBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		busy := s.d.Submit(long)
		s.start(1)
		run := s.run(busy)
		<-time.After(2 * bearable) // fake time: what an earlier agent may have got is accounted for
		lost, begin := s.d.GiveUnheard("r1", jobsapi.Running, jobsapi.Spec{Executable: "quick"}), time.Now()
		s.await(lost, func(j fake.Job) bool { return len(j.Released) == 1 })
		if took := time.Since(begin); took > lease {
			t.Errorf("the job was given back after %v", took)
		}
		if j := s.d.Get(busy); j.State != jobsapi.Running || len(j.Released) > 0 {
			t.Errorf("the job that runs is %s, given back %d times", j.State, len(j.Released))
		}
		run.Stop("")
		s.await(lost, fake.Ended)
		s.end()
	})
}

// A job is to be stopped that was begun with an offer whose answer is still on
// its way: nobody here knows it yet.
func TestAStopThatOvertakesTheJobIsHeard(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		on := make(chan struct{})
		s.d.Gate(func(ctx context.Context, c fake.Call) error {
			if c.Name == "offer" && c.Done {
				<-on
			}
			return nil
		})
		s.start(1)
		<-s.agent.Ready()
		job, begin := s.d.Submit(long), time.Now()
		s.await(job, fake.Running)
		s.d.Abort(job)
		s.wake <- struct{}{}
		synctest.Wait()
		close(on)
		s.await(job, fake.Ended)
		if took := time.Since(begin); took > time.Second {
			t.Errorf("the job was stopped after %v", took)
		}
		s.end()
	})
}

// An agent that is told to end while its offer stands gives back what the
// offer still gets.
func TestAnEndingAgentGivesItsLastOfferBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		s.start(1)
		<-s.agent.Ready()
		synctest.Wait() // its offer stands
		s.stop()
		synctest.Wait()
		job := s.d.Submit(jobsapi.Spec{Executable: "quick"})
		if err := <-s.ended; err != nil {
			t.Errorf("the agent ended with %v", err)
		}
		if j := s.d.Get(job); j.State != jobsapi.Queued || s.x.Started(executor.Key{ID: job, Epoch: 1}) != nil || len(j.Released) != 1 {
			t.Errorf("the job is %s, given back %d times", j.State, len(j.Released))
		}
	})
}
