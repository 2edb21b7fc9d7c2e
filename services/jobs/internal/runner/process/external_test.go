//go:build external

package process_test

import (
	"testing"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor/executortest"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process/cgroup"
)

// TestMemoryByTheKernel needs a control group of version 2 that was delegated
// with its memory controller: systemd-run --user -p Delegate=yes, say. It fails
// where there is none.
func TestMemoryByTheKernel(t *testing.T) {
	t.Parallel()
	base, err := cgroup.Open("")
	if err != nil || !base.Memory {
		t.Fatalf("here are %s, %v", base, err)
	}
	executortest.RunHostile(t, executortest.Policy{Processes: mostProcesses, FileSize: mostBytes, Refuses: base.Limits}, func(t *testing.T) executortest.Bench {
		cfg := config(t)
		cfg.MaxProcesses, cfg.MaxFileSize, cfg.Cgroup = mostProcesses, mostBytes, base.Dir
		b, _ := open(t, cfg)
		return b
	})
}
