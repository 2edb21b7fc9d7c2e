package gateway

import (
	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// reach is the services over a connection. None of them need be there yet.
func reach(nc *nats.Conn) backend.Backend {
	auth, files := authapi.NewClient(nc), filesapi.NewClient(nc)
	return backend.Backend{
		Auth: auth, Accounts: auth, Jobs: jobsapi.NewClient(nc),
		Files: files, Bytes: filesapi.NewMover(files, nil),

		Credentials: authapi.NewCredentialsRPC(nc), OAuth: authapi.NewOAuthRPC(nc), Standing: authapi.NewStandingRPC(nc),
		Federation: authapi.NewFederationRPC(nc), Core4: authapi.NewCore4RPC(nc), APIKeys: authapi.NewAPIKeysRPC(nc),
		Grants: authapi.NewGrantsRPC(nc), Audit: authapi.NewAuditRPC(nc),
		Profiles: authapi.NewProfilesRPC(nc), Admin: authapi.NewAdminRPC(nc),
	}
}
