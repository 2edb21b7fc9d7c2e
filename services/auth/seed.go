package auth

import (
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/app"
)

// Seed is who is there from the start: groups, roles, users and OAuth clients.
// What there ever was, whatever became of it, stays as it is.
type Seed = app.Seed

// standardUser is core4's role for people who do nothing special.
const standardUser = "standard_user"

// DemoSeed is who takes part in the demo: somebody for each door. Its passwords
// are public: it must only be used where nobody else can reach the gateway.
func DemoSeed() Seed {
	return Seed{
		Groups: []authapi.Group{
			{Name: "users"},
			{Name: "dirac_user", VO: "demo", Properties: []string{"NormalUser"}},
			{Name: "dirac_admin", VO: "demo", Properties: []string{"JobAdministrator", "NormalUser", authapi.ServiceAdministrator}},
		},
		Users: []authapi.RegisterRequest{
			{Name: "demouser", Password: "test123", Groups: []string{"users", "dirac_user"}, Edits: person("demouser", "Demo User", "demouser", "demo")},
			{Name: "alice", Password: "alice123", Groups: []string{"users", "dirac_user"}, Edits: person("alice", "Alice Liddell", "alice")},
			{Name: "admin", Password: "hans", Groups: []string{"users", "dirac_admin"}, Roles: []string{"operator"}, Edits: person("admin", "Administrator")},
		},
		Clients: []authapi.Registration{
			{ID: "demo-client", Name: "Demo client", Redirects: []string{"http://127.0.0.1:9999/callback"},
				Grants: []string{"authorization_code", "refresh_token", "device_code"}},
			{ID: "DIRAC_CLI", Name: "DIRAC command line", Native: true, Grants: []string{"device_code", "refresh_token"}},
		},
	}
}

// person is what users of the demo have beside their groups: a certificate's
// name, an address, Unix logins, core4's role.
func person(name, realName string, logins ...string) []authapi.Edit {
	edits := []authapi.Edit{
		{Do: authapi.SetRealName, Value: realName}, {Do: authapi.SetEmail, Value: name + "@example.org"},
		{Do: authapi.AddCertificate, Value: "/O=Heddle/CN=" + name}, {Do: authapi.SetRoleNames, List: []string{standardUser}},
	}
	for _, login := range logins {
		edits = append(edits, authapi.Edit{Do: authapi.AddLogin, Value: login})
	}
	return edits
}

// ownSeed is what every installation has: core4's role for everybody, which
// nobody is given by itself, and the client that `heddle login` is. That is on
// people's machines, so it keeps no secret, and they are asked for their
// consent each time.
func ownSeed() Seed {
	return Seed{
		Roles: []authapi.Role{{Name: standardUser, RealName: "Standard user", Active: true, Perms: []string{
			"api://core4.api.v1.request.standard.*", "api://core4.api.v1.server.*", "api://core4.api.v1.request.store.*/u"}}},
		Clients: []authapi.Registration{{
			ID: authapi.CommandLine, Name: "The heddle command line", Native: true,
			Redirects: []string{"http://127.0.0.1/callback", "http://[::1]/callback"},
			Grants:    []string{"device_code", "authorization_code", "refresh_token"},
			Scopes:    []string{"openid", "profile", "email", "groups", "offline_access", "api", "api:read", "operator"},
		}},
	}
}
