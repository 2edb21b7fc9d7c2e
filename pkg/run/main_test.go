package run_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/listen/listentest"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/run"
)

type config struct {
	run.Common
	Extra string `conf:"extra"`
}

// service is ready when it is connected to NATS for the first time.
type service struct {
	env   run.Env
	ready chan struct{}
}

func (s *service) Ready() <-chan struct{} { return s.ready }
func (s *service) Run(ctx context.Context) error {
	connected := s.env.NATS.StatusChanged(nats.CONNECTED)
	if !s.env.NATS.IsConnected() {
		select {
		case <-connected:
		case <-ctx.Done():
			return nil
		}
	}
	close(s.ready)
	<-ctx.Done()
	return nil
}

func build(_ context.Context, env run.Env) (run.Service, error) {
	return &service{env, make(chan struct{})}, nil
}

func freeAddress() string { return listentest.Host() + ":8080" }

func noEnv(string) (string, bool) { return "", false }

// execute runs a program. It gives its exit code, and its log a line at a time.
func execute(ctx context.Context, p run.Program, args ...string) (<-chan int, <-chan string) {
	r, w := io.Pipe()
	code, lines := make(chan int, 1), make(chan string, 1000)
	go func() {
		code <- run.Execute(ctx, p, run.System{Args: args, Env: noEnv, Log: w})
		w.Close()
	}()
	go func() {
		defer close(lines)
		for log := bufio.NewScanner(r); log.Scan(); {
			lines <- log.Text()
		}
	}()
	return code, lines
}

func await(t *testing.T, lines <-chan string, want string) {
	t.Helper()
	for line := range lines {
		if strings.Contains(line, want) {
			return
		}
	}
	t.Fatalf("the log ended without %q", want)
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(b)
}

// The telemetry providers are the process's own, so the daemons of these
// tests run one after the other.
func TestLifeOfADaemon(t *testing.T) {
	ns := natstest.Start(t)
	ns.Stop()
	listen := freeAddress()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p := run.Program{Name: "heddle-test", Config: &config{}, Build: build}
	code, log := execute(ctx, p, "--nats-url", ns.URL(),
		"--data", t.TempDir()+"/new", "--health-listen", listen)

	await(t, log, "starting")
	await(t, log, "listening")
	if status, body := get(t, "http://"+listen+"/readyz"); status != 503 || !strings.Contains(body, "nats: is not connected") {
		t.Errorf("without NATS: %d %s", status, body)
	}
	if status, _ := get(t, "http://"+listen+"/livez"); status != 200 {
		t.Errorf("without NATS, /livez gives %d", status)
	}
	if c := ask(listen); c != 1 {
		t.Errorf("without NATS, --healthcheck exits with %d", c)
	}

	ns.Begin(t)
	await(t, log, "msg=ready")
	if status, body := get(t, "http://"+listen+"/readyz"); status != 200 {
		t.Errorf("with NATS: %d %s", status, body)
	}
	if status, body := get(t, "http://"+listen+"/metrics"); status != 200 || !strings.Contains(body, "go_goroutines") {
		t.Errorf("/metrics: %d %s", status, body)
	}
	if c := ask(listen); c != 0 {
		t.Errorf("with NATS, --healthcheck exits with %d", c)
	}
	cancel()
	if c := <-code; c != 0 {
		t.Errorf("stopped, it exits with %d", c)
	}
}

func ask(listen string) int {
	return run.Execute(context.Background(), run.Program{Name: "heddle-test", Config: &config{}},
		run.System{Args: []string{"--healthcheck", "--health-listen", listen}, Env: noEnv, Log: io.Discard})
}

func TestExitCodes(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	failing := func(context.Context, run.Env) (run.Service, error) { return nil, errors.New("cannot be built") }
	for _, tc := range []struct {
		name  string
		build func(context.Context, run.Env) (run.Service, error)
		args  []string
		code  int
		says  string
	}{
		{"unknown flag", build, []string{"--nonsense"}, 2, "nonsense"},
		{"bad level", build, []string{"--log-level=loud"}, 2, "log-level"},
		{"bad format", build, []string{"--log-format=xml"}, 2, "log-format"},
		{"two logins", build, []string{"--nats-user=a", "--nats-token=b"}, 2, "exclude each other"},
		{"nobody to ask", build, []string{"--healthcheck"}, 2, "health-listen"},
		{"nobody answers", build, []string{"--healthcheck", "--health-listen=" + freeAddress()}, 1, "refused"},
		{"check", build, []string{"--check", "--extra=x"}, 0, "valid"},
		{"build", failing, nil, 1, "cannot be built"},
		{"address taken", build, []string{"--health-listen", taken.Addr().String()}, 1, "health-listen"},
		{"data", build, []string{"--data", "/dev/null/x"}, 1, "data"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var log strings.Builder
			args := append([]string{"--nats-url=nats://" + freeAddress(), "--data=" + t.TempDir()}, tc.args...)
			code := run.Execute(t.Context(), run.Program{Name: "t", Config: &config{}, Build: tc.build},
				run.System{Args: args, Env: noEnv, Log: &log})
			if code != tc.code || !strings.Contains(log.String(), tc.says) {
				t.Errorf("exit code %d, want %d and %q:\n%s", code, tc.code, tc.says, log.String())
			}
		})
	}
}
