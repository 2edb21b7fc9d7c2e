package auth

import (
	"cmp"
	"errors"
	"log/slog"
	"net/url"
	"runtime"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

// Config is how the service is set up. The zero Config works.
type Config struct {
	Issuer          string        `conf:"issuer" env:"HEDDLE_ISSUER" default:"http://127.0.0.1:8080" doc:"The public address of the gateway, which access tokens name as their issuer."`
	TokenLifetime   time.Duration `conf:"token-lifetime" env:"HEDDLE_TOKEN_LIFETIME" default:"1h" doc:"How long an access token is valid."`
	PasswordWorkers int           `conf:"password-workers" env:"HEDDLE_PASSWORD_WORKERS" doc:"Passwords checked at once, each with 19 MiB of memory; 0: one for each processor."`
	PasswordQueue   int           `conf:"password-queue" env:"HEDDLE_PASSWORD_QUEUE" doc:"Logins that may wait for a worker before others are turned away; 0: 32 for each worker."`
	Replicas        int           `conf:"replicas" env:"HEDDLE_REPLICAS" default:"1" doc:"Servers that keep each stream."`
	Demo            bool          `conf:"demo" env:"HEDDLE_DEMO" doc:"Make the demo's users and its OAuth client."`

	// DataDir is where the read model is kept, in auth/; it can be deleted at
	// any time. Default: .heddle
	DataDir string
	// Seed is made where it does not exist, beside that of Demo.
	Seed Seed
}

// Deps is what the service needs from the process it runs in.
type Deps struct {
	NATS *nats.Conn
	Log  *slog.Logger
	// Now is the clock; nil: time.Now.
	Now func() time.Time
	// FirstPassword is told, once, the name and password of the operator that
	// is made if there is no user at all and nothing to seed. It must show
	// them to a person and must not log them; nil: no operator is made.
	FirstPassword func(name, password string)
}

// Validate says what is wrong with the configuration.
func (c Config) Validate() error {
	var errs []error
	if u, err := url.Parse(c.Issuer); c.Issuer != "" && (err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http")) {
		errs = append(errs, errors.New("issuer must be an http or https address"))
	}
	if c.TokenLifetime < 0 || c.TokenLifetime > 0 && c.TokenLifetime < time.Second {
		errs = append(errs, errors.New("token-lifetime must be at least a second"))
	}
	if c.PasswordWorkers < 0 || c.PasswordQueue < 0 || c.Replicas < 0 {
		errs = append(errs, errors.New("password-workers, password-queue and replicas must not be negative"))
	}
	return errors.Join(errs...)
}

// filled puts the defaults where nothing is set.
func (c Config) filled() Config {
	c.Issuer = cmp.Or(c.Issuer, "http://127.0.0.1:8080")
	c.DataDir = cmp.Or(c.DataDir, ".heddle")
	c.TokenLifetime = cmp.Or(c.TokenLifetime, time.Hour)
	c.PasswordWorkers = cmp.Or(c.PasswordWorkers, runtime.GOMAXPROCS(0))
	c.PasswordQueue = cmp.Or(c.PasswordQueue, 32*c.PasswordWorkers)
	return c
}
