package process_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/logx"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor/executortest"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process/cgroup"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process/keeper"
)

func TestMain(m *testing.M) {
	keeper.Main()
	os.Exit(m.Run())
}

func logger(t testing.TB) *slog.Logger { return logx.New(t.Output(), "text", slog.LevelInfo) }

func config(t testing.TB) process.Config {
	dir := t.TempDir()
	return process.Config{State: filepath.Join(dir, "state"), WorkDirs: filepath.Join(dir, "work"), Grace: 2 * time.Second}
}

// disband removes the control groups of keepers that a test has killed.
func disband(t testing.TB, state string) {
	files, _ := filepath.Glob(filepath.Join(state, "runs", "*", "cgroup"))
	for _, file := range files {
		if dir, err := os.ReadFile(file); err == nil {
			if err := cgroup.Destroy(string(dir)); err != nil {
				t.Error(err)
			}
		}
	}
}

// open opens an executor and what earlier ones left.
func open(t testing.TB, cfg process.Config) (executortest.Bench, executor.Left) {
	t.Helper()
	x, err := process.New(cfg, logger(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close(); disband(t, cfg.State) })
	left, err := x.Recover()
	if err != nil {
		t.Fatal(err)
	}
	return executortest.Bench{Executor: x, WorkDir: func(job id.ID) string {
		return filepath.Join(cfg.WorkDirs, job.String())
	}}, left
}

func TestConformance(t *testing.T) {
	t.Parallel()
	executortest.Run(t, func(t *testing.T) executortest.Bench {
		cfg := config(t)
		cfg.MaxShared = executortest.MaxShared
		b, _ := open(t, cfg)
		return b
	})
}
