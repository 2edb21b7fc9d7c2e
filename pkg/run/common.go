package run

import (
	"errors"
	"fmt"
	"log/slog"
)

// Common is what every daemon can be told. Embed it in the daemon's
// configuration.
type Common struct {
	NATS         NATS   `conf:"nats" env:"HEDDLE_NATS"`
	Data         string `conf:"data" env:"HEDDLE_DATA" default:"./.heddle" doc:"Directory for what the program keeps."`
	LogLevel     string `conf:"log-level" env:"HEDDLE_LOG_LEVEL" default:"info" doc:"What to log: debug, info, warn or error."`
	LogFormat    string `conf:"log-format" env:"HEDDLE_LOG_FORMAT" default:"text" doc:"How to log: text or json."`
	HealthListen string `conf:"health-listen" env:"HEDDLE_HEALTH_LISTEN" doc:"Address of /livez, /readyz and /metrics; none if empty."`
	OTLPEndpoint string `conf:"otlp-endpoint" env:"HEDDLE_OTLP_ENDPOINT" doc:"URL of an OTLP/HTTP collector for traces; none if empty."`
	Healthcheck  bool   `conf:"healthcheck" doc:"Ask the program that runs with this configuration whether it is ready, and exit with 0 or 1."`
}

// common lets Execute find the embedded struct.
func (c *Common) common() *Common { return c }

// Config is a pointer to a struct that embeds Common.
type Config interface{ common() *Common }

// Validate names what is wrong.
func (c *Common) Validate() error {
	var errs []error
	if _, err := c.level(); err != nil {
		errs = append(errs, fmt.Errorf("log-level must be debug, info, warn or error, not %q", c.LogLevel))
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		errs = append(errs, fmt.Errorf("log-format must be text or json, not %q", c.LogFormat))
	}
	if c.Healthcheck && c.HealthListen == "" {
		errs = append(errs, errors.New("healthcheck needs health-listen"))
	}
	return errors.Join(errs...)
}

func (c *Common) level() (slog.Level, error) {
	var l slog.Level
	err := l.UnmarshalText([]byte(c.LogLevel))
	return l, err
}
