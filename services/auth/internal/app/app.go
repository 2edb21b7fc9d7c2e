// Package app is the auth service's use cases: each looks up what a decision
// needs, has the domain decide through es.Handle, and answers from the view.
// It knows neither HTTP nor NATS.
package app

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/pkg/who/remember"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/federation"
	"github.com/heddle-dev/heddle/services/auth/internal/flow"
	"github.com/heddle-dev/heddle/services/auth/internal/key"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
	"github.com/heddle-dev/heddle/services/auth/internal/password"
	"github.com/heddle-dev/heddle/services/auth/internal/throttle"
	"github.com/heddle-dev/heddle/services/auth/internal/token"
	"github.com/heddle-dev/heddle/services/auth/internal/vault"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// Vault keeps the secrets that events only name.
type Vault interface {
	PutPassword(ctx context.Context, phc string) (credential string, err error)
	Password(ctx context.Context, credential string) (phc string, err error)
	Forget(ctx context.Context, credential string) error
	SigningEntries(ctx context.Context) (oldestFirst []vault.Entry, err error)
	AddSigningKey(ctx context.Context, newest int, secret []byte) (added bool, err error)
	ForgetSigningKey(ctx context.Context, number int) error
	PutHash(ctx context.Context, kind, id string, sum []byte) error
	Hash(ctx context.Context, kind, id string) (sum []byte, err error)
	Hashes(ctx context.Context, kind string) (ids []string, err error)
	ForgetHash(ctx context.Context, kind, id string) error
}

// Deps is what the use cases stand on.
type Deps struct {
	Store    es.Store
	Timers   es.Timers
	View     *view.View
	Vault    Vault
	Gate     *password.Gate
	Mint     *token.Mint
	Ring     *token.Ring        // that Mint signs with
	Flow     flow.Store         // what lives for minutes
	Throttle *throttle.Throttle // of passwords
	Log      *slog.Logger
	Resets   *throttle.Throttle // of links to set one
	Post     Post
	// Upstreams are the providers that people sign in at; nil: none.
	Upstreams *federation.Providers
	Config
	Now func() time.Time
}

// Config is what an operator sets.
type Config struct {
	Issuer        string
	Setups        []string      // of DIRAC; the first is the default
	TokenLifetime time.Duration // of the access tokens of a login
	KeyPlan       key.Plan      // of the signing keys
	KeyRules      APIKeyRules
	Core4Lifetime time.Duration // of the tokens of core4's login
	ResetLifetime time.Duration // of links to set a password
}

// App implements authapi.Service, Accounts, Credentials, Standing and Federation.
type App struct {
	Deps
	proofs  *password.Proofs
	flights flights                          // of passwords
	hashes  *remember.Memory[string, []byte] // of clients' secrets, by credential
	uses    *uses                            // of API keys

	principals  view.Memo[who.Principal] // of Users.Identity
	memberships view.Memo[[]oauth.Group] // of Users.Groups

	ringing sync.Mutex // one at a time tells the ring
}

var (
	_ authapi.Service     = (*App)(nil)
	_ authapi.Accounts    = (*App)(nil)
	_ authapi.Credentials = (*App)(nil)
	_ authapi.Standing    = (*App)(nil)
	_ authapi.Federation  = (*App)(nil)
)

// maxHashes bounds the hashes in memory.
const maxHashes = 10_000

// New returns the use cases.
func New(d Deps) *App {
	if d.Upstreams == nil {
		d.Upstreams = federation.New(nil, federation.Options{Issuer: d.Issuer, Now: d.Now})
	}
	return &App{Deps: d, proofs: password.NewProofs(d.Now), hashes: remember.New[string, []byte](maxHashes, d.Now), uses: newUses()}
}
