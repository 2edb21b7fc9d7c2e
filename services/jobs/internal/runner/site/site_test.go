package site

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func open(t *testing.T, text string) (*Site, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "site.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return New(Config{File: file, Slots: 4}, logx.Discard())
}

func TestMistakesInTheFileAreNamed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"qeues: []":                      "line 1: field qeues not found",
		"capacity: {cpus: -1}":           "capacity: less than 0",
		"queues: [{name: a}, {name: a}]": `queues[1].name: "a"`,
		"queues: [{name: a, ranges: {cpus: {min: 3, max: 2}}}]":                                                              "queues[0].ranges.cpus",
		"applications: [{name: a, version: 1}]":                                                                              "applications[0]: name, version and executable",
		"applications: [{name: a, version: 1, executable: b, options: [{}]}]":                                                "applications[0].options[0]",
		"applications: [{name: a, version: 1, executable: b, options: [{name: N, type: choice}]}]":                           "applications[0].options[0]: choices are needed",
		"applications: [{name: a, version: 1, executable: b, options: [{name: N, choices: [x]}]}]":                           "applications[0].options[0]: choices are needed",
		"applications: [{name: a, version: 1, executable: b, options: [{name: N, type: choice, choices: [x], default: y}]}]": "applications[0].options[0]: choices are needed",
		"properties: {a: " + strings.Repeat("x", 64<<10) + "}":                                                               "at most 65536 are allowed",
	} {
		if _, err := open(t, text); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "site.yaml") {
			t.Errorf("%.60s: %v", text, err)
		}
	}
	if s, err := open(t, ""); err != nil || len(s.Report().Queues) != 1 || len(s.Report().Applications) != 1 {
		t.Errorf("an empty file: %v", err)
	}
	if _, err := New(Config{File: "/nowhere/site.yaml"}, logx.Discard()); err == nil || !strings.Contains(err.Error(), "site-file") {
		t.Errorf("no file: %v", err)
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	s, err := open(t, `
queues:
  - name: first
    ranges: {cpus: {default: 2}, memory: {default: 100}, partition: {default: blue, choices: [blue, red]}}
  - name: second
applications:
  - {name: P, version: 1.9, executable: p1.9}
  - {name: P, version: "1.10", executable: p1.10, arguments: [run], environment: {A: site, B: site}, options: [{name: N, argument: "-n{}"}, {name: B}]}
`)
	if err != nil {
		t.Fatal(err)
	}
	queued := jobsapi.Resources{CPUs: 2, Memory: 100, Other: map[string]string{"partition": "blue"}}
	for name, tc := range map[string]struct{ in, want jobsapi.Spec }{
		"a plain job gets the first queue's defaults": {
			jobsapi.Spec{Executable: "x"}, jobsapi.Spec{Executable: "x", Limits: queued}},
		"but keeps what it asks for": {
			jobsapi.Spec{Executable: "x", Limits: jobsapi.Resources{CPUs: 1, Other: map[string]string{"partition": "red"}}},
			jobsapi.Spec{Executable: "x", Limits: jobsapi.Resources{CPUs: 1, Memory: 100, Other: map[string]string{"partition": "red"}}}},
		"the latest version, the job's words after the site's": {
			jobsapi.Spec{Queue: "second", Application: &jobsapi.Application{Name: "P", Version: "any"}, Arguments: []string{"$HOME"},
				Parameters: map[string]string{"N": "a b", "B": "job"}, Environment: map[string]string{"C": "c"}},
			jobsapi.Spec{Queue: "second", Executable: "p1.10", Arguments: []string{"run", "-na b", "$HOME"},
				Environment: map[string]string{"A": "site", "B": "job", "C": "c", "N": "a b"}}},
		"words for the shell": {
			jobsapi.Spec{Queue: "second", Application: &jobsapi.Application{Name: "P"}, Shell: true, Arguments: []string{"$HOME"}, Parameters: map[string]string{"N": "a b"}},
			jobsapi.Spec{Queue: "second", Command: "'p1.10' 'run' '-na b'", Arguments: []string{"$HOME"},
				Environment: map[string]string{"A": "site", "B": "site", "N": "a b"}}},
		"a command line in the program's place": {
			jobsapi.Spec{Queue: "second", Application: &jobsapi.Application{Name: "P"}, Command: "time p", Arguments: []string{"$HOME"}},
			jobsapi.Spec{Queue: "second", Command: "time p 'run'", Arguments: []string{"$HOME"}, Environment: map[string]string{"A": "site", "B": "site"}}},
		"another version": {
			jobsapi.Spec{Queue: "second", Application: &jobsapi.Application{Name: "P", Version: "1.9"}},
			jobsapi.Spec{Queue: "second", Executable: "p1.9", Environment: map[string]string{}}},
	} {
		got, problem := s.Resolve(tc.in)
		if len(got.Arguments) == 0 {
			got.Arguments = nil
		}
		if problem != "" || !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%s: %q\n got %+v\nwant %+v", name, problem, got, tc.want)
		}
	}
	if _, problem := s.Resolve(jobsapi.Spec{Application: &jobsapi.Application{Name: "Q", Version: "1"}}); problem != "There is no application Q 1 here." {
		t.Errorf("unknown: %q", problem)
	}
}

// A parameter that is one of some choices is none else, wherever it is given.
func TestChoices(t *testing.T) {
	t.Parallel()
	s, err := open(t, `
applications:
  - {name: P, version: 1, executable: p, options: [{name: C, type: Choice, choices: [red, blue], default: red, argument: "-c{}"}]}
`)
	if err != nil {
		t.Fatal(err)
	}
	for value, arg := range map[string]string{"": "-cred", "red": "-cred", "blue": "-cblue", "green": "", "Red": "", "$C": ""} {
		asked := map[string]string{"C": value}
		if value == "" {
			asked = nil
		}
		for where, spec := range map[string]jobsapi.Spec{"parameter": {Parameters: asked}, "environment": {Environment: asked}} {
			spec.Application = &jobsapi.Application{Name: "P"}
			got, problem := s.Resolve(spec)
			switch {
			case arg != "" && (problem != "" || strings.Join(got.Arguments, " ") != arg):
				t.Errorf("%q as %s: %q %v", value, where, problem, got.Arguments)
			case arg == "" && problem != `The parameter C is "`+value+`"; of the application P 1 it can be red, blue.`:
				t.Errorf("%q as %s: %q", value, where, problem)
			}
		}
	}
}
