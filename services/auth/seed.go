package auth

import (
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/app"
	"github.com/heddle-dev/heddle/services/auth/internal/client"
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

// ownSeed is what every installation has: the client that `heddle login` is,
// and core4's role for everyday use. The client is on people's machines, so it
// keeps no secret, and they are asked for their consent each time.
func ownSeed() Seed {
	return Seed{Roles: []authapi.Role{standardRole()}, Own: []client.Register{{
		ID: authapi.CommandLine,
		Details: client.Details{
			Name: "The heddle command line", Public: true, Method: client.None, Native: true,
			Redirects: []client.Redirect{"http://127.0.0.1/callback", "http://[::1]/callback"},
			Grants:    []client.Grant{client.DeviceCode, client.AuthorizationCode, client.RefreshToken},
			Scopes:    []string{"openid", "profile", "email", "groups", "offline_access", "api", "api:read", "operator"},
		},
	}}}
}

// standardRole is for core4's users: nobody has it who was not given it.
func standardRole() authapi.Role {
	return authapi.Role{Name: "standard_user", RealName: "standard user", Active: true, Perms: []string{
		"api://core4.api.v1.request.standard.*", "api://core4.api.v1.server.*", "api://core4.api.v1.request.store.*/u"}}
}
