package runner_test

import (
	"context"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"os/exec"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/fake"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// answerTime is what a call to the service takes, at least: a write to the
// journal and two ways over NATS.
const answerTime = 2 * time.Millisecond

// BenchmarkDrain is how fast an agent works off /bin/true with real processes
// and a service that takes its time. The yardstick, in the same run, is what
// two workers get from fork and exec alone.
func BenchmarkDrain(b *testing.B) {
	raw := yardstick(b, 500)
	dir := b.TempDir()
	x, err := process.New(process.Config{State: filepath.Join(dir, "s"), WorkDirs: filepath.Join(dir, "w")}, logx.Discard())
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	d := fake.NewDispatch(time.Minute)
	d.Gate(func(ctx context.Context, c fake.Call) error {
		if c.Done {
			<-time.After(answerTime)
		}
		return ctx.Err()
	})
	a := runner.New(runner.Config{Runner: "r", Site: "BENCH", Slots: 2 * runtime.NumCPU()},
		runner.Deps{Dispatch: d, Executor: x, Log: logx.Discard()})
	ctx, stop := context.WithCancel(b.Context())
	var work sync.WaitGroup
	work.Go(func() { _ = a.Run(ctx) })
	<-a.Ready()
	b.ResetTimer()
	var last id.ID
	for range b.N {
		last = d.Submit(jobsapi.Spec{Executable: "/bin/true"})
	}
	for job := last - id.ID(b.N) + 1; job <= last; job++ {
		if j, err := d.Await(b.Context(), job, fake.Ended); err != nil || j.State != jobsapi.Succeeded {
			b.Fatalf("%+v, %v", j, err)
		}
	}
	b.StopTimer()
	rate := float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "jobs/s")
	b.ReportMetric(raw, "yardstick/s")
	b.ReportMetric(rate/raw, "of_yardstick")
	stop()
	work.Wait()
}

// yardstick is fork and exec of /bin/true by two workers, per second.
func yardstick(b *testing.B, n int) float64 {
	begin := time.Now()
	var work sync.WaitGroup
	for range 2 {
		work.Go(func() {
			for range n / 2 {
				if err := exec.Command("/bin/true").Run(); err != nil {
					b.Error(err)
				}
			}
		})
	}
	work.Wait()
	return float64(n) / time.Since(begin).Seconds()
}
