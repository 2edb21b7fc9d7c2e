package jobs

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/site"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// RunnerDeps are what a runner works with. Dispatch is for tests; by default
// it is the jobs service over NATS.
type RunnerDeps struct {
	NATS     *nats.Conn
	Dispatch jobsapi.Dispatch
	Log      *slog.Logger
}

// Runner is a site's runner. When it is told to end it takes no more jobs and
// leaves the running ones running: the next runner with the same data
// directory adopts them, as it does after a kill.
type Runner struct {
	cfg   RunnerConfig
	dep   RunnerDeps
	ready chan struct{}
}

// NewRunner makes a runner; Run does the work.
func NewRunner(cfg RunnerConfig, dep RunnerDeps) *Runner {
	if dep.Dispatch == nil && dep.NATS != nil {
		dep.Dispatch = jobsapi.NewClient(dep.NATS)
	}
	return &Runner{cfg: cfg.withDefaults(), dep: dep, ready: make(chan struct{})}
}

// Ready is closed when the runner is registered and takes jobs.
func (r *Runner) Ready() <-chan struct{} { return r.ready }

// Run runs jobs until the context ends. Errors are about the configuration,
// the data directory or another runner that uses it, never about the service:
// for that it waits.
func (r *Runner) Run(ctx context.Context) error {
	if err := r.cfg.Validate(); err != nil {
		return err
	}
	x, err := process.New(r.cfg.process(), r.dep.Log)
	if err != nil {
		return err
	}
	defer x.Close()
	name, err := runnerID(filepath.Join(r.cfg.Data, "runner", "runner.id"))
	if err != nil {
		return err
	}
	wake, stop, err := r.wake(name)
	if err != nil {
		return err
	}
	defer stop()
	log := r.dep.Log.With("runner", name, "site", r.cfg.Site)
	place, err := site.New(r.cfg.place(x.Guards()), log)
	if err != nil {
		return err
	}
	agent := runner.New(runner.Config{Runner: name, Site: r.cfg.Site, Slots: r.cfg.Slots},
		runner.Deps{Dispatch: r.dep.Dispatch, Executor: x, Place: place, Wake: wake, Log: log})
	log.InfoContext(ctx, "what holds jobs to their limits", "guards", x.Guards())
	go r.announce(ctx, agent, log)
	return agent.Run(who.With(ctx, who.Component("runner")))
}

func (r *Runner) announce(ctx context.Context, agent *runner.Agent, log *slog.Logger) {
	select {
	case <-agent.Ready():
		log.InfoContext(ctx, "the runner takes jobs", "slots", r.cfg.Slots)
		close(r.ready)
	case <-ctx.Done():
	}
}

// wake listens for the signal that one of the runner's jobs is to be stopped.
// Signals may be lost: the next beat tells the same.
func (r *Runner) wake(name string) (<-chan struct{}, func(), error) {
	ch := make(chan struct{}, 1)
	if r.dep.NATS == nil {
		return ch, func() {}, nil
	}
	sub, err := r.dep.NATS.Subscribe(jobsapi.StopSignal(name), func(*nats.Msg) {
		select {
		case ch <- struct{}{}:
		default:
		}
	})
	if err != nil {
		return nil, nil, err
	}
	return ch, func() { _ = sub.Unsubscribe() }, nil
}

// runnerID is the runner's id, made at its first start. It is a token of a
// NATS subject.
func runnerID(path string) (string, error) {
	b, err := os.ReadFile(path)
	if name := strings.TrimSpace(string(b)); err == nil && name != "" {
		return name, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	name := "r-" + id.New(time.Now()).String()
	tmp := path + ".new"
	if err := os.WriteFile(tmp, []byte(name+"\n"), 0o600); err != nil {
		return "", err
	}
	return name, os.Rename(tmp, path)
}
