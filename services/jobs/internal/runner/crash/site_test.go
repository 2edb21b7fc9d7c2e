package crash

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/services/jobs"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor/executortest"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/fake"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// The environment of a runner process; the URL makes one of the test binary.
const (
	envURL   = "HEDDLE_TEST_NATS"
	envData  = "HEDDLE_TEST_DATA"
	envShell = "HEDDLE_TEST_SHELL"
)

func TestMain(m *testing.M) {
	jobs.Keep()
	if os.Getenv(envURL) == "" {
		os.Exit(m.Run())
	}
	if err := beRunner(); err != nil {
		slog.Error("runner", "err", err)
		os.Exit(1)
	}
}

func beRunner() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	nc, err := nats.Connect(os.Getenv(envURL), nats.MaxReconnects(-1))
	if err != nil {
		return err
	}
	defer nc.Close()
	return jobs.NewRunner(jobs.RunnerConfig{Site: "TEST", Data: os.Getenv(envData), Slots: 4, Grace: 100 * time.Millisecond,
		Shell: os.Getenv(envShell)}, jobs.RunnerDeps{NATS: nc, Log: slog.Default()}).Run(ctx)
}

// site is a fake jobs service on a real NATS server, and a directory for
// runner processes.
type site struct {
	t    *testing.T
	d    *fake.Dispatch
	nc   *nats.Conn
	url  string
	data string
	log  string // each run of a job adds a line
}

// people is the part of the service that runners do not call.
type people struct{ jobsapi.Service }

func newSite(t *testing.T) *site {
	srv := natstest.Start(t)
	nc, err := nats.Connect(srv.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	s := &site{t: t, d: fake.NewDispatch(2 * time.Second), nc: nc, url: srv.URL(), data: t.TempDir()}
	s.log = filepath.Join(s.data, "log")
	server, err := natsrpc.Serve(t.Context(), nc, natsrpc.Config{Name: "jobs", Log: logx.Discard()}, jobsapi.Endpoints(people{}, s.d))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = server.Stop(ctx)
	})
	return s
}

// runner starts a runner process; it is killed when the test ends.
func (s *site) runner(shell string) *exec.Cmd {
	s.t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envURL+"="+s.url, envData+"="+s.data, envShell+"="+shell)
	cmd.Stderr = s.t.Output()
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { kill(cmd) })
	return cmd
}

// kill is kill -9, of the runner alone.
func kill(cmd *exec.Cmd) {
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// submit queues a job that notes each run in the log, and then runs script.
func (s *site) submit(script string) id.ID {
	return s.d.Submit(jobsapi.Spec{Script: "echo \"$HEDDLE_JOB_ID\" >> '" + s.log + "'\n" + script})
}

func (s *site) await(job id.ID, want func(fake.Job) bool) fake.Job {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), executortest.Patience)
	defer cancel()
	j, err := s.d.Await(ctx, job, want)
	if err != nil {
		s.t.Fatal(err)
	}
	return j
}

// awaitBeat waits until a runner is registered.
func (s *site) awaitBeat() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), executortest.Patience)
	defer cancel()
	if err := s.d.AwaitBeat(ctx); err != nil {
		s.t.Fatal("no runner beats")
	}
}

// runs counts how often a job has run.
func (s *site) runs(job id.ID) int {
	text, err := os.ReadFile(s.log)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		s.t.Fatal(err)
	}
	return strings.Count(string(text), job.String()+"\n")
}

// clean waits until no run is on record that is not forgotten.
func (s *site) clean() {
	s.t.Helper()
	executortest.Eventually(s.t, "all runs are forgotten", func() bool {
		journals, err := filepath.Glob(filepath.Join(s.data, "runner", "runs", "*", "journal"))
		left := 0
		for _, path := range journals {
			text, _ := os.ReadFile(path) // it may be gone by now
			left += strings.Count(string(text), "\nclaim ") - strings.Count(string(text), "\nforget ")
		}
		return err == nil && left == 0
	})
}

func (s *site) path(job id.ID, name string) string {
	return filepath.Join(s.data, "workdirs", job.String(), name)
}
