package crash

import (
	"context"
	"errors"
	"os"
	"strconv"
	"syscall"
	"testing"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor/executortest"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/fake"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// holdAt makes the service hang at one kind of report, and tells when it is
// there.
func (s *site) holdAt(what string, done bool) (reached chan struct{}) {
	reached = make(chan struct{}, 1)
	s.d.Gate(func(ctx context.Context, c fake.Call) error {
		for _, r := range c.Reports {
			if r.What == what && c.Done == done {
				select {
				case reached <- struct{}{}:
				default:
				}
				<-ctx.Done()
				return errors.New("held")
			}
		}
		return nil
	})
	return reached
}

func (s *site) awaitReached(reached <-chan struct{}) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), executortest.Patience)
	defer cancel()
	select {
	case <-reached:
	case <-ctx.Done():
		s.t.Fatal("the runner does not get that far")
	}
}

// Whether the job must have been given out again.
const (
	again = true
	once  = false
)

// killAt runs one job, kills the runner at a step of its life, starts another
// one and wants the job to have run once, and ended well.
func killAt(t *testing.T, script string, again bool, step func(*site, id.ID) (goOn func())) {
	t.Parallel()
	s := newSite(t)
	job := s.submit(script)
	goOn := step(s, job)
	s.d.Gate(nil)
	s.runner("")
	s.awaitBeat()
	goOn()
	j := s.await(job, fake.Ended)
	if j.State != jobsapi.Succeeded || (j.Epoch > 1) != again {
		t.Errorf("%s in epoch %d, want success, again %v: %+v", j.State, j.Epoch, again, j.Finish)
	}
	s.clean()
	if n := s.runs(job); n != 1 {
		t.Errorf("it ran %d times", n)
	}
}

func nothing() {}

func TestKilledWhenItAsksForLeave(t *testing.T) {
	killAt(t, "", again, func(s *site, _ id.ID) func() {
		s.d.Aloof()
		reached := s.holdAt(jobsapi.Begin, false)
		cmd := s.runner("")
		s.awaitReached(reached)
		kill(cmd)
		return nothing
	})
}

// The job came with leave to start, and nobody hears of it.
func TestKilledBeforeItHearsOfTheJob(t *testing.T) {
	killAt(t, "", again, func(s *site, job id.ID) func() {
		reached := make(chan struct{})
		s.d.Gate(func(ctx context.Context, c fake.Call) error {
			if c.Name != "offer" || !c.Done || s.d.Get(job).State != jobsapi.Running {
				return nil
			}
			s.d.Gate(nil)
			close(reached)
			<-ctx.Done()
			return errors.New("held")
		})
		cmd := s.runner("")
		s.awaitReached(reached)
		kill(cmd)
		return nothing
	})
}

func TestKilledBeforeItHearsThatItHasLeave(t *testing.T) {
	killAt(t, "", again, func(s *site, _ id.ID) func() {
		s.d.Aloof()
		reached := s.holdAt(jobsapi.Begin, true)
		cmd := s.runner("")
		s.awaitReached(reached)
		kill(cmd)
		return nothing
	})
}

// The keeper comes to a start when the runner is gone, or when the next one
// has taken over: it runs the job once, or not at all and the next one does.
func TestKilledBeforeTheClaim(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := s.submit("echo $PPID > keeper")
	cmd := s.runner("")
	s.await(first, fake.Ended)
	keeper, err := strconv.Atoi(executortest.AwaitLine(t, s.path(first, "keeper")))
	if err != nil {
		t.Fatal(err)
	}
	_ = syscall.Kill(keeper, syscall.SIGSTOP)
	job := s.submit("")
	s.await(job, fake.Running)
	kill(cmd)
	s.runner("")
	_ = syscall.Kill(keeper, syscall.SIGCONT)
	if j := s.await(job, fake.Ended); j.State != jobsapi.Succeeded {
		t.Errorf("%s: %+v", j.State, j.Finish)
	}
	s.clean()
	if n := s.runs(job); n != 1 {
		t.Errorf("it ran %d times", n)
	}
}

const waiting = "echo up > up; until [ -e go ]; do sleep 0.01; done"

// letGo waits until the waiting job runs and returns what lets it end.
func letGo(s *site, job id.ID) func() {
	executortest.AwaitLine(s.t, s.path(job, "up"))
	return func() {
		if err := os.WriteFile(s.path(job, "go"), nil, 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
}

func TestKilledWhileTheJobRuns(t *testing.T) {
	killAt(t, waiting, once, func(s *site, job id.ID) func() {
		cmd := s.runner("")
		goOn := letGo(s, job)
		kill(cmd)
		return goOn
	})
}

func TestJobEndsWhileNoRunnerIsThere(t *testing.T) {
	killAt(t, waiting+"; echo end > end", once, func(s *site, job id.ID) func() {
		cmd := s.runner("")
		goOn := letGo(s, job)
		kill(cmd)
		goOn()
		executortest.AwaitLine(s.t, s.path(job, "end"))
		return nothing
	})
}

func TestKilledBeforeItReportsTheEnd(t *testing.T) {
	killAt(t, "", once, func(s *site, _ id.ID) func() {
		reached := s.holdAt(jobsapi.Finish, false)
		cmd := s.runner("")
		s.awaitReached(reached)
		kill(cmd)
		return nothing
	})
}

func TestKilledBeforeItHearsThatTheEndIsTaken(t *testing.T) {
	killAt(t, "", once, func(s *site, _ id.ID) func() {
		reached := s.holdAt(jobsapi.Finish, true)
		cmd := s.runner("")
		s.awaitReached(reached)
		kill(cmd)
		return nothing
	})
}

func TestTerminatedRunnerLeavesJobsToTheNext(t *testing.T) {
	killAt(t, waiting, once, func(s *site, job id.ID) func() {
		cmd := s.runner("")
		goOn := letGo(s, job)
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			s.t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			s.t.Errorf("the runner ended with %v", err)
		}
		return goOn
	})
}

func TestAbortOfAnAdoptedJob(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	job := s.submit("sleep 600 & echo $! > up; wait")
	cmd := s.runner("")
	pid := executortest.AwaitLine(t, s.path(job, "up"))
	kill(cmd)
	s.runner("")
	s.d.Abort(job)
	// The signal is a hint only; it may come before the runner listens.
	if err := s.nc.Publish(jobsapi.StopSignal(s.d.Get(job).Runner), nil); err != nil {
		t.Fatal(err)
	}
	if j := s.await(job, fake.Ended); j.Finish.Problem == "" {
		t.Errorf("%+v", j.Finish)
	}
	if executortest.Alive(pid) {
		t.Error("a child is still alive")
	}
}

// Whatever the moment: forty jobs, and a kill after every few ends.
func TestKilledAgainAndAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var all []id.ID
	for i := range 40 {
		all = append(all, s.submit("exit "+strconv.Itoa(i%3)))
	}
	for kills := range 8 {
		cmd := s.runner("")
		s.await(all[5*kills], fake.Ended)
		kill(cmd)
	}
	s.runner("")
	for i, job := range all {
		if j := s.await(job, fake.Ended); j.Finish.Code == nil || *j.Finish.Code != i%3 || j.Finish.Problem != "" {
			t.Errorf("job %d: %+v", i, j.Finish)
		}
	}
	s.clean()
	for i, job := range all {
		if n := s.runs(job); n != 1 {
			t.Errorf("job %d ran %d times", i, n)
		}
	}
}
