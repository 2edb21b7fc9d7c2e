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
	"time"

	"github.com/heddle-dev/heddle/pkg/outbound"
	"github.com/heddle-dev/heddle/services/auth"
	"github.com/heddle-dev/heddle/services/files"
	"github.com/heddle-dev/heddle/services/gateway"
)

// Config is what `heddle up` can be told.
type Config struct {
	Demo         bool     `conf:"demo" env:"HEDDLE_DEMO" doc:"Make demo users (demouser/test123, alice/alice123, operator admin/hans). Refused if anybody else could reach the gateway."`
	Listen       []string `conf:"listen" env:"HEDDLE_LISTEN" default:"127.0.0.1:8080" doc:"Addresses for HTTP and HTTPS, both on each."`
	NATSListen   string   `conf:"nats-listen" env:"HEDDLE_NATS_LISTEN" default:"127.0.0.1:4222" doc:"Address for NATS clients that follow events, for programs that join, and for remote runners."`
	Data         string   `conf:"data" env:"HEDDLE_DATA" default:"./.heddle" doc:"Directory for everything that is kept."`
	Site         string   `conf:"site" env:"HEDDLE_SITE" default:"DEMO-SITE" doc:"Name of the site whose jobs run here, and of the UNICORE door."`
	Slots        int      `conf:"slots" env:"HEDDLE_SLOTS" doc:"Jobs that run at once; 0: twice the number of cores."`
	UnicoreSites []string `conf:"unicore-sites" env:"HEDDLE_UNICORE_SITES" doc:"Names of further sites at UNICORE's door, whose runners join over NATS."`
	SiteFile     string   `conf:"site-file" env:"HEDDLE_SITE_FILE" doc:"YAML file with the site's queues, limits, applications and properties; a change holds within seconds."`
	MaxFileSize  int64    `conf:"max-file-size" env:"HEDDLE_MAX_FILE_SIZE" default:"68719476736" doc:"Bytes that a file may have that a job's process writes; who writes more gets SIGXFSZ. At least 16777216; 0: no limit."`
	MaxProcs     int      `conf:"max-processes" env:"HEDDLE_MAX_PROCESSES" default:"4096" doc:"Processes of a job at once, and threads where the kernel counts; 0: no limit."`
	Cgroup       string   `conf:"cgroup" env:"HEDDLE_CGROUP" doc:"Directory of the control group in which the groups of jobs are made; none: without control groups. Default: this process's own, if it may."`
	URL          string   `conf:"external-url" env:"HEDDLE_EXTERNAL_URL" doc:"Public address, if a proxy is in front."`
	Redis        string   `conf:"redis" env:"HEDDLE_REDIS" secret:"true" doc:"Redis for sessions; if empty, they are kept in this process and end with it."`
	ClientCAs    string   `conf:"client-ca-dir" env:"HEDDLE_CLIENT_CA_DIR" doc:"Directory with the authorities of client certificates and their revocation lists; the own authority counts too."`
	AppNetworks  []string `conf:"app-networks" env:"HEDDLE_APP_NETWORKS" default:"127.0.0.0/8,::1/128" doc:"Networks in which programs that join the gateway may listen (docs/mini-apps.md)."`
	Federation   string   `conf:"federation" env:"HEDDLE_FEDERATION" doc:"YAML file with the OpenID providers that people can sign in at (docs/federation.md); empty: none."`
	Durability   string   `conf:"durability" env:"HEDDLE_DURABILITY" default:"standard" doc:"standard: on disk within 250 ms, so that only a power loss can cost anything; always: before each answer, about thirty times slower."`

	Failures    auth.FailureConfig   `conf:"failures" env:"HEDDLE_FAILURES"`
	Core4Tokens auth.Core4Config     `conf:"core4" env:"HEDDLE_CORE4"`
	Core4       gateway.Core4Config  `conf:"core4" env:"HEDDLE_CORE4"`
	Ecflow      gateway.EcflowConfig `conf:"ecflow" env:"HEDDLE_ECFLOW"`
	Mail        auth.MailConfig      `conf:"mail" env:"HEDDLE_MAIL"`
	Carry       files.CarryConfig    `conf:"carry" env:"HEDDLE_CARRY"`
	Outbound    outbound.Config      `conf:"outbound" env:"HEDDLE_OUTBOUND"`

	LogLevel     string `conf:"log-level" env:"HEDDLE_LOG_LEVEL" default:"warn" doc:"What to log: debug, info, warn or error."`
	LogFormat    string `conf:"log-format" env:"HEDDLE_LOG_FORMAT" default:"text" doc:"How to log: text or json."`
	OTLPEndpoint string `conf:"otlp-endpoint" env:"HEDDLE_OTLP_ENDPOINT" doc:"URL of an OTLP/HTTP collector for traces; none if empty."`
}

// Validate says what is wrong with the configuration, naming the option.
func (c Config) Validate() error {
	var errs []error
	if len(c.Listen) == 0 {
		errs = append(errs, errors.New("listen: an address is needed"))
	}
	if c.Demo {
		for _, l := range append([]string{c.NATSListen}, c.Listen...) {
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
