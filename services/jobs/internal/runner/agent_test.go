package runner_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/fake"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

const lease = 40 * time.Second

// site is an agent with a fake service and a fake executor, in a bubble of
// fake time.
type site struct {
	t     *testing.T
	d     *fake.Dispatch
	x     *fake.Executor
	agent *runner.Agent
	wake  chan struct{}
	stop  context.CancelFunc
	ended chan error
}

func newSite(t *testing.T, left executor.Left) *site {
	return &site{t: t, d: fake.NewDispatch(lease), x: fake.NewExecutor(left), wake: make(chan struct{}), ended: make(chan error, 1)}
}

func (s *site) start(slots int) {
	s.agent = runner.New(runner.Config{Runner: "r1", Site: "TEST", Slots: slots},
		runner.Deps{Dispatch: s.d, Executor: s.x, Wake: s.wake, Log: logx.New(s.t.Output(), "text", slog.LevelInfo)})
	ctx, cancel := context.WithCancel(s.t.Context())
	s.stop = cancel
	go func() { s.ended <- s.agent.Run(ctx) }()
}

// end stops the agent and waits for it.
func (s *site) end() {
	s.t.Helper()
	s.stop()
	if err := <-s.ended; err != nil {
		s.t.Errorf("the agent ended with %v", err)
	}
}

func (s *site) await(job id.ID, want func(fake.Job) bool) fake.Job {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Hour) // fake time
	defer cancel()
	j, err := s.d.Await(ctx, job, want)
	if err != nil {
		s.t.Fatal(err)
	}
	return j
}

// run waits until a job runs and returns its run.
func (s *site) run(job id.ID) *fake.Run {
	s.t.Helper()
	j := s.await(job, fake.Running)
	synctest.Wait()
	r := s.x.Started(executor.Key{ID: job, Epoch: j.Epoch})
	if r == nil {
		s.t.Fatal("leave was given and nothing started")
	}
	return r
}

func bubble(t *testing.T, name string, f func(*testing.T)) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, f)
	})
}

var long = jobsapi.Spec{Executable: "long"}

func TestJobsGoThrough(t *testing.T) {
	t.Parallel()
	bubble(t, "one", func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		job := s.d.Submit(long)
		s.start(2)
		<-s.agent.Ready()
		r := s.run(job)
		code := 3
		r.End(executor.Result{Code: &code, Evidence: executor.FromRecord})
		j := s.await(job, fake.Ended)
		if *j.Finish.Code != 3 || j.Finish.Evidence != "exit record" || j.Begun != 1 || j.Finish.At.IsZero() {
			t.Errorf("%+v", j.Finish)
		}
		<-r.Forgotten()
		s.end()
	})
	bubble(t, "many, and no slot leaks", func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		var jobs []id.ID
		for range 200 {
			jobs = append(jobs, s.d.Submit(jobsapi.Spec{Executable: "quick"}))
		}
		s.start(3)
		for _, job := range jobs {
			if j := s.await(job, fake.Ended); j.Begun != 1 || j.State != jobsapi.Succeeded {
				t.Fatalf("%+v", j)
			}
		}
		var last []id.ID
		for range 4 {
			last = append(last, s.d.Submit(long))
		}
		for _, job := range last[:3] {
			s.run(job)
		}
		synctest.Wait()
		if j := s.d.Get(last[3]); j.State != jobsapi.Queued {
			t.Errorf("the fourth of three slots is %s", j.State)
		}
		s.end()
	})
	bubble(t, "their owners are told", func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		job := s.d.Submit(jobsapi.Spec{Executable: "quick", Directives: "job.sub"})
		s.start(1)
		if j := s.await(job, fake.Ended); len(j.Remarks) != 1 || j.Remarks[0] != "no use for job.sub" || j.State != jobsapi.Succeeded {
			t.Errorf("%+v", j)
		}
		s.end()
	})
	bubble(t, "those in an allocation take nothing of the runner's", func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		place := s.d.Submit(jobsapi.Spec{Kind: jobsapi.Allocation})
		s.start(1)
		r := s.run(place)
		inside := jobsapi.Spec{Executable: "long", Within: place.String()}
		jobs, outside := []id.ID{s.d.Submit(inside), s.d.Submit(inside)}, s.d.Submit(long)
		for i, job := range jobs { // one at a time
			first := s.run(job)
			<-time.After(time.Minute) // fake time
			if j := s.d.Get(jobs[1]); i == 0 && j.State == jobsapi.Running {
				t.Error("two run in an allocation of one core")
			}
			first.End(executor.Result{Code: new(int), Evidence: executor.FromRecord})
			s.await(job, fake.Ended)
		}
		if j := s.d.Get(outside); j.State != jobsapi.Queued {
			t.Errorf("the one outside is %s", j.State)
		}
		lost := s.d.GiveUnheard("r1", jobsapi.Running, inside) // in an answer that never came
		s.await(lost, func(j fake.Job) bool { return len(j.Released) == 1 })
		s.run(lost).End(executor.Result{Code: new(int), Evidence: executor.FromRecord})
		last := s.d.Submit(inside)
		s.run(last)
		r.End(executor.Result{Code: new(int), Evidence: executor.FromRecord})
		s.run(outside)
		if s.x.Started(executor.Key{ID: last, Epoch: 1}).End(executor.Result{Code: new(int), Evidence: executor.FromRecord}); s.await(last, fake.Ended).State != jobsapi.Succeeded {
			t.Error("who was in it when it ended is forgotten")
		}
		late := s.d.Submit(inside)
		<-time.After(time.Minute) // fake time
		if j := s.d.Get(late); j.State != jobsapi.Queued {
			t.Errorf("one for an allocation that has ended is %s", j.State)
		}
		s.end()
	})
	bubble(t, "refused ones end with the reason", func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		s.x.Fail(executor.Refuse(127, "no such program"))
		job := s.d.Submit(long)
		s.start(1)
		if j := s.await(job, fake.Ended); *j.Finish.Code != 127 || j.Finish.Problem != "no such program" || j.Finish.Evidence != "none" {
			t.Errorf("%+v", j.Finish)
		}
		s.end()
	})
	bubble(t, "a broken site gives them back, and not for ever", func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		s.x.Fail(errors.New("no space left on device"))
		job, begin := s.d.Submit(long), time.Now()
		s.start(1)
		j := s.await(job, fake.Ended)
		if len(j.Released) != 4 || j.Finish.Code != nil || !strings.Contains(j.Finish.Problem, "could not be started") {
			t.Errorf("%d releases, %+v", len(j.Released), j.Finish)
		}
		if time.Since(begin) < 200*time.Millisecond {
			t.Error("it does not pause between tries")
		}
		s.end()
	})
}
