//go:build faults

package faults

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
)

// TestKillKeepers kills the process that starts the jobs of a runner and knows
// their exit codes. That costs the outcome of the jobs that run at the moment,
// and nothing else: each ends, once, and none is run twice.
func TestKillKeepers(t *testing.T) {
	s := split(t)
	l := &load{marks: t.TempDir(), acked: map[string]string{}}
	var progress atomic.Int64
	done := make(chan struct{})
	go func() { defer close(done); l.run(t, []string{s.Gateway(1)}, jobsPerVictim, 8, &progress) }()
	kills := along(&progress, done, rand.New(rand.NewPCG(seed, 2)), func() bool {
		for _, pid := range keepersOf(t, s.Part("runner").PID()) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		return true
	})
	if <-done; kills == 0 {
		t.Error("no keeper was killed: the test shows nothing")
	}
	lost := l.checkSome(t, s.Gateway(1), jobsPerVictim)
	audited(t, s.Gateway(1))
	t.Logf("%d kills cost %d outcomes", kills, lost)
	if lost > kills*16 {
		t.Errorf("%d kills cost %d outcomes", kills, lost)
	}
}

// checkSome is check for a load some of whose jobs failed, their outcome
// unknown; it counts those.
func (l *load) checkSome(t *testing.T, url string, n int) (lost int) {
	t.Helper()
	c := patient(t, url)
	if len(l.acked) != n {
		t.Errorf("%d of %d jobs were acknowledged", len(l.acked), n)
	}
	for key, id := range l.acked {
		j := c.ended(t, id)
		starts, ends := l.marksOf(t, key)
		switch {
		case j.ends() != 1 || starts > 1:
			t.Errorf("job %s ended %d times, its process started %d times: %+v", id, j.ends(), starts, j.History)
		case j.State == "failed" && strings.Contains(j.Reason, "outcome unknown"):
			lost++
		case j.State != "succeeded" || starts != 1 || ends != 1:
			t.Errorf("job %s %s: %s; its process started %d and ended %d times", id, j.State, j.Reason, starts, ends)
		}
	}
	return lost
}

func keepersOf(t *testing.T, runner int) (pids []int) {
	t.Helper()
	dirs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range dirs {
		cmdline, _ := os.ReadFile(dir + "/cmdline")
		status, _ := os.ReadFile(dir + "/status")
		if bytes.HasPrefix(cmdline, []byte("heddle-keeper\x00")) && bytes.Contains(status, fmt.Appendf(nil, "\nPPid:\t%d\n", runner)) {
			pid, err := strconv.Atoi(filepath.Base(dir))
			if err != nil {
				t.Fatal(err)
			}
			pids = append(pids, pid)
		}
	}
	return pids
}
