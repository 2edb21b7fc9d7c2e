package jobdef_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/gateway/internal/core4/jobdef"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func TestADefinitionBecomesAJob(t *testing.T) {
	t.Parallel()
	d := jobdef.Definition{QualName: "my.job.Count", Executable: "/opt/count", Arguments: []string{"--fast"},
		Environment: map[string]string{"A": "b"}, CPUs: 2, Runtime: 60, Author: "me", Tag: []string{"numbers"}}
	args := json.RawMessage(`{"n":"$(reboot)"}`)
	spec, err := d.Spec(jobdef.Enqueued{QualName: d.QualName, Args: args, Request: "r"})
	if err != nil {
		t.Fatal(err)
	}
	if spec.Script != "" || spec.Executable != "/opt/count" || len(spec.Arguments) != 1 || spec.Limits.CPUs != 2 ||
		spec.Inputs[0] != (jobsapi.Input{Path: "args.json", Data: string(args)}) ||
		spec.Environment["CORE4_ARGS"] != string(args) || spec.Environment["CORE4_QUAL_NAME"] != "my.job.Count" || spec.Environment["A"] != "b" {
		t.Errorf("%+v", spec)
	}
	if len(d.Environment) != 1 {
		t.Error("the definition was changed")
	}
	if e, ok := jobdef.From(spec.Origin); !ok || e.QualName != d.QualName || string(e.Args) != string(args) {
		t.Errorf("%+v %v", e, ok)
	}
	if got := jobdef.NameOf(jobsapi.Job{Spec: spec}); got != "my.job.Count" {
		t.Error(got)
	}
	for _, o := range []*jobsapi.Origin{nil, {Dialect: "dirac", Document: spec.Origin.Document}, {Dialect: "core4", Document: []byte("x")}} {
		if _, ok := jobdef.From(o); ok {
			t.Errorf("%+v is of this door", o)
		}
	}
}

func TestJobsOfOtherDoorsHaveNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"": "heddle.jobs.unnamed", "hello": "heddle.jobs.hello", "my.job.Count": "heddle.jobs.my_job_Count", "a b/../c\n": "heddle.jobs.a_b_c",
	} {
		if got := jobdef.NameOf(jobsapi.Job{Spec: jobsapi.Spec{Name: name}}); got != want {
			t.Errorf("%q is %q", name, got)
		}
	}
	for _, name := range []string{"x\ny.z", "heddle.jobs.x", "../x"} {
		if got := jobdef.NameOf(jobsapi.Job{Spec: jobsapi.Spec{Name: name, Tags: []string{"core4"}}}); !strings.HasPrefix(got, "heddle.jobs.") || strings.Contains(got, "\n") {
			t.Errorf("%q is %q", name, got)
		}
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	good := "- qual_name: a.b.C\n  executable: /bin/true\n  author: me\n"
	for text, want := range map[string]string{
		"": "", good: "", `[{"qual_name":"a.B","executable":"x","author":"y"}]`: "",
		good + good:                             "twice",
		"- qual_name: a\n":                      "executable is required",
		"- {qual_name: a.b, nonsense: 1}":       "nonsense",
		"- {qual_name: 'a b.c', author: x}":     "no name",
		"x":                                     "cannot unmarshal",
		good + "  environment: {CORE4_ARGS: x}": "set by the gateway",
	} {
		path := filepath.Join(t.TempDir(), "jobs.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := jobdef.Load(path); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if s, err := jobdef.Load(""); err != nil || len(s) != 0 {
		t.Error(s, err)
	}
	if _, err := jobdef.Load("/nonexistent"); err == nil {
		t.Error("a file that is not there")
	}
	if _, err := jobdef.Of(jobdef.Demo()...); err != nil {
		t.Error(err)
	}
}
