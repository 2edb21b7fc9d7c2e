package runner_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/fake"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func TestStopping(t *testing.T) {
	t.Parallel()
	for name, woken := range map[string]bool{"at the next beat": false, "at once when woken": true} {
		bubble(t, name, func(t *testing.T) {
			s := newSite(t, executor.Left{Complete: true})
			job := s.d.Submit(long)
			s.start(1)
			s.run(job)
			begin := time.Now()
			s.d.Abort(job)
			if woken {
				s.wake <- struct{}{}
			}
			j := s.await(job, fake.Ended)
			took := time.Since(begin)
			if j.Finish.Problem == "" || j.Finish.Signal != "SIGTERM" {
				t.Errorf("%+v", j.Finish)
			}
			if woken && took != 0 || !woken && (took == 0 || took > lease/4) {
				t.Errorf("it took %s", took)
			}
			s.end()
		})
	}
	bubble(t, "before the start", func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		s.d.Aloof()
		job := s.d.Submit(long)
		s.d.Abort(job)
		s.start(1)
		j := s.await(job, fake.Ended)
		if s.x.Started(executor.Key{ID: job, Epoch: 1}) != nil || j.Finish.Code != nil || j.Finish.Problem == "" {
			t.Errorf("%+v", j.Finish)
		}
		s.end()
	})
	bubble(t, "what was given on", func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		job := s.d.Submit(long)
		s.start(1)
		r := s.run(job)
		s.d.GiveOn(job)
		<-r.Forgotten()
		if !strings.Contains(r.Result().Problem, "stopped") {
			t.Errorf("%+v", r.Result())
		}
		if j := s.d.Get(job); j.Finish != nil {
			t.Errorf("an old epoch reported: %+v", j.Finish)
		}
		s.end()
	})
	bubble(t, "the agent leaves jobs running", func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		job := s.d.Submit(long)
		s.start(1)
		r := s.run(job)
		s.end()
		select {
		case <-r.Done():
			t.Errorf("it was ended: %+v", r.Result())
		default:
		}
		if j := s.d.Get(job); j.State != jobsapi.Running {
			t.Errorf("it is %s", j.State)
		}
	})
}

func TestBeatsComeOftenEnough(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, executor.Left{Complete: true})
		s.start(1)
		<-s.agent.Ready()
		<-time.After(lease) // fake time
		if n := s.d.Beats(); n < 3 {
			t.Errorf("%d beats in a lease", n)
		}
		s.end()
	})
}
