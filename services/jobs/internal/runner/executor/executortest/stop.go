package executortest

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// tree starts children and grandchildren, one of which leaves the session and
// one of which is deaf to SIGTERM, and then writes down their ids.
const tree = `
sleep 600 & a=$!
sh -c 'sleep 600 & echo $! > b; wait' & c=$!
sh -c 'trap "" TERM HUP; echo $$ > deaf; while :; do sleep 600; done' &
setsid sh -c 'echo $$ > gone; exec sleep 600' &
until [ -s b ] && [ -s deaf ] && [ -s gone ]; do sleep 0.01; done
echo $$ $a $c $(cat b deaf gone) > pids
wait`

// covers: D1-065 U4-168
func stop(t *testing.T, b Bench) {
	job := Job(jobsapi.Spec{Script: tree})
	run := b.Start(t, job)
	pids := strings.Fields(b.AwaitFile(t, job, "pids"))
	if len(pids) != 6 {
		t.Fatalf("tree %q", pids)
	}
	run.Stop("enough")
	run.Stop("too late")
	r := Wait(t, run)
	if r.Problem != "enough" || r.Code == nil || *r.Code == 0 {
		t.Errorf("result %s", Show(r))
	}
	for _, pid := range pids {
		if Alive(pid) {
			t.Errorf("process %s of %q outlives the run", pid, pids)
		}
	}
}

// A job that tidies up when it is told to end has the exit code that it wants.
func politeStop(t *testing.T, b Bench) {
	job := Job(jobsapi.Spec{Script: "trap 'echo tidy > tidied; exit 7' TERM; echo up > up; while :; do sleep 0.01; done"})
	run := b.Start(t, job)
	b.AwaitFile(t, job, "up")
	run.Stop("enough")
	r := Wait(t, run)
	if r.Code == nil || *r.Code != 7 || r.Problem != "enough" || r.Evidence == executor.FromNone {
		t.Errorf("result %s", Show(r))
	}
	if got := b.Read(t, job, "tidied"); got != "tidy\n" {
		t.Errorf("it wrote %q", got)
	}
}

// Alive reports whether a process lives and is no zombie.
func Alive(pid string) bool {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(rest, "Z") && !strings.HasPrefix(rest, "X")
}

func wallTime(t *testing.T, b Bench) {
	job := Job(jobsapi.Spec{Script: "trap '' TERM; echo $$ > pid; while :; do sleep 600; done", Limits: jobsapi.Resources{Runtime: 1}})
	begin := time.Now()
	run := b.Start(t, job)
	pid := b.AwaitFile(t, job, "pid")
	r := Wait(t, run)
	if took := time.Since(begin); took < time.Second {
		t.Errorf("killed after %s", took)
	}
	if !strings.Contains(r.Problem, "wall-time limit of 1s") || r.Signal != "SIGKILL" || Alive(pid) {
		t.Errorf("result %s, alive %v", Show(r), Alive(pid))
	}
	if r.Evidence != executor.FromWait {
		t.Errorf("evidence %q", r.Evidence)
	}
}
