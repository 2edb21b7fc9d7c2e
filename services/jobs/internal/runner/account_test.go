package runner_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/fake"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// given makes a job that the service thinks runner r1 holds.
func given(t *testing.T, s *site, state jobsapi.State) (id.ID, executor.Key) {
	t.Helper()
	job := s.d.Submit(long)
	ctx := context.Background()
	if _, err := s.d.Offer(ctx, jobsapi.OfferRequest{Runner: "r1", Site: "TEST", Free: 1}); err != nil {
		t.Fatal(err)
	}
	if state == jobsapi.Running {
		v, err := s.d.Report(ctx, jobsapi.ReportRequest{Runner: "r1", Reports: []jobsapi.Report{{ID: job, Epoch: 1, What: jobsapi.Begin}}})
		if err != nil || !v.Verdicts[0].OK {
			t.Fatalf("begin: %v %v", v, err)
		}
	}
	return job, executor.Key{ID: job, Epoch: 1}
}

func TestRestartAccountsForEveryJob(t *testing.T) {
	t.Parallel()
	end := func(s *site, r *fake.Run) {
		code := 7
		r.End(executor.Result{Code: &code, Evidence: executor.FromRecord})
	}
	for name, tc := range map[string]struct {
		state    jobsapi.State
		found    bool                   // a run was left
		complete bool                   // what is not left never ran
		before   func(*site, *fake.Run) // happens before the start
		after    func(*site, *fake.Run) // happens after it
		want     func(fake.Job) string  // what is wrong
	}{
		"matched, nothing left":  {state: jobsapi.Matched, want: againAndNothingElse},
		"running, never started": {state: jobsapi.Running, complete: true, want: againAndNothingElse},
		"running, no proof": {state: jobsapi.Running, want: func(j fake.Job) string {
			if j.Finish == nil || j.Finish.Code != nil || !strings.Contains(j.Finish.Problem, "unknown") || j.Begun != 1 {
				return "want an unknown outcome"
			}
			return ""
		}},
		"running, adopted":   {state: jobsapi.Running, found: true, complete: true, after: end, want: code7},
		"running, had ended": {state: jobsapi.Running, found: true, before: end, want: code7},
		"running, not claimed": {state: jobsapi.Running, found: true, before: func(_ *site, r *fake.Run) {
			r.End(executor.Result{Never: true})
		}, want: againAndNothingElse},
	} {
		bubble(t, name, func(t *testing.T) {
			s := newSite(t, executor.Left{})
			job, key := given(t, s, tc.state)
			r, left := fake.NewRun(key), executor.Left{Complete: tc.complete}
			if tc.found {
				left.Runs = append(left.Runs, r)
			}
			if tc.before != nil {
				tc.before(s, r)
			}
			s.x = fake.NewExecutor(left)
			s.start(1)
			<-s.agent.Ready()
			if tc.after != nil {
				synctest.Wait()
				tc.after(s, r)
			}
			<-s.x.Settled()
			synctest.Wait()
			if wrong := tc.want(s.d.Get(job)); wrong != "" {
				t.Errorf("%s: %+v", wrong, s.d.Get(job))
			}
			if tc.found {
				<-r.Forgotten()
			}
			s.end()
		})
	}
}

func code7(j fake.Job) string {
	if j.Finish == nil || *j.Finish.Code != 7 || j.Epoch != 1 || len(j.Released) > 0 {
		return "want the end of the first epoch"
	}
	return ""
}

func againAndNothingElse(j fake.Job) string {
	if j.Finish != nil || len(j.Released) != 1 || j.Epoch != 2 {
		return "want one release and another epoch"
	}
	return ""
}

func TestRunThatTheServiceDoesNotGrantIsStopped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, executor.Left{})
		job, key := given(t, s, jobsapi.Running)
		s.d.GiveOn(job)
		r := fake.NewRun(key)
		s.x = fake.NewExecutor(executor.Left{Runs: []executor.Run{r}, Complete: true})
		s.start(1)
		<-r.Forgotten()
		<-s.x.Settled()
		if !strings.Contains(r.Result().Problem, "given on") || s.d.Get(job).Finish != nil {
			t.Errorf("run %+v, job %+v", r.Result(), s.d.Get(job))
		}
		s.end()
	})
}

// Traces of earlier instances must outlast everything that is not reported:
// without them the next start could not tell what ran.
func TestTracesStayUntilAllIsReported(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, executor.Left{})
		job, key := given(t, s, jobsapi.Running)
		r := fake.NewRun(key)
		s.x = fake.NewExecutor(executor.Left{Runs: []executor.Run{r}, Complete: true})
		s.start(1)
		<-s.agent.Ready()
		synctest.Wait()
		s.end()
		for name, ch := range map[string]<-chan struct{}{"settled": s.x.Settled(), "forgotten": r.Forgotten(), "ended": r.Done()} {
			select {
			case <-ch:
				t.Errorf("%s although job %s is not reported", name, job)
			default:
			}
		}
	})
}

// What ran in an allocation is in it again, and takes no slot outside.
func TestAllocationsAreTakenOverWithTheirJobs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, executor.Left{})
		place := s.d.GiveUnheard("r1", jobsapi.Matched, jobsapi.Spec{Kind: jobsapi.Allocation})
		inside := jobsapi.Spec{Executable: "long", Within: place.String()}
		job := s.d.GiveUnheard("r1", jobsapi.Matched, inside)
		var left executor.Left
		for _, n := range []id.ID{place, job} {
			key := executor.Key{ID: n, Epoch: 1}
			if v, err := s.d.Report(t.Context(), jobsapi.ReportRequest{Runner: "r1", Reports: []jobsapi.Report{{ID: n, Owner: "u1", Epoch: 1, What: jobsapi.Begin}}}); err != nil || !v.Verdicts[0].OK {
				t.Fatal(v, err)
			}
			left.Runs = append(left.Runs, fake.NewRun(key))
		}
		s.x = fake.NewExecutor(left)
		next := s.d.Submit(inside)
		s.start(1)
		<-s.agent.Ready()
		<-time.After(time.Minute) // fake time
		if j := s.d.Get(next); j.State == jobsapi.Running {
			t.Error("there are two in an allocation of one core")
		}
		left.Runs[1].(*fake.Run).End(executor.Result{Code: new(int), Evidence: executor.FromRecord})
		s.run(next)
		s.end()
	})
}
