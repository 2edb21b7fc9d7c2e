package run_test

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/heddle-dev/heddle/pkg/run"
)

// asDaemon makes this test binary a daemon, which can be sent signals.
const asDaemon = "RUN_TEST_AS_DAEMON"

func TestMain(m *testing.M) {
	switch os.Getenv(asDaemon) {
	case "":
		os.Exit(m.Run())
	case "stubborn":
		run.Main(run.Program{Name: "stubborn", Config: &config{}, Build: func(context.Context, run.Env) (run.Service, error) {
			return stubborn{}, nil
		}})
	default:
		run.Main(run.Program{Name: "good", Config: &config{}, Build: build})
	}
}

// stubborn does not stop when it is told to.
type stubborn struct{}

func (stubborn) Ready() <-chan struct{}    { c := make(chan struct{}); close(c); return c }
func (stubborn) Run(context.Context) error { select {} }

// daemon starts a process and returns its log; it is killed with the test.
func daemon(t *testing.T, kind string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), asDaemon+"="+kind, "HEDDLE_NATS_URL=nats://"+freeAddress(),
		"HEDDLE_DATA="+t.TempDir(), "HEDDLE_HEALTH_LISTEN=127.0.0.1:0", "HEDDLE_LOG_FORMAT=json")
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

func scanFor(t *testing.T, log *bufio.Scanner, want string) {
	t.Helper()
	for log.Scan() {
		if strings.Contains(log.Text(), want) {
			return
		}
	}
	t.Fatalf("the log ended without %q", want)
}

func TestSIGTERMStops(t *testing.T) {
	t.Parallel()
	cmd, log := daemon(t, "good")
	scanFor(t, log, `"msg":"listening"`)
	_ = cmd.Process.Signal(syscall.SIGTERM)
	scanFor(t, log, `"msg":"stopped"`)
	for log.Scan() { // Wait wants the pipe read to its end
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
}

func TestSecondSignalKills(t *testing.T) {
	t.Parallel()
	cmd, log := daemon(t, "stubborn")
	scanFor(t, log, `"msg":"listening"`)
	_ = cmd.Process.Signal(syscall.SIGTERM)
	scanFor(t, log, `"msg":"stopping"`)
	_ = cmd.Process.Signal(syscall.SIGTERM)
	for log.Scan() {
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM {
		t.Fatalf("ended with %v", err)
	}
}
