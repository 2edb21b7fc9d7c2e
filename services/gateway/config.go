package gateway

import (
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/outbound"
	"github.com/heddle-dev/heddle/services/gateway/internal/notify"
	"github.com/heddle-dev/heddle/services/gateway/internal/session"
	"github.com/heddle-dev/heddle/services/gateway/internal/session/memory"
	"github.com/heddle-dev/heddle/services/gateway/internal/session/redis"
)

// Config is how a replica is set up. The zero Config, with a data directory,
// works.
type Config struct {
	Listen         []string `conf:"listen" env:"HEDDLE_LISTEN" default:"127.0.0.1:8080" doc:"Addresses for HTTP and HTTPS, both on each."`
	ExternalURL    string   `conf:"external-url" env:"HEDDLE_EXTERNAL_URL" doc:"How clients reach the gateway; empty: as the request says."`
	TrustForwarded bool     `conf:"trust-forwarded" env:"HEDDLE_TRUST_FORWARDED" doc:"A proxy in front sets the X-Forwarded headers and lets no client set them."`
	Issuer         string   `conf:"issuer" env:"HEDDLE_ISSUER" default:"http://127.0.0.1:8080" doc:"What access tokens name as their issuer; the same for auth."`
	Site           string   `conf:"site" env:"HEDDLE_SITE" default:"DEMO-SITE" doc:"Name of the UNICORE site: the first part of its addresses."`

	UnicoreSites []string `conf:"unicore-sites" env:"HEDDLE_UNICORE_SITES" doc:"Names of further sites at UNICORE's door, each at an address of its own; jobs that are submitted there go to the runners of that site."`

	UnicoreMethods []string `conf:"unicore-methods" env:"HEDDLE_UNICORE_METHODS" default:"password,oidc,jwt,x509" doc:"How users of UNICORE's door may prove who they are: password, oidc (access tokens and API keys), jwt (signed by users or sites), x509."`

	PublicSetups []string `conf:"public-setups" env:"HEDDLE_PUBLIC_SETUPS" doc:"DIRAC's setups that everybody is told of; empty: who is signed in is told their own."`

	DiracOwnOnly       bool `conf:"dirac-own-jobs-only" env:"HEDDLE_DIRAC_OWN_JOBS_ONLY" doc:"Keep the jobs of others out of sight at DIRAC's door; otherwise all its users see whose jobs there are, their names, sites and statuses, and never their manifests and files."`
	DiracMaxParametric int  `conf:"dirac-max-parametric" env:"HEDDLE_DIRAC_MAX_PARAMETRIC" default:"20" doc:"Most jobs of one parametric manifest, at most 500."`

	Redis           string        `conf:"redis" env:"HEDDLE_REDIS" secret:"true" doc:"URL of the Redis that keeps sessions; empty: they are kept in memory, for one replica alone."`
	SessionLifetime time.Duration `conf:"session-lifetime" env:"HEDDLE_SESSION_LIFETIME" default:"8h" doc:"How long a session lives."`

	TLSCert  string   `conf:"tls-cert" env:"HEDDLE_TLS_CERT" doc:"Certificate file (PEM); empty: one of an own authority in the data directory."`
	TLSKey   string   `conf:"tls-key" env:"HEDDLE_TLS_KEY" doc:"Key file of the certificate (PEM)."`
	TLSNames []string `conf:"tls-names" env:"HEDDLE_TLS_NAMES" doc:"Names and addresses that the own certificate is for, beside localhost."`

	ClientCertificates string   `conf:"client-certificates" env:"HEDDLE_CLIENT_CERTIFICATES" default:"ask" doc:"Whether clients are asked for a certificate when they connect: ask or off. None is ever required."`
	ClientCADir        string   `conf:"client-ca-dir" env:"HEDDLE_CLIENT_CA_DIR" doc:"Directory with the authorities of client certificates (*.pem, *.crt, *.0) and their revocation lists (*.crl, *.r0), read again every minute; the own authority counts too."`
	TrustClientHeader  string   `conf:"trust-client-certificate-header" env:"HEDDLE_TRUST_CLIENT_CERTIFICATE_HEADER" doc:"Header in which balancers send the certificate that they were shown, such as Client-Cert (RFC 9440); empty: none is believed."`
	Balancers          []string `conf:"balancers" env:"HEDDLE_BALANCERS" doc:"Addresses or networks of the balancers whose header is believed."`

	AppNetworks []string `conf:"app-networks" env:"HEDDLE_APP_NETWORKS" default:"127.0.0.0/8,::1/128" doc:"Networks in which programs that join the gateway may listen (docs/mini-apps.md)."`

	Outbound outbound.Config `conf:"outbound" env:"HEDDLE_OUTBOUND"`
	Notify   notify.Config   `conf:"notify" env:"HEDDLE_NOTIFY"`

	MaxConnections int           `conf:"max-connections" env:"HEDDLE_MAX_CONNECTIONS" default:"10000" doc:"Connections open at once; more are turned away."`
	Drain          time.Duration `conf:"drain" env:"HEDDLE_DRAIN" default:"10s" doc:"How long requests under way may take at the end."`
	Replicas       int           `conf:"replicas" env:"HEDDLE_REPLICAS" default:"1" doc:"Servers that keep each stream; the same for every service."`

	Demo   bool         `conf:"demo" env:"HEDDLE_DEMO" doc:"Serve the examples of core4's and of DIRAC's manuals too."`
	Core4  Core4Config  `conf:"core4" env:"HEDDLE_CORE4"`
	Ecflow EcflowConfig `conf:"ecflow" env:"HEDDLE_ECFLOW"`

	// DataDir is this replica's own; the authority and certificate are in its tls.
	DataDir string
	Version string // of this program
}

// Core4Config is that of core4's door.
type Core4Config struct {
	TokenRefresh  time.Duration `conf:"token-refresh" env:"TOKEN_REFRESH" default:"1h" doc:"core4's api.token.refresh: whoever comes with a token older than this gets a new one."`
	LoginRedirect string        `conf:"login-redirect" env:"LOGIN_REDIRECT" default:"auto" doc:"core4's api.login_redirect: who is not signed in is sent to the login page: auto (browsers), always or never."`
	AllowOrigin   string        `conf:"allow-origin" env:"ALLOW_ORIGIN" default:"*" doc:"core4's api.allow_origin: the pages that may read answers, without cookies."`
	Settings      string        `conf:"settings" env:"SETTINGS" doc:"A YAML file with core4's tree of settings: those of section api.setting (debug, compress_response), and of containers and handlers below their qualified names. CORE4_OPTION_a__b=x in the environment sets one."`
	Contact       string        `conf:"contact" env:"CONTACT" doc:"core4's store.default.contact: whom people may ask, on pages of errors."`
	AvatarLimit   int           `conf:"avatar-limit" env:"AVATAR_LIMIT" default:"262144" doc:"Bytes that a user's picture at core4's door may have, at most 786432."`
	Jobs          string        `conf:"jobs" env:"JOBS" doc:"YAML file with the kinds of jobs that core4's clients may start by name (docs/design/core4.md); empty: none, or with --demo those of the demonstration."`

	Channels Core4ChannelsConfig `conf:"channels" env:"CHANNELS"`
}

// Core4ChannelsConfig is that of core4's websockets.
type Core4ChannelsConfig struct {
	Permissions bool          `conf:"permissions" env:"PERMISSIONS" doc:"Who listens or speaks in a channel other than queue needs the permission app://channel/NAME."`
	Keep        int           `conf:"keep" env:"KEEP" default:"10000" doc:"Messages that are kept, the newest, in 64 MiB at most."`
	Age         time.Duration `conf:"age" env:"AGE" default:"720h" doc:"How long messages are kept."`
	Frame       int           `conf:"frame" env:"FRAME" default:"16384" doc:"Bytes that a frame of a client may have, at most 131072."`
	Max         int           `conf:"max" env:"MAX" default:"100" doc:"Channels that one websocket may listen to."`
	Connections int           `conf:"connections" env:"CONNECTIONS" default:"20" doc:"Websockets of one user at one gateway."`
	Rate        int           `conf:"rate" env:"RATE" default:"120" doc:"Messages that one user may send in a minute at one gateway."`
	Burst       int           `conf:"burst" env:"BURST" default:"30" doc:"Messages of those that may come at once."`
	Buffer      int           `conf:"buffer" env:"BUFFER" default:"256" doc:"Frames that wait for a client, which is then cut off (1013)."`
	Interval    time.Duration `conf:"queue-interval" env:"QUEUE_INTERVAL" default:"3s" doc:"core4's event.queue_interval: how often the channel queue looks for a change."`
	Ping        time.Duration `conf:"ping" env:"PING" default:"30s" doc:"Between two pings, and how long their answer may take."`
}

// EcflowConfig is that of ecFlow's door.
type EcflowConfig struct {
	TokensFile string `conf:"tokens-file" env:"TOKENS_FILE" doc:"List of tokens, looked at every 20 seconds; empty: what ECF_RESTAPI_TOKENS_FILE, ECF_RESTAPI_TOKEN_FILE or ECF_API_TOKEN_FILE name, else api-tokens.json in the working directory."`
	ProxyUser  string `conf:"proxy-user" env:"PROXY_USER" default:"ecflow_http" doc:"The user that the engine sees where a token of the list is shown."`
	AuthGet    bool   `conf:"auth-get" env:"AUTH_GET" doc:"Reading needs credentials, too."`
	PlainHTTP  string `conf:"plain-http" env:"PLAIN_HTTP" default:"demo" doc:"Who may change things without TLS: never anybody, loopback (users of this machine), or demo (loopback with --demo, else never)."`
	Engine     string `conf:"engine" env:"ENGINE" default:"localhost:3141" doc:"Host and port of the engine, as clients are told."`
}

// Deps is what the gateway needs of the process it runs in.
type Deps struct {
	NATS *nats.Conn
	Log  *slog.Logger
	// Metrics is served to operators at /metrics; nil: not at all.
	Metrics http.Handler
	Now     func() time.Time // nil: time.Now
}

// openSessions returns the store and what closes it.
func (s *Service) openSessions() (session.Store, func(), error) {
	if s.cfg.Redis == "" {
		return memory.New(s.deps.Now), func() {}, nil
	}
	store, err := redis.Open(s.cfg.Redis, s.deps.Now)
	if err != nil {
		return nil, nil, fmt.Errorf("gateway: %w", err)
	}
	return store, func() { _ = store.Close() }, nil
}
