package auth

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/es/esnats"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/app"
	"github.com/heddle-dev/heddle/services/auth/internal/assertion"
	"github.com/heddle-dev/heddle/services/auth/internal/clientauth"
	"github.com/heddle-dev/heddle/services/auth/internal/federation"
	"github.com/heddle-dev/heddle/services/auth/internal/flow"
	"github.com/heddle-dev/heddle/services/auth/internal/flow/memory"
	"github.com/heddle-dev/heddle/services/auth/internal/flow/redis"
	"github.com/heddle-dev/heddle/services/auth/internal/key"
	"github.com/heddle-dev/heddle/services/auth/internal/mail"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
	"github.com/heddle-dev/heddle/services/auth/internal/password"
	"github.com/heddle-dev/heddle/services/auth/internal/throttle"
	"github.com/heddle-dev/heddle/services/auth/internal/token"
	"github.com/heddle-dev/heddle/services/auth/internal/vault"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// diracLifetime is that of DIRAC's tokens, and of what is granted in its form.
const diracLifetime = 24 * time.Hour

// parts are what a replica stands on.
type parts struct {
	store *esnats.Store
	view  *view.View
	vault *vault.Vault
	flow  flow.Store
	post  *mail.Post
}

// openFlow returns the short-lived state and what closes it.
func (s *Service) openFlow() (flow.Store, func(), error) {
	if s.cfg.Redis == "" {
		return memory.New(s.deps.Now), func() {}, nil
	}
	store, err := redis.Open(s.cfg.Redis)
	if err != nil {
		return nil, nil, fmt.Errorf("auth: %w", err)
	}
	return store, func() { _ = store.Close() }, nil
}

// assemble makes the use cases and the protocol of the parts.
func (s *Service) assemble(ctx context.Context, p parts) (*app.App, authapi.OAuth, error) {
	var secrets token.Secrets
	if err := s.persist(ctx, "the secrets", func(ctx context.Context) (err error) {
		secrets, err = token.TakeSecrets(ctx, p.vault)
		return unavailable(err)
	}); err != nil {
		return nil, nil, err
	}
	providers, err := federation.Load(s.cfg.Federation)
	if err != nil {
		return nil, nil, fmt.Errorf("auth: %w", err)
	}
	secrets, err = s.cfg.Core4.secrets(secrets)
	if err != nil {
		return nil, nil, fmt.Errorf("auth: %w", err)
	}
	ring := token.NewRing(p.vault)
	mint := token.NewMint(s.cfg.Issuer, ring, secrets, s.deps.Now)
	a := app.New(app.Deps{
		Store: p.store, Timers: p.store, Log: s.deps.Log, View: p.view, Vault: p.vault, Flow: p.flow, Mint: mint, Ring: ring, Now: s.deps.Now,
		Gate:     password.NewGate(s.cfg.PasswordWorkers, s.cfg.PasswordQueue),
		Throttle: throttle.New(p.flow, s.cfg.Failures.passwords()),
		Resets:   throttle.New(p.flow, s.cfg.Failures.letters()), Post: p.post,
		Upstreams: federation.New(providers, federation.Options{Issuer: s.cfg.Issuer, Now: s.deps.Now}),
		Config: app.Config{
			Issuer: s.cfg.Issuer, Setups: s.cfg.Setups, TokenLifetime: s.cfg.TokenLifetime,
			Core4Lifetime: s.cfg.Core4.TokenLifetime, ResetLifetime: s.cfg.Core4.ResetLifetime,
			KeyPlan: key.Plan{Lifetime: s.cfg.KeyLifetime, Notice: s.cfg.KeyNotice, Overlap: s.cfg.KeyOverlap},
			KeyRules: app.APIKeyRules{Scopes: s.cfg.APIKeyScopes, Lifetime: s.cfg.APIKeyLifetime,
				Longest: s.cfg.APIKeyMaxLifetime, Most: s.cfg.APIKeysPerUser},
		},
	})
	return a, s.protocol(a, p.view, mint, p.flow), nil
}

// protocol is the authorization server over the use cases.
func (s *Service) protocol(a *app.App, read *view.View, mint *token.Mint, store flow.Store) authapi.OAuth {
	clients, at := app.NewClients(a), strings.TrimSuffix(s.cfg.Issuer, "/")
	return exchanger{read, oauth.New(oauth.Needs{
		Config: oauth.Config{
			Issuer: s.cfg.Issuer, Setups: s.cfg.Setups, CodeLifetime: s.cfg.CodeLifetime, DeviceLifetime: s.cfg.DeviceLifetime,
			GrantLifetime: s.cfg.GrantLifetime, AccessLifetime: s.cfg.TokenLifetime, DIRACLifetime: diracLifetime,
		},
		Clients: clients, Users: app.NewUsers(a), Grants: app.NewGrants(a), Standing: app.NewStanding(a),
		Minter: mint, Opener: mint, Store: store, Guesses: throttle.New(store, s.cfg.Failures.codes()), Now: s.deps.Now,
		Auth: clientauth.New(clientauth.Needs{
			Clients: clients, Assertions: assertion.Clients{}, Store: store, Failures: throttle.New(store, s.cfg.Failures.secrets()),
			Audiences: []string{s.cfg.Issuer, at + "/auth/token", at + "/oauth2/token"}, Now: s.deps.Now,
		}),
	})}
}
