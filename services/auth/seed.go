package auth

import (
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/app"
)

// Seed is who is there from the start: groups, users and OAuth clients. What
// exists already, whatever became of it, stays as it is.
type Seed = app.Seed

// DemoSeed is who takes part in the demo. Its passwords are public: it must
// only be used where nobody else can reach the gateway.
func DemoSeed() Seed {
	users := []string{"users"}
	return Seed{
		Groups: users,
		Users: []authapi.RegisterRequest{
			{Name: "demouser", Password: "test123", Groups: users},
			{Name: "alice", Password: "alice123", Groups: users},
			{Name: "admin", Password: "hans", Groups: users, Roles: []string{"operator"}},
		},
		Clients: []authapi.OAuthClient{{
			ID: "demo-client", Name: "Demo client", Public: true,
			Redirects: []string{"http://127.0.0.1:9999/callback"},
			Grants:    []string{"authorization_code", "refresh_token", "device_code"},
		}},
	}
}
