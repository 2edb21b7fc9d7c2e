package auth

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"runtime"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/services/auth/internal/federation"
	"github.com/heddle-dev/heddle/services/auth/internal/mail"
	"github.com/heddle-dev/heddle/services/auth/internal/scope"
	"github.com/heddle-dev/heddle/services/auth/internal/token"
)

// Config is how the service is set up. The zero Config works.
type Config struct {
	Issuer         string        `conf:"issuer" env:"HEDDLE_ISSUER" default:"http://127.0.0.1:8080" doc:"The public address of the gateway, which access tokens name as their issuer."`
	Redis          string        `conf:"redis" env:"HEDDLE_REDIS" secret:"true" doc:"URL of the Redis that keeps sign-ins under way; empty: they are kept in memory, for one replica alone."`
	Setups         []string      `conf:"setups" env:"HEDDLE_SETUPS" default:"Production" doc:"DIRAC's setups; the first is the default."`
	TokenLifetime  time.Duration `conf:"token-lifetime" env:"HEDDLE_TOKEN_LIFETIME" default:"1h" doc:"How long an access token is valid, except in DIRAC's form, where it is a day."`
	GrantLifetime  time.Duration `conf:"grant-lifetime" env:"HEDDLE_GRANT_LIFETIME" default:"720h" doc:"How long what a user allowed an application lives, unless less was chosen."`
	CodeLifetime   time.Duration `conf:"code-lifetime" env:"HEDDLE_CODE_LIFETIME" default:"5m" doc:"How long an authorization code can be redeemed."`
	DeviceLifetime time.Duration `conf:"device-lifetime" env:"HEDDLE_DEVICE_LIFETIME" default:"10m" doc:"How long a device waits for its person."`
	KeyLifetime    time.Duration `conf:"key-lifetime" env:"HEDDLE_KEY_LIFETIME" default:"720h" doc:"How long after a signing key the next one is made."`
	KeyNotice      time.Duration `conf:"key-notice" env:"HEDDLE_KEY_NOTICE" default:"1h" doc:"How long a signing key is published before it signs."`
	KeyOverlap     time.Duration `conf:"key-overlap" env:"HEDDLE_KEY_OVERLAP" default:"25h" doc:"How long a signing key is good after its successor signs; longer than any token lives."`

	APIKeyScopes      []string      `conf:"api-key-scopes" env:"HEDDLE_API_KEY_SCOPES" default:"api:read" doc:"What an API key may do if nothing is asked for."`
	APIKeyLifetime    time.Duration `conf:"api-key-lifetime" env:"HEDDLE_API_KEY_LIFETIME" default:"2160h" doc:"How long an API key is good if nothing is asked for."`
	APIKeyMaxLifetime time.Duration `conf:"api-key-max-lifetime" env:"HEDDLE_API_KEY_MAX_LIFETIME" default:"8760h" doc:"How long an API key can be good."`
	APIKeysPerUser    int           `conf:"api-keys-per-user" env:"HEDDLE_API_KEYS_PER_USER" default:"50" doc:"API keys that one user can have."`

	PasswordWorkers int    `conf:"password-workers" env:"HEDDLE_PASSWORD_WORKERS" doc:"Passwords checked at once, each with 19 MiB of memory; 0: one for every two processors."`
	PasswordQueue   int    `conf:"password-queue" env:"HEDDLE_PASSWORD_QUEUE" doc:"Logins that may wait for a worker before others are turned away; 0: 32 for each worker."`
	Federation      string `conf:"federation" env:"HEDDLE_FEDERATION" doc:"YAML file with the OpenID providers that people can sign in at (docs/federation.md); empty: none."`
	Replicas        int    `conf:"replicas" env:"HEDDLE_REPLICAS" default:"1" doc:"Servers that keep each stream."`
	Demo            bool   `conf:"demo" env:"HEDDLE_DEMO" doc:"Make the demo's users and its OAuth client."`

	Failures FailureConfig `conf:"failures" env:"HEDDLE_FAILURES"`

	Core4 Core4Config `conf:"core4" env:"HEDDLE_CORE4"`
	Mail  MailConfig  `conf:"mail" env:"HEDDLE_MAIL"`

	// DataDir is where the read model is kept, in auth/; it can be deleted at
	// any time. Default: .heddle
	DataDir string
	// Seed is made where it does not exist, beside that of Demo.
	Seed Seed
}

// MailConfig says how mail is sent to users.
type MailConfig = mail.Config

// Core4Config is that of what core4's clients carry.
type Core4Config struct {
	TokenLifetime time.Duration `conf:"token-lifetime" env:"TOKEN_LIFETIME" default:"8h" doc:"core4's api.token.expiration: how long a token of core4's login is valid."`
	ResetLifetime time.Duration `conf:"reset-lifetime" env:"RESET_LIFETIME" default:"8h" doc:"core4's api.reset_password.expiration: how long a link to set a password is valid."`
	TokenSecret   string        `conf:"token-secret" env:"TOKEN_SECRET" secret:"true" doc:"core4's api.token.secret: signs its tokens, 64 bytes or more; empty: a key of Heddle's own."`
	CookieSecret  string        `conf:"cookie-secret" env:"COOKIE_SECRET" secret:"true" doc:"core4's api.setting.cookie_secret: signs its cookies, 32 bytes or more; empty: a key of Heddle's own."`
}

// secrets are ours, or those that are configured.
func (c Core4Config) secrets(own token.Secrets) (token.Secrets, error) {
	for kind, secret := range map[string]string{token.Core4Keys: c.TokenSecret, token.CookieKeys: c.CookieSecret} {
		if secret == "" {
			continue
		}
		var err error
		if own, err = own.With(kind, []byte(secret)); err != nil {
			return own, err
		}
	}
	return own, nil
}

func (c Core4Config) validate() error {
	var errs []error
	for name, s := range map[string]struct {
		secret string
		least  int
	}{"core4-token-secret": {c.TokenSecret, 64}, "core4-cookie-secret": {c.CookieSecret, 32}} {
		if s.secret != "" && len(s.secret) < s.least {
			errs = append(errs, fmt.Errorf("%s must have %d bytes or more", name, s.least))
		}
	}
	return errors.Join(errs...)
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

// maxCode bounds the life of a code: the replay of one is noticed for a day.
const maxCode = 10 * time.Minute

// Validate says what is wrong with the configuration.
func (c Config) Validate() error {
	var errs []error
	if u, err := url.Parse(c.Issuer); c.Issuer != "" && (err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http")) {
		errs = append(errs, errors.New("issuer must be an http or https address"))
	}
	for name, d := range map[string]time.Duration{"token-lifetime": c.TokenLifetime, "grant-lifetime": c.GrantLifetime,
		"code-lifetime": c.CodeLifetime, "device-lifetime": c.DeviceLifetime, "key-lifetime": c.KeyLifetime, "key-notice": c.KeyNotice,
		"api-key-lifetime": c.APIKeyLifetime, "api-key-max-lifetime": c.APIKeyMaxLifetime,
		"core4-token-lifetime": c.Core4.TokenLifetime, "core4-reset-lifetime": c.Core4.ResetLifetime,
		"failures-window": c.Failures.Window} {
		if d < 0 || d > 0 && d < time.Second {
			errs = append(errs, fmt.Errorf("%s must be at least a second", name))
		}
	}
	if c.CodeLifetime > maxCode {
		errs = append(errs, fmt.Errorf("code-lifetime must be at most %s (RFC 6749, section 4.1.2)", maxCode))
	}
	errs = append(errs, c.filled().keys())
	if c.PasswordWorkers < 0 || c.PasswordQueue < 0 || c.Replicas < 0 {
		errs = append(errs, errors.New("password-workers, password-queue and replicas must not be negative"))
	}
	if _, err := federation.Load(c.Federation); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(append(errs, c.Core4.validate(), c.Failures.validate(), c.Mail.Validate())...)
}

// keys says what is wrong with how keys live.
func (c Config) keys() error {
	var errs []error
	if longest := max(c.TokenLifetime, diracLifetime); c.KeyOverlap < longest+time.Minute {
		errs = append(errs, fmt.Errorf("key-overlap must be a minute longer than the longest token lives, which is %v", longest))
	}
	if c.KeyNotice >= c.KeyLifetime {
		errs = append(errs, errors.New("key-notice must be shorter than key-lifetime"))
	}
	if c.APIKeyLifetime > c.APIKeyMaxLifetime {
		errs = append(errs, errors.New("api-key-lifetime must not be longer than api-key-max-lifetime"))
	}
	if c.APIKeysPerUser < 0 {
		errs = append(errs, errors.New("api-keys-per-user must not be negative"))
	}
	if err := scope.Known(c.APIKeyScopes); err != nil {
		errs = append(errs, fmt.Errorf("api-key-scopes: %w", err))
	}
	return errors.Join(errs...)
}

// filled puts the defaults where nothing is set.
func (c Config) filled() Config {
	c.Issuer = cmp.Or(c.Issuer, "http://127.0.0.1:8080")
	c.DataDir = cmp.Or(c.DataDir, ".heddle")
	if len(c.Setups) == 0 {
		c.Setups = []string{"Production"}
	}
	c.TokenLifetime = cmp.Or(c.TokenLifetime, time.Hour)
	c.GrantLifetime = cmp.Or(c.GrantLifetime, 30*24*time.Hour)
	c.CodeLifetime = cmp.Or(c.CodeLifetime, 5*time.Minute)
	c.DeviceLifetime = cmp.Or(c.DeviceLifetime, 10*time.Minute)
	c.KeyLifetime = cmp.Or(c.KeyLifetime, 30*24*time.Hour)
	c.KeyNotice = cmp.Or(c.KeyNotice, time.Hour)
	c.KeyOverlap = cmp.Or(c.KeyOverlap, 25*time.Hour)
	if len(c.APIKeyScopes) == 0 {
		c.APIKeyScopes = []string{scope.APIRead}
	}
	c.APIKeyLifetime = cmp.Or(c.APIKeyLifetime, 90*24*time.Hour)
	c.APIKeyMaxLifetime = cmp.Or(c.APIKeyMaxLifetime, 365*24*time.Hour)
	c.APIKeysPerUser = cmp.Or(c.APIKeysPerUser, 50)
	c.Core4.TokenLifetime = cmp.Or(c.Core4.TokenLifetime, 8*time.Hour)
	c.Core4.ResetLifetime = cmp.Or(c.Core4.ResetLifetime, 8*time.Hour)
	c.Failures = c.Failures.filled()
	c.Mail.From = cmp.Or(c.Mail.From, "heddle@localhost")
	// The other half of the processors is for those who are signed in.
	c.PasswordWorkers = cmp.Or(c.PasswordWorkers, max(1, runtime.GOMAXPROCS(0)/2))
	c.PasswordQueue = cmp.Or(c.PasswordQueue, 32*c.PasswordWorkers)
	return c
}
