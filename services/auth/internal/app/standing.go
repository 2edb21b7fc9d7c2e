package app

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
)

// Revocations implements authapi.Standing.
func (a *App) Revocations(ctx context.Context, _ authapi.Empty) (authapi.Revocations, error) {
	if err := a.View.Fresh(ctx); err != nil {
		return authapi.Revocations{}, problem(err)
	}
	out, err := a.View.Revocations(ctx, a.Now())
	return out, problem(err)
}

// Standing implements oauth.Standing.
type Standing struct{ app *App }

var _ oauth.Standing = Standing{}

// NewStanding tells what still stands.
func NewStanding(a *App) Standing { return Standing{a} }

// Over implements oauth.Standing.
func (s Standing) Over(ctx context.Context, f who.Facts) (bool, error) {
	if err := s.app.View.Fresh(ctx); err != nil {
		return false, problem(err)
	}
	over, err := s.app.View.Over(ctx, f)
	return over, problem(err)
}

// RevokeToken implements oauth.Standing.
func (s Standing) RevokeToken(ctx context.Context, user, jti string, expires time.Time) error {
	return s.app.RevokeToken(ctx, user, jti, expires)
}
