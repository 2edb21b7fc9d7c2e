package executortest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// MaxShared is how many names of a sweep's directory the executors of the
// suite let a child have.
const MaxShared = 300

// child is a job that is a child of a sweep, in the directory 0 of its.
func child(parent executor.Job, s jobsapi.Spec) executor.Job {
	s.Parent = &jobsapi.Parent{Job: parent.ID.String(), Dir: "0"}
	job := Job(s)
	job.Dir = parent.ID.String() + "/0"
	return job
}

// shared has children of a sweep use what their parent has brought, whatever
// that is called.
func shared(t *testing.T, b Bench) {
	for name, c := range map[string]struct {
		spec jobsapi.Spec
		out  string // of the child
	}{
		"a file":             {jobsapi.Spec{Executable: "cat", Arguments: []string{"in.txt"}}, "shared\n"},
		"a directory":        {jobsapi.Spec{Executable: "cat", Arguments: []string{"data/x"}}, "below\n"},
		"standard input":     {jobsapi.Spec{Executable: "cat", Stdin: "data/x"}, "below\n"},
		"a program":          {jobsapi.Spec{Executable: "run.sh"}, "ran\n"},
		"a program's path":   {jobsapi.Spec{Executable: "./run.sh"}, "ran\n"},
		"a command":          {jobsapi.Spec{Command: "run.sh ; cat < in.txt"}, "ran\nshared\n"},
		"its own stays":      {jobsapi.Spec{Executable: "cat", Arguments: []string{"mine"}}, "the child's\n"},
		"a number":           {jobsapi.Spec{Executable: "cat", Arguments: []string{"7"}}, "seven\n"},
		"no other's":         {jobsapi.Spec{Script: "ls -d 0 1 stdout.d .heddle-part-x 2>/dev/null"}, ""},
		"its output":         {jobsapi.Spec{Script: "echo out; test ! -L out.txt && cat out.txt >&2", Stdout: "out.txt"}, ""},
		"strange names":      {jobsapi.Spec{Script: "cat ./-n \"$(printf 'a\\nb')\" '$(touch gone)'; ls gone 2>/dev/null"}, "123"},
		"nothing of outside": {jobsapi.Spec{Script: "readlink away; readlink ../away"}, "../away\n/etc\n"},
	} {
		parent := Job(jobsapi.Spec{Script: `mkdir data 0 1; echo below >data/x; echo shared >in.txt; echo "parent's" >mine; echo "the child's" >0/mine
			printf '#!/bin/sh\necho ran\n' >run.sh; chmod 600 run.sh; echo seven >7; echo gone >.heddle-part-x; echo old >out.txt
			printf 1 >./-n; printf 2 >"$(printf 'a\nb')"; printf 3 >'$(touch gone)'; ln -s /etc away; chmod 600 7`})
		WantCode(t, b.Finish(t, parent), 0)
		r := b.Finish(t, child(parent, c.spec))
		if r.Problem != "" {
			t.Errorf("%s: %s", name, Show(r))
		}
		dir := b.WorkDir(parent.ID)
		if c.spec.Stdout == "" {
			if got, err := os.ReadFile(filepath.Join(dir, "0/stdout")); err != nil || string(got) != c.out {
				t.Errorf("%s: it wrote %q, want %q; %v; %s", name, got, c.out, err, Show(r))
			}
		}
		if got, err := os.ReadFile(filepath.Join(dir, "out.txt")); err != nil || string(got) != "old\n" {
			t.Errorf("%s: the parent's file holds %q, %v", name, got, err)
		}
	}
}

// sharedBounded: no more names than the site allows, which the owner is told.
func sharedBounded(t *testing.T, b Bench) {
	parent := Job(jobsapi.Spec{Script: fmt.Sprintf("i=0; while [ $i -lt %d ]; do : >f$i; i=$((i+1)); done", MaxShared+50)})
	WantCode(t, b.Finish(t, parent), 0)
	run := b.Start(t, child(parent, jobsapi.Spec{Script: "ls | grep -c ^f; test -f ../f0"}))
	WantCode(t, Wait(t, run), 0)
	if said := strings.Join(run.Remarks(), ""); !strings.Contains(said, fmt.Sprint("more than ", MaxShared)) {
		t.Errorf("it said %q", said)
	}
	links, _ := filepath.Glob(filepath.Join(b.WorkDir(parent.ID), "0", "*"))
	if n := len(links); n > MaxShared+2 || n < MaxShared {
		t.Errorf("%d names", n)
	}
}
