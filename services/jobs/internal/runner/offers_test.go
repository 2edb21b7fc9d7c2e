package runner_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

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
		job, begin := s.d.GiveUnheard("r1", jobsapi.Spec{Executable: "quick"}), time.Now()
		if j := s.await(job, fake.Ended); j.Begun != 1 {
			t.Errorf("leave was given %d times", j.Begun)
		}
		if took := time.Since(begin); took > bearable {
			t.Errorf("the job ended after %v", took)
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
		if j := s.d.Get(job); j.State != jobsapi.Queued || j.Begun != 0 || len(j.Released) != 1 {
			t.Errorf("the job is %s, begun %d times, given back %d times", j.State, j.Begun, len(j.Released))
		}
	})
}
