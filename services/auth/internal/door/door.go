// Package door puts the auth service on NATS: its endpoints, each behind its
// access rule, in the queue group that all replicas share. It is separate so
// that app knows no transport.
package door

import (
	"context"
	"log/slog"
	"slices"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// Service is what stands behind the door.
type Service interface {
	authapi.Service
	authapi.Accounts
	authapi.Admin
	authapi.Audit
	authapi.Core4
	authapi.Credentials
	authapi.Profiles
	authapi.Standing
	authapi.APIKeys
	authapi.Grants
	authapi.Federation
}

// Open starts to answer requests.
func Open(ctx context.Context, nc *nats.Conn, log *slog.Logger, s Service, protocol authapi.OAuth) (*natsrpc.Server, error) {
	return natsrpc.Serve(ctx, nc, natsrpc.Config{Name: "auth", Log: log}, slices.Concat(
		authapi.Endpoints(s, s),
		authapi.AdminEndpoints(s),
		authapi.AuditEndpoints(s),
		authapi.Core4Endpoints(s),
		authapi.CredentialsEndpoints(s),
		authapi.ProfilesEndpoints(s),
		authapi.StandingEndpoints(s),
		authapi.FederationEndpoints(s),
		authapi.OAuthEndpoints(protocol),
		authapi.APIKeysEndpoints(s),
		authapi.GrantsEndpoints(s),
	))
}
