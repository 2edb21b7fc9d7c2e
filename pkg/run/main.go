package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/nats-io/nats.go"
	"go.opentelemetry.io/otel"

	"github.com/heddle-dev/heddle/pkg/conf"
	"github.com/heddle-dev/heddle/pkg/listen"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/telemetry"
)

// Program is a daemon.
type Program struct {
	Name   string // "heddle-jobs": at NATS, in traces and in the help
	Config Config
	// Build makes the service. It does not wait for anything: NATS may not be
	// there yet, and the service's Run waits for what it needs.
	Build func(ctx context.Context, env Env) (Service, error)

	stopping func() // called when it begins to stop
}

// Env is what a daemon's service is built on.
type Env struct {
	Log  *slog.Logger
	NATS *nats.Conn
	Data string // a directory that exists
}

// The exit codes.
const (
	exitOK = iota
	exitFailed
	exitUsage
)

// System is what a process has from its parent.
type System struct {
	Args []string // without the program's name
	Env  func(string) (string, bool)
	Log  io.Writer
}

// Main runs the program and exits: 0 if it was stopped or had nothing to do,
// 1 if it failed, 2 if it was called wrongly. SIGTERM and SIGINT stop it; a
// second one kills it.
func Main(p Program) {
	ctx, restore := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	p.stopping = restore // so that a second signal does what signals do by themselves
	os.Exit(Execute(ctx, p, System{os.Args[1:], os.LookupEnv, os.Stderr}))
}

// Execute is Main for tests: it stops when ctx ends and returns the exit code.
func Execute(ctx context.Context, p Program, sys System) int {
	switch err := conf.Load(p.Name, p.Config, sys.Args, sys.Env); {
	case errors.Is(err, conf.ErrHelp):
		return exitOK
	case errors.Is(err, conf.ErrChecked):
		fmt.Fprintf(sys.Log, "%s: %v\n", p.Name, err)
		return exitOK
	case err != nil:
		fmt.Fprintf(sys.Log, "%s: %v\nTry %s --help.\n", p.Name, err, p.Name)
		return exitUsage
	}
	c := p.Config.common()
	work := func() error { return p.serve(ctx, c, sys.Log) }
	if c.Healthcheck {
		work = func() error { return probe(ctx, c.HealthListen) }
	}
	if err := work(); err != nil {
		fmt.Fprintf(sys.Log, "%s: %v\n", p.Name, err)
		return exitFailed
	}
	return exitOK
}

// serve is the life of the daemon.
func (p Program) serve(ctx context.Context, c *Common, w io.Writer) error {
	level, _ := c.level() // validated
	log := logx.New(w, c.LogFormat, level).With("program", p.Name)
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("telemetry", "err", err) }))
	stop, metrics, err := telemetry.Setup(ctx, telemetry.Config{Service: p.Name, Version: Version(), OTLPEndpoint: c.OTLPEndpoint})
	if err != nil {
		return err
	}
	defer flush(stop)
	log.Info("starting", "version", Version(), "config", conf.Redacted(p.Config))
	if err := os.MkdirAll(c.Data, 0o750); err != nil {
		return fmt.Errorf("data: %w", err)
	}
	nc, err := Connect(c.NATS, p.Name, log)
	if err != nil {
		return err
	}
	defer nc.Close()
	service, err := p.Build(ctx, Env{log, nc, c.Data})
	if err != nil {
		return err
	}
	actors := []Actor{{p.Name, service.Run}, {"log", announce(log, service, p.stopping)}}
	if c.HealthListen != "" {
		l, err := listen.TCP(ctx, c.HealthListen)
		if err != nil {
			return fmt.Errorf("health-listen: %w", err)
		}
		log.Info("listening", "health", l.Addr().String())
		health := Health(metrics, CheckReady(p.Name, service.Ready()), checkNATS(nc))
		actors = append(actors, Actor{"health", serveHTTP(l, health)})
	}
	err = Group(ctx, log, actors...)
	log.Info("stopped")
	return err
}

// announce is an actor that says when the service is ready and when it stops.
func announce(log *slog.Logger, s Service, stopping func()) func(context.Context) error {
	return func(ctx context.Context) error {
		select {
		case <-s.Ready():
			log.Info("ready")
			<-ctx.Done()
		case <-ctx.Done():
		}
		if stopping != nil {
			stopping()
		}
		log.Info("stopping")
		return nil
	}
}

func checkNATS(nc *nats.Conn) Check {
	return Check{"nats", func() error {
		if !nc.IsConnected() {
			return errors.New("is not connected")
		}
		return nil
	}}
}

// flush gives telemetry a moment to send what it holds.
func flush(stop func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	_ = stop(ctx) // reported to the error handler; the program ends anyway
}
