// Package up is the all-in-one: it assembles the very services that the
// daemons run, an embedded NATS and an embedded session store into one
// process. It is separate from the command line, which is a client like any
// other.
package up

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/heddle-dev/heddle/services/auth"
	"github.com/heddle-dev/heddle/services/files"
	"github.com/heddle-dev/heddle/services/gateway"
	"github.com/heddle-dev/heddle/services/jobs"
)

// Config is what `heddle up` can be told: what is its own, and what each of its
// parts can be told, except what it sets itself.
type Config struct {
	Demo         bool     `conf:"demo" env:"HEDDLE_DEMO" doc:"Make demo users (demouser/test123, alice/alice123, operator admin/hans). Refused if anybody else could reach the gateway."`
	Listen       []string `conf:"listen" env:"HEDDLE_LISTEN" default:"127.0.0.1:8080" doc:"Addresses for HTTP and HTTPS, both on each."`
	NATSListen   string   `conf:"nats-listen" env:"HEDDLE_NATS_LISTEN" default:"127.0.0.1:4222" doc:"Address for NATS clients that follow events, for programs that join, and for remote runners."`
	Data         string   `conf:"data" env:"HEDDLE_DATA" default:"./.heddle" doc:"Directory for everything that is kept."`
	Site         string   `conf:"site" env:"HEDDLE_SITE" default:"DEMO-SITE" doc:"Name of the site whose jobs run here, and of the UNICORE door."`
	UnicoreSites []string `conf:"unicore-sites" env:"HEDDLE_UNICORE_SITES" doc:"Names of further sites at UNICORE's door, whose runners join over NATS."`
	Redis        string   `conf:"redis" env:"HEDDLE_REDIS" secret:"true" doc:"Redis for sessions; if empty, they are kept in this process and end with it."`
	Durability   string   `conf:"durability" env:"HEDDLE_DURABILITY" default:"standard" doc:"standard: on disk within 250 ms, so that only a power loss can cost anything; always: before each answer, about thirty times slower."`

	LogLevel     string `conf:"log-level" env:"HEDDLE_LOG_LEVEL" default:"warn" doc:"What to log: debug, info, warn or error."`
	LogFormat    string `conf:"log-format" env:"HEDDLE_LOG_FORMAT" default:"text" doc:"How to log: text or json."`
	OTLPEndpoint string `conf:"otlp-endpoint" env:"HEDDLE_OTLP_ENDPOINT" doc:"URL of an OTLP/HTTP collector for traces; none if empty."`

	// NATS is inside, as one server; and who is reached where is known.
	Gateway gateway.Config    `join:"issuer,replicas"`
	Jobs    jobs.Config       `join:"replicas"`
	Runner  jobs.RunnerConfig `join:""`
	Files   files.Config      `join:"replicas,advertise"`
	Auth    auth.Config       `join:"issuer,replicas"`
}

// Validate says what is wrong with the configuration, naming the option.
func (c Config) Validate() error {
	var errs []error
	if len(c.Listen) == 0 {
		errs = append(errs, errors.New("listen: an address is needed"))
	}
	if c.Demo {
		for _, l := range append([]string{c.NATSListen, or(c.Files.Listen, "127.0.0.1:0")}, c.Listen...) {
			if !loopback(l) {
				errs = append(errs, fmt.Errorf("demo: its passwords are public, so everything must listen on loopback only, not on %s", l))
			}
		}
	}
	if _, ok := durabilities[c.Durability]; !ok {
		errs = append(errs, fmt.Errorf("durability must be standard or always, not %q", c.Durability))
	}
	if c.level() == nil {
		errs = append(errs, fmt.Errorf("log-level must be debug, info, warn or error, not %q", c.LogLevel))
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		errs = append(errs, fmt.Errorf("log-format must be text or json, not %q", c.LogFormat))
	}
	return errors.Join(errs...)
}

// durabilities are the intervals at which the journals are flushed to disk.
var durabilities = map[string]time.Duration{"standard": 250 * time.Millisecond, "always": 0}

func (c Config) level() slog.Leveler {
	var l slog.Level
	if l.UnmarshalText([]byte(c.LogLevel)) != nil {
		return nil
	}
	return l
}

func loopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// told is the configuration with what the parts are told by the whole.
func (c Config) told(version string) Config {
	issuer := or(c.Gateway.ExternalURL, "http://"+c.Listen[0])
	c.Auth.Issuer, c.Auth.DataDir, c.Auth.Demo, c.Auth.Redis = issuer, c.Data, c.Demo, c.Redis
	c.Jobs.DataDir, c.Jobs.Sites = c.Data, slices.Concat([]string{c.Site}, c.UnicoreSites, c.Jobs.Sites)
	c.Files.DataDir = c.Data
	c.Runner.Site, c.Runner.Data = c.Site, c.Data
	g := &c.Gateway
	g.Listen, g.Issuer, g.Site, g.UnicoreSites, g.Redis = c.Listen, issuer, c.Site, c.UnicoreSites, c.Redis
	g.DataDir, g.Version, g.Demo = c.Data, version, c.Demo
	return c
}
