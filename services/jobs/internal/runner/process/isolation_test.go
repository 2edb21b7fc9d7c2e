package process_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor/executortest"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Not parallel: it sets the process's environment.
func TestNothingOfTheRunnerLeaksIntoJobs(t *testing.T) {
	t.Setenv("CANARY_SECRET", "sings")
	// A descriptor that somebody forgot to mark close-on-exec.
	fd, err := syscall.Open(os.DevNull, syscall.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	b, _ := open(t, config(t))
	job := executortest.Job(jobsapi.Spec{Script: "env; ls /proc/$$/fd; ulimit -c"})
	executortest.WantCode(t, b.Finish(t, job), 0)
	out := b.Read(t, job, "stdout")
	if strings.Contains(out, "CANARY") {
		t.Errorf("the runner's environment leaks: %s", out)
	}
	if !strings.HasSuffix(out, "\n0\n1\n2\n0\n") {
		t.Errorf("want descriptors 0 1 2 and no core files: %s", out)
	}
}

func TestStandardFilesStayInTheWorkingDirectory(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	b, _ := open(t, cfg)
	outside := filepath.Join(t.TempDir(), "outside")
	for name, spec := range map[string]jobsapi.Spec{
		"stdout":         {Executable: "/bin/true", Stdout: "link"},
		"stderr":         {Executable: "/bin/true", Stderr: "link"},
		"stdin":          {Executable: "/bin/true", Stdin: "link"},
		"stdout through": {Executable: "/bin/true", Stdout: "dir/x"},
	} {
		job := executortest.Job(spec)
		b.Write(t, job, "a", "", 0o600)
		if err := errors.Join(os.Symlink(outside, filepath.Join(b.WorkDir(job.ID), "link")),
			os.Symlink(filepath.Dir(outside), filepath.Join(b.WorkDir(job.ID), "dir"))); err != nil {
			t.Fatal(err)
		}
		_, err := b.Executor.Start(job)
		if _, ok := errors.AsType[*executor.Refusal](err); !ok {
			t.Errorf("%s: error %v, want a refusal", name, err)
		}
	}
	if entries, _ := os.ReadDir(filepath.Dir(outside)); len(entries) > 0 {
		t.Errorf("written outside: %v", entries)
	}
}

func TestFIFOsDoNotHangTheRunner(t *testing.T) {
	t.Parallel()
	b, _ := open(t, config(t))
	for _, spec := range []jobsapi.Spec{{Executable: "cat", Stdin: "fifo"}, {Executable: "cat", Stdout: "fifo"}} {
		job := executortest.Job(spec)
		b.Write(t, job, "a", "", 0o600)
		if err := syscall.Mkfifo(filepath.Join(b.WorkDir(job.ID), "fifo"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := b.Executor.Start(job)
		if _, ok := errors.AsType[*executor.Refusal](err); !ok {
			t.Errorf("error %v, want a refusal", err)
		}
	}
}

// Not parallel: it looks at the memory of the whole process.
func TestFloodOfOutputTakesNoMemory(t *testing.T) {
	b, _ := open(t, config(t))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	job := executortest.Job(jobsapi.Spec{Executable: "head", Arguments: []string{"-c", "200000000", "/dev/zero"}})
	executortest.WantCode(t, b.Finish(t, job), 0)
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 8<<20 {
		t.Errorf("%d bytes allocated", got)
	}
	info, err := os.Stat(filepath.Join(b.WorkDir(job.ID), "stdout"))
	if err != nil || info.Size() != 200_000_000 {
		t.Errorf("stdout: %v, %v", info, err)
	}
}

func TestWhatAJobLeavesBehindEndsWithIt(t *testing.T) {
	t.Parallel()
	b, _ := open(t, config(t))
	job := executortest.Job(jobsapi.Spec{Script: "sleep 600 & echo $! > pid"})
	executortest.WantCode(t, b.Finish(t, job), 0)
	pid := strings.TrimSpace(b.Read(t, job, "pid"))
	executortest.Eventually(t, "the child is gone", func() bool { return !executortest.Alive(pid) })
}

func TestOpenFilesAreLimited(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	cfg.MaxFiles = 64
	b, _ := open(t, cfg)
	job := executortest.Job(jobsapi.Spec{Script: "ulimit -n"})
	executortest.WantCode(t, b.Finish(t, job), 0)
	if got := b.Read(t, job, "stdout"); got != "64\n" {
		t.Errorf("limit %q", got)
	}
}

func TestFullDiskForRecordsIsTheSitesFault(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	b, _ := open(t, cfg)
	dirs, err := filepath.Glob(filepath.Join(cfg.State, "runs", "*"))
	if err != nil || len(dirs) != 1 {
		t.Fatal(dirs, err)
	}
	if err := os.Symlink("/dev/full", filepath.Join(dirs[0], "journal")); err != nil {
		t.Fatal(err)
	}
	job := executortest.Job(jobsapi.Spec{Executable: "touch", Arguments: []string{"ran"}})
	_, err = b.Executor.Start(job)
	if _, ok := errors.AsType[*executor.Refusal](err); err == nil || ok {
		t.Errorf("error %v, want one of the site", err)
	}
	if _, err := os.Stat(filepath.Join(b.WorkDir(job.ID), "ran")); err == nil {
		t.Fatal("it ran")
	}
}
