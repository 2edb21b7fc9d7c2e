package process_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
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
		if r.Key() != job.Key || r.Result().Evidence != executor.FromRecord {
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

func TestKilledSupervisorIsAnUnknownOutcomeAndLeavesNothingAlive(t *testing.T) {
	t.Parallel()
	for _, restart := range []bool{false, true} {
		cfg := config(t)
		b, _ := open(t, cfg)
		job := executortest.Job(jobsapi.Spec{Script: "trap '' TERM HUP; echo $$ $PPID > pids; while :; do sleep 600; done"})
		run := b.Start(t, job)
		pids := strings.Fields(b.AwaitFile(t, job, "pids"))
		supervisor, err := strconv.Atoi(pids[1])
		if err != nil {
			t.Fatal(err)
		}
		if restart {
			_, left := reopen(t, cfg, b)
			run = only(t, left)
		}
		if err := syscall.Kill(supervisor, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		r := executortest.Wait(t, run)
		if r.Never || r.Code != nil || !strings.Contains(r.Problem, "unknown") || r.Evidence != executor.FromNone {
			t.Errorf("restart %v: %s", restart, executortest.Show(r))
		}
		if executortest.Alive(pids[0]) {
			t.Errorf("restart %v: the job outlives its supervisor", restart)
		}
	}
}

// slowShell is a shell that says that it is there, and then waits for leave
// before it becomes the supervisor.
func slowShell(t *testing.T) (shell, up, leave string) {
	dir := t.TempDir()
	shell, up, leave = filepath.Join(dir, "sh"), filepath.Join(dir, "up"), filepath.Join(dir, "leave")
	text := "#!/bin/sh\necho up > " + up + "\nuntil [ -e " + leave + " ]; do sleep 0.01; done\nexec /bin/sh \"$@\"\n"
	if err := os.WriteFile(shell, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	return shell, up, leave
}

func TestStartUnderWayComesToNothingAfterRecover(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	shell, up, leave := slowShell(t)
	slow := cfg
	slow.Shell = shell
	b, _ := open(t, slow)
	job := executortest.Job(jobsapi.Spec{Executable: "touch", Arguments: []string{"ran"}})
	late := b.Start(t, job)
	executortest.AwaitLine(t, up)
	b, left := reopen(t, cfg, b)
	if len(left.Runs) != 0 || !left.Complete {
		t.Fatalf("left %+v", left)
	}
	if err := os.WriteFile(leave, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if r := executortest.Wait(t, late); !r.Never {
		t.Errorf("the late supervisor ran it: %s", executortest.Show(r))
	}
	if _, err := os.Stat(filepath.Join(b.WorkDir(job.ID), "ran")); err == nil {
		t.Error("the late supervisor ran it")
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
	// Its supervisor's id may be anybody's now.
	text := "claim " + job.Key.String() + " " + strconv.Itoa(os.Getpid()) + " 0 .\n"
	if err := os.WriteFile(filepath.Join(old, "journal-1"), []byte(text), 0o600); err != nil {
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
