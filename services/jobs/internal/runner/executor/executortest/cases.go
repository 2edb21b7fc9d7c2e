package executortest

import (
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// covers: D1-062
func echo(t *testing.T, b Bench) {
	job := Job(jobsapi.Spec{Executable: "/bin/echo", Arguments: []string{"Hello World"}})
	WantCode(t, b.Finish(t, job), 0)
	if got := b.Read(t, job, "stdout"); got != "Hello World\n" {
		t.Fatalf("stdout %q", got)
	}
	if got := b.Read(t, job, "stderr"); got != "" {
		t.Fatalf("stderr %q", got)
	}
}

func exitCode(t *testing.T, b Bench) {
	// Codes above 128 are what a shell makes of signals, and no signals.
	for _, code := range []int{0, 1, 2, 42, 125, 127, 130, 137, 143, 255} {
		r := b.Finish(t, Job(jobsapi.Spec{Script: "exit " + strconv.Itoa(code)}))
		WantCode(t, r, code)
		if r.Signal != "" {
			t.Errorf("code %d is taken for a signal: %s", code, Show(r))
		}
	}
}

func signalled(t *testing.T, b Bench) {
	for name, code := range map[string]int{"SIGKILL": 137, "SIGTERM": 143, "SIGINT": 130, "SIGSEGV": 139} {
		r := b.Finish(t, Job(jobsapi.Spec{Script: "kill -" + strings.TrimPrefix(name, "SIG") + " $$"}))
		WantCode(t, r, code)
		if r.Signal != name {
			t.Errorf("%s: %s", name, Show(r))
		}
	}
}

// Nasty are texts that a shell would mangle.
var Nasty = []string{"", " ", "a b", "'", `"`, `\`, `\n`, "line\nline", "$(touch gone)", "`touch gone`", "$HOME", "*", "~",
	"-n", "--", "ä€\xff\x01", "a;b", "a&b", "tab\there", "%s", "!x", strings.Repeat("x", 100_000)}

func exactArguments(t *testing.T, b Bench) {
	job := Job(jobsapi.Spec{Executable: "printf", Arguments: append([]string{"%s\x1e"}, Nasty...)})
	WantCode(t, b.Finish(t, job), 0)
	if got, want := b.Read(t, job, "stdout"), strings.Join(Nasty, "\x1e")+"\x1e"; got != want {
		t.Fatalf("got %.300q\nwant %.300q", got, want)
	}
	if _, err := os.Stat(b.WorkDir(job.ID) + "/gone"); err == nil {
		t.Fatal("an argument was run by a shell")
	}
}

func exactEnvironment(t *testing.T, b Bench) {
	env := map[string]string{"ENV": "$(touch gone)", "_": "x", "lower_1": "y"}
	for i, text := range Nasty {
		env["NASTY_"+strconv.Itoa(i)] = text
	}
	job := Job(jobsapi.Spec{Executable: "/usr/bin/env", Arguments: []string{"-0"}, Environment: env})
	WantCode(t, b.Finish(t, job), 0)
	got := strings.Split(b.Read(t, job, "stdout"), "\x00")
	env["HEDDLE_JOB_ID"], env["HEDDLE_SITE"] = job.ID.String(), "TEST"
	env["UC_WORKING_DIRECTORY"], env["UC_OUTPUT_DIRECTORY"] = b.WorkDir(job.ID), b.WorkDir(job.ID)
	delete(env, "_") // a shell may set it for each command
	for name, value := range env {
		if !slices.Contains(got, name+"="+value) {
			t.Errorf("%s=%.100q is not among %.3000q", name, value, got)
		}
	}
}

func standardInput(t *testing.T, b Bench) {
	job := Job(jobsapi.Spec{Executable: "cat", Stdin: "in.txt", Stdout: "deep/er/out.txt"})
	b.Write(t, job, "in.txt", "one\ntwo", 0o600)
	WantCode(t, b.Finish(t, job), 0)
	if got := b.Read(t, job, "deep/er/out.txt"); got != "one\ntwo" {
		t.Fatalf("got %q", got)
	}
	// Without a file there is nothing to read, and no waiting for it.
	WantCode(t, b.Finish(t, Job(jobsapi.Spec{Executable: "cat"})), 0)
}

func errorOutput(t *testing.T, b Bench) {
	job := Job(jobsapi.Spec{Script: "echo bad >&2; echo good", Stderr: "err.txt"})
	WantCode(t, b.Finish(t, job), 0)
	if out, err := b.Read(t, job, "stdout"), b.Read(t, job, "err.txt"); out != "good\n" || err != "bad\n" {
		t.Fatalf("stdout %q, stderr %q", out, err)
	}
	both := Job(jobsapi.Spec{Script: "echo one; echo two >&2; echo three", Stdout: "log", Stderr: "./log"})
	WantCode(t, b.Finish(t, both), 0)
	if got := b.Read(t, both, "log"); got != "one\ntwo\nthree\n" {
		t.Fatalf("one file for both: %q", got)
	}
}

func script(t *testing.T, b Bench) {
	job := Job(jobsapi.Spec{Script: "n=0\nfor a in \"$@\"; do n=$((n+1)); done\necho \"$n $X\"; pwd", Arguments: []string{"a b", "c"},
		Environment: map[string]string{"X": "y"}})
	WantCode(t, b.Finish(t, job), 0)
	if got := b.Read(t, job, "stdout"); got != "2 y\n"+b.WorkDir(job.ID)+"\n" {
		t.Fatalf("got %q", got)
	}
	long := Job(jobsapi.Spec{Script: strings.Repeat("# a comment\n", 20_000) + "echo \"$1\"; exit 3", Arguments: []string{"end"}})
	WantCode(t, b.Finish(t, long), 3)
	if got := b.Read(t, long, "stdout"); got != "end\n" {
		t.Fatalf("long script: %q", got)
	}
}

func uploadedProgram(t *testing.T, b Bench) {
	for _, name := range []string{"prog", "./prog", "bin/prog"} {
		job := Job(jobsapi.Spec{Executable: name, Arguments: []string{"x"}})
		b.Write(t, job, name, "#!/bin/sh\necho ran \"$1\"\n", 0o600)
		WantCode(t, b.Finish(t, job), 0)
		if got := b.Read(t, job, "stdout"); got != "ran x\n" {
			t.Fatalf("%s: %q", name, got)
		}
	}
}

func refusals(t *testing.T, b Bench) {
	for name, tc := range map[string]struct {
		spec jobsapi.Spec
		code int
		says string
	}{
		"no program":     {jobsapi.Spec{Executable: "no-such-program"}, 127, `"no-such-program"`},
		"no path":        {jobsapi.Spec{Executable: "/no/such/program"}, 127, `"/no/such/program"`},
		"a directory":    {jobsapi.Spec{Executable: "/etc"}, 126, "directory"},
		"not executable": {jobsapi.Spec{Executable: "/etc/passwd"}, 126, "not executable"},
		"NUL":            {jobsapi.Spec{Executable: "/bin/echo", Arguments: []string{"a\x00b"}}, 126, "NUL"},
		"too long":       {jobsapi.Spec{Executable: "/bin/echo", Arguments: []string{strings.Repeat("x", 200_000)}}, 126, "too long"},
		"odd variable":   {jobsapi.Spec{Executable: "/bin/true", Environment: map[string]string{"A-B": "c"}}, 126, `"A-B"`},
		"no stdin":       {jobsapi.Spec{Executable: "cat", Stdin: "missing.txt"}, 126, `"missing.txt"`},
		"stdin above":    {jobsapi.Spec{Executable: "cat", Stdin: "../x"}, 126, "stdin"},
		"stdout above":   {jobsapi.Spec{Executable: "cat", Stdout: "../x"}, 126, "stdout"},
		"stderr rooted":  {jobsapi.Spec{Executable: "cat", Stderr: "/tmp/x"}, 126, "stderr"},
		"a dir as file":  {jobsapi.Spec{Executable: "cat", Stdout: "."}, 126, "stdout"},
	} {
		run, err := b.Executor.Start(Job(tc.spec))
		var refusal *executor.Refusal
		if !errors.As(err, &refusal) || refusal.Code != tc.code || !strings.Contains(refusal.Problem, tc.says) {
			t.Errorf("%s: run %v, error %v", name, run, err)
		}
	}
}
