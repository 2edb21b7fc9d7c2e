// Package executortest is the conformance suite of executors: what every
// executor that runs real programs must do, told once.
package executortest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Bench is an executor under test, ready to start jobs, and the directory
// that a job works in.
type Bench struct {
	Executor executor.Executor
	WorkDir  func(id.ID) string
}

// Patience bounds every wait of a test.
const Patience = 20 * time.Second

// Run runs the suite; open makes a fresh executor for each test.
func Run(t *testing.T, open func(t *testing.T) Bench) {
	for name, test := range map[string]func(*testing.T, Bench){
		"echo":              echo,
		"exit code":         exitCode,
		"signal":            signalled,
		"exact arguments":   exactArguments,
		"exact environment": exactEnvironment,
		"standard input":    standardInput,
		"error output":      errorOutput,
		"script":            script,
		"uploaded program":  uploadedProgram,
		"refusals":          refusals,
		"stop":              stop,
		"polite stop":       politeStop,
		"wall time":         wallTime,
		"command line":      commandLine,
		"hooks":             hooks,
		"limits":            limits,
		"allocation":        allocation,
		"directives":        directives,
		"sub-directory":     subDirectory,
		"shared":            shared,
		"shared, bounded":   sharedBounded,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// Job makes a job out of a description.
func Job(spec jobsapi.Spec) executor.Job {
	return executor.Job{Key: executor.Key{ID: newID(), Epoch: 1}, Site: "TEST", Spec: spec}
}

func newID() id.ID { return id.FromKey("test", "", time.Now().String()) }

// Start starts a job or fails the test.
func (b Bench) Start(t *testing.T, job executor.Job) executor.Run {
	t.Helper()
	run, err := b.Executor.Start(job)
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	return run
}

// Wait waits for a run's end.
func Wait(t *testing.T, run executor.Run) executor.Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	defer cancel()
	select {
	case <-run.Done():
		return run.Result()
	case <-ctx.Done():
		t.Fatal("the run does not end")
		return executor.Result{}
	}
}

// Finish runs a job to its end.
func (b Bench) Finish(t *testing.T, job executor.Job) executor.Result {
	t.Helper()
	return Wait(t, b.Start(t, job))
}

// WantCode fails unless the run ended by itself with the code.
func WantCode(t *testing.T, r executor.Result, code int) {
	t.Helper()
	if r.Never || r.Code == nil || *r.Code != code || r.Problem != "" || r.Evidence == executor.FromNone {
		t.Fatalf("result %s, want code %d", Show(r), code)
	}
}

// Show spells a result out.
func Show(r executor.Result) string {
	code := "none"
	if r.Code != nil {
		code = id.ID(*r.Code).Decimal()
	}
	return strings.Join([]string{"code", code, "signal", r.Signal, "by", r.Evidence, "problem", r.Problem}, " ")
}

// Read returns a file of the job's working directory.
func (b Bench) Read(t *testing.T, job executor.Job, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(b.WorkDir(job.ID), name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Write puts a file into the job's working directory before it starts.
func (b Bench) Write(t *testing.T, job executor.Job, name, text string, mode os.FileMode) {
	t.Helper()
	path := filepath.Join(b.WorkDir(job.ID), name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), mode)); err != nil {
		t.Fatal(err)
	}
}

// AwaitFile waits until the job has written a whole line, and returns it.
func (b Bench) AwaitFile(t *testing.T, job executor.Job, name string) string {
	t.Helper()
	return AwaitLine(t, filepath.Join(b.WorkDir(job.ID), name))
}

// AwaitLine waits until there is a whole line in a file.
func AwaitLine(t *testing.T, path string) string {
	t.Helper()
	var line string
	Eventually(t, path+" has a line", func() bool {
		text, _ := os.ReadFile(path)
		first, _, whole := strings.Cut(string(text), "\n")
		line = first
		return whole
	})
	return line
}

// Eventually polls a condition that nothing signals.
func Eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	defer cancel()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("not so in time: %s", what)
		}
	}
}
