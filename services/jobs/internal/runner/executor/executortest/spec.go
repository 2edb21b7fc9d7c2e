package executortest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func commandLine(t *testing.T, b Bench) {
	job := Job(jobsapi.Spec{Command: "./prog $WORD", Arguments: []string{"two words", `"one word"`, "*.dat"}, Stdin: "in-$WORD",
		Parameters: map[string]string{"WORD": "p"}, Environment: map[string]string{"GREETING": "say $WORD"}})
	b.Write(t, job, "prog", "#!/bin/sh\ncat; echo \"$#:$1:$4:$GREETING\"; exit 7\n", 0o600)
	b.Write(t, job, "in-p", "input\n", 0o600)
	b.Write(t, job, "a.dat", "", 0o600)
	WantCode(t, b.Finish(t, job), 7)
	if got := b.Read(t, job, "stdout"); got != "input\n5:p:one word:say p\n" {
		t.Errorf("it wrote %q", got)
	}
	if got := b.Read(t, job, "UNICORE_SCRIPT_EXIT_CODE"); got != "7\n" {
		t.Errorf("it left %q", got)
	}
}

func hooks(t *testing.T, b Bench) {
	const pre, post = "echo pre; cd /; X=lost", "echo post"
	for name, c := range map[string]struct {
		spec jobsapi.Spec
		out  string
		code int // 128 and more: a failure whatever the code
		why  string
	}{
		"all well":                   {jobsapi.Spec{Command: "echo main $X", Pre: hook(pre, false), Post: hook(post, false)}, "pre\nmain\npost\n", 0, ""},
		"a program":                  {jobsapi.Spec{Executable: "printf", Arguments: []string{"%s\\n", "a  b'"}, Pre: hook(pre, false)}, "pre\na  b'\n", 0, ""},
		"a script":                   {jobsapi.Spec{Script: "echo \"$1\"; exit 4", Arguments: []string{"$x"}, Post: hook(post, false)}, "$x\n", 4, ""},
		"pre fails":                  {jobsapi.Spec{Command: "echo main", Pre: hook("exit 3", false), Post: hook(post, false)}, "", 3, "The pre-command exited with code 3; the program was not run."},
		"pre may fail":               {jobsapi.Spec{Command: "echo main", Pre: hook("exit 3", true)}, "main\n", 0, ""},
		"main fails":                 {jobsapi.Spec{Command: "false", Post: hook(post, false)}, "", 1, ""},
		"main may fail":              {jobsapi.Spec{Command: "false", Post: hook(post, false), IgnoreExitCode: true}, "post\n", 1, ""},
		"post fails":                 {jobsapi.Spec{Command: "true", Post: hook("exit 9", false)}, "", 9, "The post-command exited with code 9."},
		"pre, all may fail":          {jobsapi.Spec{Command: "echo main", Pre: hook("exit 3", false), IgnoreExitCode: true}, "", 143, "The pre-command exited with code 3; the program was not run."},
		"post, all may fail":         {jobsapi.Spec{Command: "echo main", Post: hook("exit 3", false), IgnoreExitCode: true}, "main\n", 143, "The post-command exited with code 3."},
		"pre ends the job":           {jobsapi.Spec{Command: "echo main", Pre: inJob("exit 3"), IgnoreExitCode: true}, "", 3, "The pre-command exited with code 3; the program was not run."},
		"pre is killed":              {jobsapi.Spec{Command: "echo main", Pre: inJob("kill -9 $$")}, "", 137, "The pre-command was ended by signal SIGKILL; the program was not run."},
		"pre in the job, main fails": {jobsapi.Spec{Command: "exit 5", Pre: inJob("set -C; umask 777")}, "", 5, ""},
		"post ends the job":          {jobsapi.Spec{Executable: "true", Post: inJob("exit 4")}, "", 4, "The post-command exited with code 4."},
	} {
		job := Job(c.spec)
		r := b.Finish(t, job)
		if r.Problem != c.why {
			t.Errorf("%s: %s, want problem %q", name, Show(r), c.why)
		}
		r.Problem = ""
		WantCode(t, r, c.code)
		if (r.Signal != "") != (c.code > 128) {
			t.Errorf("%s: %s", name, Show(r))
		}
		if got := b.Read(t, job, "stdout"); got != c.out {
			t.Errorf("%s: it wrote %q, want %q", name, got, c.out)
		}
	}
}

func hook(script string, ignore bool) *jobsapi.Hook {
	return &jobsapi.Hook{Script: script, IgnoreExitCode: ignore}
}

// inJob is a hook that is a part of the job.
func inJob(script string) *jobsapi.Hook { return &jobsapi.Hook{Script: script, InJob: true} }

func limits(t *testing.T, b Bench) {
	for mask, mode := range map[string]os.FileMode{"": 0o600, "022": 0o644, "0007": 0o660} {
		job := Job(jobsapi.Spec{Script: "touch made", Umask: mask})
		WantCode(t, b.Finish(t, job), 0)
		if info, err := os.Stat(filepath.Join(b.WorkDir(job.ID), "made")); err != nil || info.Mode().Perm() != mode {
			t.Errorf("umask %q: %v, %v", mask, info, err)
		}
	}
	for _, mask := range []string{"9", "1000", "u=rwx", "$(touch x)"} {
		if run, err := b.Executor.Start(Job(jobsapi.Spec{Script: "true", Umask: mask})); err == nil || !strings.Contains(err.Error(), "umask") {
			t.Errorf("umask %q: %v, %v", mask, run, err)
		}
	}
	busy := Job(jobsapi.Spec{Script: "while :; do :; done", Limits: jobsapi.Resources{CPUTime: 1}})
	if r := b.Finish(t, busy); r.Signal == "" || r.Problem != "its processor-time limit of 1s is over" {
		t.Errorf("its processor time is over: %s", Show(r))
	}
	few := Job(jobsapi.Spec{Script: "i=0; while [ $i -lt 30 ]; do i=$((i+1)); sleep 600 & echo $! >> pids; done; wait", Limits: jobsapi.Resources{Processes: 8}})
	if r := b.Finish(t, few); r.Code == nil || *r.Code == 0 {
		t.Errorf("it has too many processes: %s", Show(r))
	}
	wantGone(t, strings.Fields(b.Read(t, few, "pids")))
}

// allocation holds a place until it is stopped or its time is over.
func allocation(t *testing.T, b Bench) {
	short := Job(jobsapi.Spec{Kind: jobsapi.Allocation, Limits: jobsapi.Resources{Runtime: 1}})
	WantCode(t, b.Finish(t, short), 0)
	run := b.Start(t, Job(jobsapi.Spec{Kind: jobsapi.Allocation}))
	run.Stop("enough")
	if r := Wait(t, run); r.Problem != "enough" {
		t.Errorf("result %s", Show(r))
	}
}

// subDirectory has jobs work in directories of another job's.
func subDirectory(t *testing.T, b Bench) {
	parent := Job(jobsapi.Spec{Script: "ln -s .. up; ln -s /tmp away; mkdir -p real; ln -s real link"})
	WantCode(t, b.Finish(t, parent), 0)
	work := func(dir string) (string, error) {
		job := Job(jobsapi.Spec{Script: "pwd"})
		job.Dir = parent.ID.String() + "/" + dir
		run, err := b.Executor.Start(job)
		if err != nil {
			return "", err
		}
		WantCode(t, Wait(t, run), 0)
		text, err := os.ReadFile(filepath.Join(b.WorkDir(parent.ID), dir, "stdout"))
		return strings.TrimSuffix(string(text), "\n"), err
	}
	for _, dir := range []string{"1", "deep/er", "real", "link"} {
		got, err := work(dir)
		want, _ := filepath.EvalSymlinks(filepath.Join(b.WorkDir(parent.ID), dir))
		if err != nil || got != want {
			t.Errorf("%s: %q, %v", dir, got, err)
		}
	}
	for _, dir := range []string{"up", "up/x", "away", "away/x", "../x", "stdout"} {
		if got, err := work(dir); err == nil {
			t.Errorf("%s: it worked in %q", dir, got)
		}
	}
}
