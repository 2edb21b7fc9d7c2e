package rest

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/heddle-dev/heddle/pkg/conf"
	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
)

// ServeConfig is what a program that calls Serve can be told.
type ServeConfig struct {
	Address   string        `conf:"address" env:"HEDDLE_ADDRESS" default:"127.0.0.1" doc:"IP address to listen on."`
	Port      int           `conf:"port" env:"HEDDLE_PORT" default:"5001" doc:"Port to listen on; 0: any free one. A program that has joined a gateway listens on any free one, unless --announce is given."`
	ReusePort bool          `conf:"reuse-port" env:"HEDDLE_REUSE_PORT" default:"true" doc:"Several equal processes may listen on the port and share its connections."`
	Filter    []string      `conf:"filter" env:"HEDDLE_FILTER" doc:"Serve only the containers whose names begin like this."`
	Join      string        `conf:"join" env:"HEDDLE_JOIN" doc:"NATS address of the gateway to join, such as nats://127.0.0.1:4222; empty: run alone."`
	Token     string        `conf:"token" env:"HEDDLE_TOKEN" secret:"true" doc:"API key or access token to join with."`
	Announce  string        `conf:"announce" env:"HEDDLE_ANNOUNCE" doc:"Where the gateway reaches the program: http or https, an IP address and a port; empty: where it listens, with https unless that is the loopback network."`
	Issuer    string        `conf:"issuer" env:"HEDDLE_ISSUER" doc:"Whose access tokens are taken while the program runs alone; empty: nobody can sign in."`
	Drain     time.Duration `conf:"drain" env:"HEDDLE_DRAIN" default:"30s" doc:"How long requests under way may take at the end."`
	LogLevel  string        `conf:"log-level" env:"HEDDLE_LOG_LEVEL" default:"info" doc:"What to log: debug, info, warn or error."`
	LogFormat string        `conf:"log-format" env:"HEDDLE_LOG_FORMAT" default:"text" doc:"How to log: text or json."`

	Application bool `conf:"application" doc:"Has no effect: for command lines written for core4, where it means what this program always does."`
}

// examples end the help.
const examples = `
Examples:
  %[1]s                                      listen on 127.0.0.1:5001
  %[1]s --port 8080 --filter project.api     only the containers of that name
  HEDDLE_ISSUER=http://127.0.0.1:8080 %[1]s  take the access tokens of a Heddle
  HEDDLE_TOKEN=hdl_… %[1]s --join nats://127.0.0.1:4222
                                             become a part of a running Heddle
`

// load reads the command line and the environment.
func (c *ServeConfig) load(o ServeOptions) error {
	fs := pflag.NewFlagSet(o.Name, pflag.ContinueOnError)
	fs.SortFlags = false
	fs.Usage = func() {}
	if err := conf.Flags(c, fs); err != nil {
		return err
	}
	switch err := fs.Parse(o.Args); {
	case errors.Is(err, pflag.ErrHelp):
		fmt.Fprintf(o.Out, "Usage: %s [options]\n\nOptions (a flag beats its environment variable):\n%s"+examples, o.Name, fs.FlagUsages())
		return err
	case err != nil:
		return fmt.Errorf("%w; --help says more", err)
	case fs.NArg() > 0:
		return fmt.Errorf("unexpected argument %q; --help says more", fs.Arg(0))
	}
	return conf.Resolve(c, fs, o.Env)
}

// Validate says what is wrong with the configuration, naming the option.
func (c ServeConfig) Validate() error {
	var errs []error
	if _, err := netip.ParseAddr(c.Address); err != nil {
		errs = append(errs, fmt.Errorf("address must be an IP address, not %q", c.Address))
	}
	if c.Port < 0 || c.Port > 65535 {
		errs = append(errs, fmt.Errorf("port must be 0 to 65535, not %d", c.Port))
	}
	if c.Join != "" && c.Token == "" {
		errs = append(errs, errors.New("join needs an API key or access token in HEDDLE_TOKEN; `heddle token create NAME --scope api` makes a key"))
	}
	if len(c.Token) > miniapp.MaxToken {
		errs = append(errs, fmt.Errorf("token is longer than %d bytes", miniapp.MaxToken))
	}
	if c.Announce != "" {
		if _, err := miniapp.Address(c.Announce); err != nil {
			errs = append(errs, fmt.Errorf("announce %w", err))
		}
	}
	if u, err := url.Parse(c.Issuer); c.Issuer != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		errs = append(errs, errors.New("issuer must be an http or https address"))
	}
	if c.Drain < 0 {
		errs = append(errs, errors.New("drain must not be negative"))
	}
	if c.level() == nil {
		errs = append(errs, fmt.Errorf("log-level must be debug, info, warn or error, not %q", c.LogLevel))
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		errs = append(errs, fmt.Errorf("log-format must be text or json, not %q", c.LogFormat))
	}
	return errors.Join(errs...)
}

// Encrypts reports whether a gateway that the program joins reaches it over
// TLS: as it is announced, or on every network but the machine's own.
func (c ServeConfig) Encrypts() bool {
	if c.Announce != "" {
		return strings.HasPrefix(c.Announce, "https:")
	}
	at, err := netip.ParseAddr(c.Address)
	return err == nil && !at.Unmap().IsLoopback()
}

func (c ServeConfig) level() slog.Leveler {
	var l slog.Level
	if l.UnmarshalText([]byte(c.LogLevel)) != nil {
		return nil
	}
	return l
}

func (c ServeConfig) at(port int) string { return net.JoinHostPort(c.Address, strconv.Itoa(port)) }

// The bounds of a program's connections. The gateway keeps its own open for
// less than idleTimeout, so that none is closed under a request of its.
const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	headerBytes   = 128 << 10
)

func (p *program) httpServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: headerBytes,
		ErrorLog: slog.NewLogLogger(p.log.Handler(), slog.LevelDebug), // clients' mistakes, not ours
	}
}

// shown is where people reach a listener that may be on all addresses.
func shown(at net.Addr) string {
	return "http://" + strings.Replace(strings.Replace(at.String(), "0.0.0.0:", "127.0.0.1:", 1), "[::]:", "[::1]:", 1)
}
