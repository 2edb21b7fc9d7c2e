package app

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/revokedtoken"
)

func revokedTokens() es.Decider[revokedtoken.Token, revokedtoken.Revoke, revokedtoken.Revoked] {
	return es.Decider[revokedtoken.Token, revokedtoken.Revoke, revokedtoken.Revoked]{Decide: revokedtoken.Decide, Evolve: revokedtoken.Evolve,
		Codec: es.Codec[revokedtoken.Revoked]{Encode: revokedtoken.Encode, Decode: revokedtoken.Decode}}
}

// RevokeToken ends one access token, as oauth.Standing asks for it.
func (a *App) RevokeToken(ctx context.Context, user, jti string, expires time.Time) error {
	_, err := handle(ctx, a, revokedTokens(), authapi.TokenTopic(user, jti), "token/"+jti, revokedtoken.Revoke{Expires: expires})
	return err
}
