package run

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"
)

// NATS says how to reach NATS.
type NATS struct {
	URL      string `conf:"url" env:"URL" default:"nats://127.0.0.1:4222" doc:"NATS servers, separated by commas."`
	User     string `conf:"user" env:"USER" doc:"User name at NATS."`
	Password string `conf:"password" env:"PASSWORD" secret:"true" doc:"Password at NATS."`
	Token    string `conf:"token" env:"TOKEN" secret:"true" doc:"Token at NATS."`
	Creds    string `conf:"creds" env:"CREDS" doc:"NATS credentials file (JWT and key)."`
	CA       string `conf:"ca" env:"CA" doc:"Certificates to trust for NATS over TLS, a PEM file."`
}

// Validate refuses two ways to log in.
func (c NATS) Validate() error {
	ways := 0
	for _, way := range []string{c.User, c.Token, c.Creds} {
		if way != "" {
			ways++
		}
	}
	if ways > 1 {
		return errors.New("nats-user, nats-token and nats-creds exclude each other")
	}
	return nil
}

// Connect returns a connection that is made as soon as a server answers and
// made again for ever when it is lost: programs start in any order. Whether it
// stands just now, IsConnected tells.
func Connect(c NATS, name string, log *slog.Logger) (*nats.Conn, error) {
	opts := []nats.Option{
		nats.Name(name),
		nats.Timeout(2 * time.Second),
		nats.RetryOnFailedConnect(true),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(100 * time.Millisecond),
		nats.ReconnectJitter(100*time.Millisecond, 100*time.Millisecond),
		nats.IgnoreAuthErrorAbort(), // accounts may be set up later than we are
		nats.PingInterval(5 * time.Second),
		nats.MaxPingsOutstanding(2), // a server that hangs is noticed within 15 s
		nats.ConnectHandler(func(nc *nats.Conn) { log.Info("connected to NATS", "url", nc.ConnectedUrlRedacted()) }),
		nats.ReconnectHandler(func(nc *nats.Conn) { log.Info("connected to NATS again", "url", nc.ConnectedUrlRedacted()) }),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				log.Warn("NATS is gone", "err", err)
			}
		}),
		nats.ErrorHandler(func(_ *nats.Conn, sub *nats.Subscription, err error) {
			subject := ""
			if sub != nil {
				subject = sub.Subject
			}
			log.Warn("NATS reports an error", "subject", subject, "err", err)
		}),
	}
	nc, err := nats.Connect(c.URL, append(opts, c.login()...)...)
	if err != nil {
		return nil, fmt.Errorf("nats: %w", err)
	}
	return nc, nil
}

func (c NATS) login() []nats.Option {
	var opts []nats.Option
	switch {
	case c.User != "":
		opts = append(opts, nats.UserInfo(c.User, c.Password))
	case c.Token != "":
		opts = append(opts, nats.Token(c.Token))
	case c.Creds != "":
		opts = append(opts, nats.UserCredentials(c.Creds))
	}
	if c.CA != "" {
		opts = append(opts, nats.RootCAs(c.CA))
	}
	return opts
}
