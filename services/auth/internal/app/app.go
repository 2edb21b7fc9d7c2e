// Package app is the auth service's use cases: each looks up what a decision
// needs, has the domain decide through es.Handle, and answers from the view.
// It knows neither HTTP nor NATS.
package app

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/password"
	"github.com/heddle-dev/heddle/services/auth/internal/token"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// Vault keeps the secrets that events only name.
type Vault interface {
	PutPassword(ctx context.Context, phc string) (credential string, err error)
	Password(ctx context.Context, credential string) (phc string, err error)
	Forget(ctx context.Context, credential string) error
	SigningKeys(ctx context.Context) (oldestFirst [][]byte, err error)
	AddSigningKey(ctx context.Context, have int, secret []byte) (added bool, err error)
}

// Deps is what the use cases stand on.
type Deps struct {
	Store  es.Store
	View   *view.View
	Vault  Vault
	Gate   *password.Gate
	Signer *token.Signer
	Now    func() time.Time
}

// App implements authapi.Service and authapi.Accounts.
type App struct {
	Deps
	proofs *password.Proofs
}

var (
	_ authapi.Service  = (*App)(nil)
	_ authapi.Accounts = (*App)(nil)
)

// New returns the use cases.
func New(d Deps) *App { return &App{Deps: d, proofs: password.NewProofs(d.Now)} }
