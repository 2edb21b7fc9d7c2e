package up

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/up/broker"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/run"
	"github.com/heddle-dev/heddle/pkg/telemetry"
	"github.com/heddle-dev/heddle/services/auth"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/files"
	"github.com/heddle-dev/heddle/services/gateway"
	"github.com/heddle-dev/heddle/services/jobs"
)

// house is what one run of Heddle consists of.
type house struct {
	cfg     Config
	out     io.Writer
	log     *slog.Logger
	broker  *broker.Broker
	gateway *gateway.Service
	actors  []run.Actor
	waiting []waiting
	conns   []*nats.Conn
}

// waiting is a part that must be ready before the house is.
type waiting struct {
	name  string
	ready <-chan struct{}
}

// Run runs everything until ctx ends. When all parts are ready it writes one
// line to out that says so and where they are; logs go to errw.
func Run(ctx context.Context, cfg Config, version string, out, errw io.Writer) error {
	if err := cfg.Validate(); err != nil {
		return err
	}
	defer runtime.KeepAlive(ballast())
	release, err := lock(ctx, cfg.Data)
	if err != nil {
		return err
	}
	defer release()
	h := &house{cfg: cfg, out: out, log: logx.New(errw, cfg.LogFormat, cfg.level())}
	shutdown, metrics, err := telemetry.Setup(ctx, telemetry.Config{Service: "heddle", Version: version, OTLPEndpoint: cfg.OTLPEndpoint})
	if err != nil {
		return err
	}
	defer func() { _ = shutdown(context.WithoutCancel(ctx)) }() // traces not sent are lost; nothing else is
	if h.broker, err = broker.Start(ctx, broker.Config{Dir: cfg.Data, Listen: cfg.NATSListen, Sync: durabilities[cfg.Durability], Log: h.log}); err != nil {
		return err
	}
	defer h.broker.Stop()
	defer h.disconnect()
	if err := h.furnish(gateway.Deps{Metrics: metrics}, version); err != nil {
		return err
	}
	h.actors = append(h.actors, run.Actor{Name: "ready", Run: h.announce})
	return run.Group(ctx, h.log, h.actors...)
}

// furnish builds the parts, exactly as the daemons do.
func (h *house) furnish(gw gateway.Deps, version string) error {
	cfg := h.cfg
	if cfg.Redis == "" {
		s, err := startSessions()
		if err != nil {
			return err
		}
		cfg.Redis = s.url()
		h.actors = append(h.actors, run.Actor{Name: "sessions", Run: s.run})
	}
	cfg = cfg.told(version)
	nc, err := h.connect("auth")
	if err != nil {
		return err
	}
	h.add("auth", auth.New(cfg.Auth, auth.Deps{NATS: nc, Log: h.log, FirstPassword: h.firstPassword}))
	credentials := authapi.NewCredentialsRPC(nc)
	h.broker.Admit(admission(credentials), tokenAdmission(credentials, authapi.NewClient(nc), cfg.Auth.Issuer))
	if nc, err = h.connect("jobs"); err != nil {
		return err
	}
	h.add("jobs", jobs.New(cfg.Jobs, jobs.Deps{NATS: nc, Log: h.log}))
	if nc, err = h.connect("files"); err != nil {
		return err
	}
	h.add("files", files.New(cfg.Files, files.Deps{NATS: nc, Log: h.log}))
	if nc, err = h.connect("runner"); err != nil {
		return err
	}
	h.add("runner", jobs.NewRunner(cfg.Runner, jobs.RunnerDeps{NATS: nc, Log: h.log}))
	if gw.NATS, err = h.connect("gateway"); err != nil {
		return err
	}
	gw.Log = h.log
	h.gateway, err = gateway.New(cfg.Gateway, gw)
	if err != nil {
		return err
	}
	h.add("gateway", h.gateway)
	return nil
}

// add makes a service a part of the house.
func (h *house) add(name string, s run.Service) {
	h.actors = append(h.actors, run.Actor{Name: name, Run: s.Run})
	h.waiting = append(h.waiting, waiting{name, s.Ready()})
}

func (h *house) connect(name string) (*nats.Conn, error) {
	nc, err := h.broker.Connect(name)
	if err == nil {
		h.conns = append(h.conns, nc)
	}
	return nc, err
}

func (h *house) disconnect() {
	for _, nc := range h.conns {
		nc.Close()
	}
}

// announce waits for all parts and says so; meanwhile it says for whom it
// waits, should that take long.
func (h *house) announce(ctx context.Context) error {
	for _, w := range h.waiting {
		if err := h.await(ctx, w); err != nil {
			return err
		}
	}
	debug.FreeOSMemory() // a start takes more than what comes after: each password of the demo was hashed with 19 MiB
	fmt.Fprintln(h.out, h.line())
	<-ctx.Done()
	return ctx.Err()
}

func (h *house) await(ctx context.Context, w waiting) error {
	for {
		select {
		case <-w.ready:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Second):
			h.log.Warn("still waiting", "for", w.name)
		}
	}
}

// line is the one line that says where everything is.
func (h *house) line() string {
	var doors []string
	for _, a := range h.gateway.Addrs() {
		doors = append(doors, "http://"+a, "https://"+a)
	}
	first := "https://" + h.gateway.Addrs()[0]
	trust := "certificate " + h.cfg.Gateway.TLSCert
	if ca := h.gateway.CAFile(); ca != "" {
		trust = "CA " + filepath.Clean(ca)
	}
	return fmt.Sprintf("heddle is ready: %s (UNICORE %s/%s/rest/core, events %s, data %s, %s)",
		strings.Join(doors, " "), first, h.cfg.Site, h.broker.URL(), h.cfg.Data, trust)
}

// firstPassword tells the person at the terminal who may do everything. It is
// shown once and kept nowhere.
func (h *house) firstPassword(name, password string) {
	fmt.Fprintf(h.out, "The first operator is %q with the password %q. It is shown only this once; sign in with `heddle login` and change it with `heddle admin users password %s`.\n", name, password, name)
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
