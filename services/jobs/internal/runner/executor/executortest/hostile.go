package executortest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Policy is what an executor under test holds hostile jobs to.
type Policy struct {
	Processes int   // of a job
	FileSize  int64 // bytes of a file
	// Refuses: a process too many is not started. Otherwise the job is killed
	// for it.
	Refuses bool
}

// RunHostile runs the cases of jobs that mean harm, or are badly written: each
// must end as the policy says, with nothing of it left, and the executor must
// go on.
func RunHostile(t *testing.T, p Policy, open func(t *testing.T) Bench) {
	for name, test := range map[string]func(*testing.T, Bench, Policy){
		"daemons":         daemons,
		"fork bomb":       forkBomb,
		"flood of output": flood,
		"many files":      manyFiles,
		"odd names":       oddNames,
		"deaf":            deaf,
		"memory":          memory,
		"processor time":  processorTime,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t)
			test(t, b, p)
			echo(t, b)
		})
	}
}

// wantGone fails if one of the processes lives.
func wantGone(t *testing.T, pids []string) {
	t.Helper()
	for _, pid := range pids {
		if Alive(pid) {
			cmd, _ := os.ReadFile("/proc/" + pid + "/cmdline")
			t.Errorf("process %s outlives its job: %q", pid, cmd)
		}
	}
}

// daemons leave their session, their parents and their environment behind,
// and their job ends well.
func daemons(t *testing.T, b Bench, _ Policy) {
	job := Job(jobsapi.Spec{Script: `
setsid sh -c 'echo $$ > one; exec sleep 600' &
env -i /usr/bin/setsid /bin/sh -c 'echo $$ > two; exec sleep 600' &
env -i /usr/bin/setsid /bin/sh -c '/usr/bin/setsid /bin/sh -c "echo \$\$ > three; sleep 600 & echo \$! > four; wait"' &
until [ -s one ] && [ -s two ] && [ -s three ] && [ -s four ]; do sleep 0.01; done`})
	WantCode(t, b.Finish(t, job), 0)
	wantGone(t, strings.Fields(b.Read(t, job, "one")+b.Read(t, job, "two")+b.Read(t, job, "three")+b.Read(t, job, "four")))
}

// forkBomb is one of bounded size: it counts what it has started, lest a test
// that fails take the machine with it.
func forkBomb(t *testing.T, b Bench, p Policy) {
	job := Job(jobsapi.Spec{Script: fmt.Sprintf(`
i=0
while [ $i -lt %d ]; do
	i=$((i+1))
	if [ $((i %% 2)) = 0 ]; then setsid sleep 600 & else sleep 600 & fi
	echo $! >> pids
done
echo all > all
wait`, 3*p.Processes)})
	r := b.Finish(t, job)
	pids := strings.Fields(b.Read(t, job, "pids"))
	wantGone(t, pids)
	switch {
	case r.Code == nil || *r.Code == 0 && r.Problem == "":
		t.Errorf("result %s", Show(r))
	case p.Refuses && (len(pids) >= p.Processes || r.Problem != ""):
		t.Errorf("%d processes were started; result %s", len(pids), Show(r))
	case !p.Refuses && !strings.Contains(r.Problem, fmt.Sprintf("it may have %d", p.Processes)):
		t.Errorf("result %s", Show(r))
	}
}

func flood(t *testing.T, b Bench, p Policy) {
	job := Job(jobsapi.Spec{Executable: "head", Arguments: []string{"-c", fmt.Sprint(2 * p.FileSize), "/dev/zero"}})
	r := b.Finish(t, job)
	if r.Signal != "SIGXFSZ" {
		t.Errorf("result %s", Show(r))
	}
	info, err := os.Stat(filepath.Join(b.WorkDir(job.ID), "stdout"))
	if err != nil || info.Size() != p.FileSize {
		t.Errorf("%v, %v; want %d bytes", info, err, p.FileSize)
	}
}

// manyFiles are fewer than somebody could make; see docs/reliability.md.
func manyFiles(t *testing.T, b Bench, _ Policy) {
	const n = 5_000
	job := Job(jobsapi.Spec{Script: fmt.Sprintf("mkdir d && cd d && seq %d | xargs touch", n)})
	WantCode(t, b.Finish(t, job), 0)
	names, err := os.ReadDir(filepath.Join(b.WorkDir(job.ID), "d"))
	if err != nil || len(names) != n {
		t.Errorf("%d files, %v", len(names), err)
	}
}

func oddNames(t *testing.T, b Bench, _ Policy) {
	for _, name := range []string{"'", `"`, "a b", "line\nline", "$(touch gone)", "`touch gone`", "-n", "--", "*", "ä€\xff", "a;b", `\`} {
		job := Job(jobsapi.Spec{Executable: "./" + name, Stdin: "in" + name, Stdout: "out" + name, Stderr: "e/" + name})
		b.Write(t, job, name, "#!/bin/sh\ncat; echo bad >&2\n", 0o600)
		b.Write(t, job, "in"+name, "good\n", 0o600)
		WantCode(t, b.Finish(t, job), 0)
		if out, err := b.Read(t, job, "out"+name), b.Read(t, job, "e/"+name); out != "good\n" || err != "bad\n" {
			t.Errorf("%q: stdout %q, stderr %q", name, out, err)
		}
		if _, err := os.Stat(filepath.Join(b.WorkDir(job.ID), "gone")); err == nil {
			t.Errorf("%q was run by a shell", name)
		}
	}
	for _, spec := range []jobsapi.Spec{{Executable: "a\x00b"}, {Executable: "/bin/true", Arguments: []string{"\x00"}},
		{Executable: "/bin/true", Stdout: "a\x00b"}, {Script: "true\x00"}} {
		run, err := b.Executor.Start(Job(spec))
		if refusal, ok := errors.AsType[*executor.Refusal](err); !ok || refusal.Code != 126 {
			t.Errorf("%+v: run %v, error %v", spec, run, err)
		}
	}
}

// deaf processes hear nothing but SIGKILL.
func deaf(t *testing.T, b Bench, _ Policy) {
	job := Job(jobsapi.Spec{Script: `trap '' TERM HUP INT QUIT
env -i setsid sh -c 'trap "" TERM; echo $$ > one; while :; do sleep 600; done' &
until [ -s one ]; do sleep 0.01; done
echo $$ $(cat one) > pids
while :; do sleep 600; done`})
	run := b.Start(t, job)
	pids := strings.Fields(b.AwaitFile(t, job, "pids"))
	run.Stop("enough")
	if r := Wait(t, run); r.Problem != "enough" || r.Signal != "SIGKILL" {
		t.Errorf("result %s", Show(r))
	}
	wantGone(t, pids)
}
