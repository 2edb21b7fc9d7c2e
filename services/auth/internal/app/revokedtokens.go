package app

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/revokedtoken"
)

// RevokeToken ends one access token, as oauth.Standing asks for it.
func (a *App) RevokeToken(ctx context.Context, user, jti string, expires time.Time) error {
	_, err := handle(ctx, a, revokedTokens, authapi.TokenTopic(user, jti), "token/"+jti, revokedtoken.Revoke{Expires: expires})
	return err
}
