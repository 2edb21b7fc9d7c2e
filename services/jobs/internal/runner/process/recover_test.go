package process_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor/executortest"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// reopen opens the next instance, as after a kill of the first.
func reopen(t *testing.T, cfg process.Config, b executortest.Bench) (executortest.Bench, executor.Left) {
	t.Helper()
	if err := b.Executor.(*process.Executor).Close(); err != nil {
		t.Fatal(err)
	}
	return open(t, cfg)
}

func only(t *testing.T, left executor.Left) executor.Run {
	t.Helper()
	if len(left.Runs) != 1 || !left.Complete {
		t.Fatalf("left %+v, want one run and complete", left)
	}
	return left.Runs[0]
}

func TestEndedRunIsFoundUntilItIsForgotten(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	b, left := open(t, cfg)
	if left.Complete || len(left.Runs) > 0 {
		t.Fatalf("a new state directory can vouch for nothing: %+v", left)
	}
	job := executortest.Job(jobsapi.Spec{Script: "exit 9"})
	executortest.WantCode(t, b.Finish(t, job), 9)
	for range 3 {
		b, left = reopen(t, cfg, b)
		r := only(t, left)
		executortest.WantCode(t, executortest.Wait(t, r), 9)
		if r.Key() != job.Key {
			t.Fatalf("key %v, result %s", r.Key(), executortest.Show(r.Result()))
		}
	}
	if err := left.Runs[0].Forget(); err != nil {
		t.Fatal(err)
	}
	if err := b.Executor.Settle(); err != nil {
		t.Fatal(err)
	}
	if _, left = reopen(t, cfg, b); len(left.Runs) != 0 || !left.Complete {
		t.Fatalf("left %+v", left)
	}
	entries, err := os.ReadDir(filepath.Join(cfg.State, "runs"))
	if err != nil || len(entries) != 2 { // the one before and this one
		t.Fatalf("instances %v, %v", entries, err)
	}
}

func TestLiveRunIsAdopted(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	b, _ := open(t, cfg)
	job := executortest.Job(jobsapi.Spec{Script: "echo up > up; until [ -e go ]; do sleep 0.01; done; exit 5"})
	b.Start(t, job)
	b.AwaitFile(t, job, "up")
	b, left := reopen(t, cfg, b)
	r := only(t, left)
	select {
	case <-r.Done():
		t.Fatalf("ended: %s", executortest.Show(r.Result()))
	default:
	}
	b.Write(t, job, "go", "", 0o600)
	executortest.WantCode(t, executortest.Wait(t, r), 5)
}

func TestAdoptedRunIsStoppedWithItsTree(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	b, _ := open(t, cfg)
	job := executortest.Job(jobsapi.Spec{Script: "trap '' TERM; setsid sleep 600 & echo $$ $! > pids; while :; do sleep 600; done"})
	b.Start(t, job)
	pids := strings.Fields(b.AwaitFile(t, job, "pids"))
	_, left := reopen(t, cfg, b)
	r := only(t, left)
	r.Stop("enough")
	if got := executortest.Wait(t, r); got.Problem != "enough" {
		t.Errorf("result %s", executortest.Show(got))
	}
	for _, pid := range pids {
		if executortest.Alive(pid) {
			t.Errorf("%s of %q lives", pid, pids)
		}
	}
}

func TestWallTimeHoldsAcrossInstances(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	b, _ := open(t, cfg)
	job := executortest.Job(jobsapi.Spec{Script: "echo up > up; sleep 600", Limits: jobsapi.Resources{Runtime: 1}})
	b.Start(t, job)
	b.AwaitFile(t, job, "up")
	_, left := reopen(t, cfg, b)
	if got := executortest.Wait(t, only(t, left)); !strings.Contains(got.Problem, "wall-time limit") {
		t.Errorf("result %s", executortest.Show(got))
	}
}

func TestKilledKeeperIsAnUnknownOutcomeAndLeavesNothingAlive(t *testing.T) {
	t.Parallel()
	for _, restart := range []bool{false, true} {
		cfg := config(t)
		b, _ := open(t, cfg)
		job := executortest.Job(jobsapi.Spec{Script: "trap '' TERM HUP; echo $$ $PPID > pids; while :; do sleep 600; done"})
		run := b.Start(t, job)
		pids := strings.Fields(b.AwaitFile(t, job, "pids"))
		if restart {
			_, left := reopen(t, cfg, b)
			run = only(t, left)
		}
		signal(t, pids[1], syscall.SIGKILL)
		r := executortest.Wait(t, run)
		if r.Never || r.Code != nil || !strings.Contains(r.Problem, "unknown") || r.Evidence != executor.FromNone {
			t.Errorf("restart %v: %s", restart, executortest.Show(r))
		}
		if executortest.Alive(pids[0]) {
			t.Errorf("restart %v: the job outlives its keeper", restart)
		}
	}
}

func TestKilledKeeperIsReplaced(t *testing.T) {
	t.Parallel()
	b, _ := open(t, config(t))
	for range 3 {
		job := executortest.Job(jobsapi.Spec{Script: "echo $PPID > keeper"})
		run := b.Start(t, job)
		executortest.WantCode(t, executortest.Wait(t, run), 0)
		if err := run.Forget(); err != nil {
			t.Fatal(err)
		}
		signal(t, strings.TrimSpace(b.Read(t, job, "keeper")), syscall.SIGKILL)
	}
}

// Keepers die at any moment of many starts: each job runs once at most, and
// has an end that is true.
func TestKeepersDieWhileJobsStart(t *testing.T) {
	t.Parallel()
	b, _ := open(t, config(t))
	const workers, each = 4, 40
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for range each {
				job := executortest.Job(jobsapi.Spec{Script: "echo $PPID >> keeper; kill -9 $PPID"})
				run, err := b.Executor.Start(job)
				if err != nil {
					if _, ran := os.Stat(filepath.Join(b.WorkDir(job.ID), "keeper")); ran == nil {
						t.Errorf("it ran, and Start said %v", err)
					}
					continue
				}
				r := executortest.Wait(t, run)
				text, _ := os.ReadFile(filepath.Join(b.WorkDir(job.ID), "keeper"))
				if n := strings.Count(string(text), "\n"); n > 1 || r.Code != nil && n != 1 {
					t.Errorf("it ran %d times: %s", n, executortest.Show(r))
				}
				if err := run.Forget(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	executortest.WantCode(t, b.Finish(t, executortest.Job(jobsapi.Spec{Executable: "/bin/true"})), 0)
}

func TestEndThatNobodySawIsReadFromTheJournal(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	b, _ := open(t, cfg)
	job := executortest.Job(jobsapi.Spec{Script: "echo $PPID > keeper; exit 6"})
	executortest.WantCode(t, b.Finish(t, job), 6)
	signal(t, strings.TrimSpace(b.Read(t, job, "keeper")), syscall.SIGKILL)
	_, left := reopen(t, cfg, b)
	r := executortest.Wait(t, only(t, left))
	executortest.WantCode(t, r, 6)
	if r.Evidence != executor.FromRecord {
		t.Errorf("evidence %q", r.Evidence)
	}
}

func TestKeeperEndsWithItsLastRun(t *testing.T) {
	t.Parallel()
	b, _ := open(t, config(t))
	job := executortest.Job(jobsapi.Spec{Script: "echo $PPID > keeper; until [ -e go ]; do sleep 0.01; done"})
	b.Start(t, job)
	keeper := b.AwaitFile(t, job, "keeper")
	if comm, err := os.ReadFile("/proc/" + keeper + "/comm"); err != nil || string(comm) != "heddle-keeper\n" {
		t.Errorf("in a list of processes it is %q, %v", comm, err)
	}
	if err := b.Executor.(*process.Executor).Close(); err != nil {
		t.Fatal(err)
	}
	if !executortest.Alive(keeper) {
		t.Error("the keeper has left its run")
	}
	b.Write(t, job, "go", "", 0o600)
	executortest.Eventually(t, "the keeper is gone", func() bool { return !executortest.Alive(keeper) })
}

// A keeper that is stopped, by a debugger say, is as good as dead; it must
// not hold up the next runner, nor start anything later.
func TestKeeperThatDoesNotAnswerIsKilled(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	b, _ := open(t, cfg)
	job := executortest.Job(jobsapi.Spec{Script: "echo $$ $PPID > pids; sleep 600"})
	b.Start(t, job)
	pids := strings.Fields(b.AwaitFile(t, job, "pids"))
	signal(t, pids[1], syscall.SIGSTOP)
	executortest.Eventually(t, "the keeper has stopped", func() bool {
		threads, err := filepath.Glob("/proc/" + pids[1] + "/task/*/stat")
		for _, path := range threads {
			if stat, _ := os.ReadFile(path); !strings.Contains(string(stat), ") T ") {
				return false
			}
		}
		return err == nil && len(threads) > 0
	})
	_, left := reopen(t, cfg, b)
	if r := executortest.Wait(t, only(t, left)); r.Code != nil || r.Never {
		t.Errorf("result %s", executortest.Show(r))
	}
	for _, pid := range pids {
		if executortest.Alive(pid) {
			t.Errorf("%s of %q lives", pid, pids)
		}
	}
}

func signal(t *testing.T, pid string, s syscall.Signal) {
	t.Helper()
	n, err := strconv.Atoi(pid)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(n, s); err != nil {
		t.Fatal(err)
	}
}

func TestAfterARebootMissingRecordsProveNothing(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	old := filepath.Join(cfg.State, "runs", "abc.00000000000000000000000000000000")
	if err := os.MkdirAll(old, 0o700); err != nil {
		t.Fatal(err)
	}
	job := executortest.Job(jobsapi.Spec{})
	text := "claim " + job.Key.String() + " .\n"
	if err := os.WriteFile(filepath.Join(old, "journal"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, left := open(t, cfg)
	if left.Complete || len(left.Runs) != 1 {
		t.Fatalf("left %+v", left)
	}
	if r := executortest.Wait(t, left.Runs[0]); r.Never || r.Code != nil || r.Problem == "" {
		t.Errorf("result %s", executortest.Show(r))
	}
}

func TestStateDirectoryHasOneOwner(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	open(t, cfg)
	begin := time.Now()
	if _, err := process.New(cfg, logger(t)); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("error %v", err)
	}
	if took := time.Since(begin); took > executortest.Patience {
		t.Errorf("it took %s", took)
	}
}
