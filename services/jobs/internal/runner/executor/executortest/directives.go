package executortest

import (
	"errors"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// directives are in a file that must be there. Whether they are obeyed is for
// the site to decide; the owner of the job is told if they are not.
func directives(t *testing.T, b Bench) {
	spec := jobsapi.Spec{Script: "echo ran", Directives: "batch/job.sub"}
	missing, dir := Job(spec), Job(spec)
	b.Write(t, dir, "batch/job.sub/x", "", 0o600)
	for name, job := range map[string]executor.Job{"missing": missing, "a directory": dir} {
		run, err := b.Executor.Start(job)
		if refusal, ok := errors.AsType[*executor.Refusal](err); !ok || !strings.Contains(refusal.Problem, `"batch/job.sub"`) {
			t.Errorf("%s: %v, %v", name, run, err)
		}
	}
	for text, want := range map[string]string{
		"#!/bin/sh\n#SBATCH --nodes=2\n#PBS  -l walltime=1\x1b[1m\n## no\n# a remark\n#SBATCH\necho\n": "it asks for --nodes=2, -l walltime=1 [1m.",
		"":                                   "it asks it for nothing.",
		strings.Repeat("#SBATCH -x\n", 9999): ", and more.",
	} {
		job := Job(spec)
		b.Write(t, job, "batch/job.sub", text, 0o600)
		run := b.Start(t, job)
		WantCode(t, Wait(t, run), 0)
		if got := b.Read(t, job, "stdout"); got != "ran\n" {
			t.Errorf("it wrote %q", got)
		}
		said := run.Remarks()
		if len(said) != 1 || !strings.Contains(said[0], `no batch system`) || !strings.HasSuffix(said[0], want) || len(said[0]) > 1000 {
			t.Errorf("the owner is told %q, want %q", said, want)
		}
	}
}
