package native_test

import (
	"context"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend"
)

// auth is an auth service that keeps what it was last asked to do, and has one
// of everything.
type auth struct {
	authapi.Service // what is not used here panics
	asked           any
	fail            error
	during          func() // happens while a command is done
}

func (f *auth) backend() backend.Backend {
	return backend.Backend{Auth: f, Accounts: f, Admin: f, Profiles: f, APIKeys: f, Grants: f, Audit: f}
}

// do is a command.
func do[A any](ctx context.Context, f *auth, q any, answer A) (A, error) {
	f.asked = q
	if f.during != nil {
		f.during()
	}
	if ctx.Err() != nil {
		return answer, ctx.Err()
	}
	return answer, f.fail
}

var (
	alice = authapi.Account{User: authapi.User{ID: "u2", Name: "alice", Groups: []string{"users"}}, Version: 42,
		Certificates: []string{"/CN=Alice"}, Keys: []authapi.UserKey{{ID: "k1", JWK: []byte(`{}`)}}}
	bob   = authapi.Account{User: authapi.User{ID: "u4", Name: "bob"}, Version: 43}
	carol = authapi.Account{User: authapi.User{ID: "u5", Name: "carol"}, Version: 44}
	users = authapi.Group{ID: "g1", Version: 7, Name: "users", VO: "cms", Properties: []string{"NormalUser"}}
	staff = authapi.Role{ID: "r1", Version: 9, Name: "staff", Perms: []string{"cop"}, Active: true}
	app   = authapi.Registration{ID: "app", Version: 11, Name: "App", Method: "none", Redirects: []string{"https://app.test/"}, Grants: []string{"authorization_code"}, Trusted: true}
	key   = authapi.APIKey{ID: "a1", Name: "nightly"}
	grant = authapi.Grant{ID: "g1", Client: authapi.ClientCard{ID: "app", Name: "App"}}
)

func (f *auth) Me(context.Context, authapi.Empty) (authapi.Account, error) { return alice, f.fail }
func (f *auth) ChangeMe(ctx context.Context, q authapi.ProfileChange) (authapi.Account, error) {
	return do(ctx, f, q, alice)
}
func (f *auth) SignOut(ctx context.Context, q authapi.Empty) (authapi.Empty, error) {
	return do(ctx, f, "sign out", q)
}
func (f *auth) RegisterUser(ctx context.Context, q authapi.RegisterRequest) (authapi.User, error) {
	return do(ctx, f, q, authapi.User{Name: q.Name})
}
func (f *auth) SetPassword(ctx context.Context, q authapi.PasswordRequest) (authapi.User, error) {
	return do(ctx, f, q, alice.User)
}
func (f *auth) DisableUser(ctx context.Context, q authapi.UserRequest) (authapi.User, error) {
	return do(ctx, f, "disable "+q.Name, alice.User)
}
func (f *auth) EnableUser(ctx context.Context, q authapi.UserRequest) (authapi.User, error) {
	return do(ctx, f, "enable "+q.Name, alice.User)
}
func (f *auth) Account(_ context.Context, q authapi.UserRequest) (authapi.Account, error) {
	a := alice
	a.Name = q.Name
	return a, f.fail
}
func (f *auth) Accounts(context.Context, authapi.Empty) (authapi.AccountList, error) {
	return authapi.AccountList{Accounts: []authapi.Account{alice, bob, carol}}, f.fail
}
func (f *auth) ChangeAccount(ctx context.Context, q authapi.AccountChange) (authapi.Account, error) {
	return do(ctx, f, q, alice)
}
func (f *auth) Groups(context.Context, authapi.Empty) (authapi.Groups, error) {
	return authapi.Groups{Groups: []authapi.Group{users}}, f.fail
}
func (f *auth) PutGroup(ctx context.Context, q authapi.Group) (authapi.Group, error) {
	return do(ctx, f, q, q)
}
func (f *auth) Roles(context.Context, authapi.Empty) (authapi.Roles, error) {
	return authapi.Roles{Roles: []authapi.Role{staff}}, f.fail
}
func (f *auth) PutRole(ctx context.Context, q authapi.Role) (authapi.Role, error) {
	return do(ctx, f, q, q)
}
func (f *auth) RemoveRole(ctx context.Context, q authapi.RoleRef) (authapi.Empty, error) {
	return do(ctx, f, q, authapi.Empty{})
}
func (f *auth) Registrations(context.Context, authapi.Empty) (authapi.Registrations, error) {
	return authapi.Registrations{Clients: []authapi.Registration{app}}, f.fail
}
func (f *auth) PutRegistration(ctx context.Context, q authapi.Registration) (authapi.RegistrationSecret, error) {
	out := authapi.RegistrationSecret{Registration: q}
	if q.ID == "" {
		out.ID, out.Secret = "made", "shown once"
	}
	return do(ctx, f, q, out)
}
func (f *auth) RotateSecret(ctx context.Context, q authapi.SecretRotation) (authapi.RegistrationSecret, error) {
	return do(ctx, f, q, authapi.RegistrationSecret{Registration: app, Secret: "shown once"})
}
func (f *auth) RemoveRegistration(ctx context.Context, q authapi.ClientRef) (authapi.Empty, error) {
	return do(ctx, f, q, authapi.Empty{})
}
func (f *auth) SigningKeys(context.Context, authapi.Empty) (authapi.SigningKeys, error) {
	return authapi.SigningKeys{}, f.fail
}
func (f *auth) RotateKeys(ctx context.Context, q authapi.KeyRotation) (authapi.SigningKeys, error) {
	return do(ctx, f, q, authapi.SigningKeys{Keys: []authapi.SigningKey{{ID: "k2", Use: "access"}}})
}
func (f *auth) CreateAPIKey(ctx context.Context, q authapi.NewAPIKey) (authapi.APIKeySecret, error) {
	return do(ctx, f, q, authapi.APIKeySecret{APIKey: key, Secret: "shown once"})
}
func (f *auth) APIKeys(ctx context.Context, q authapi.Owner) (authapi.APIKeyList, error) {
	return do(ctx, f, q, authapi.APIKeyList{Keys: []authapi.APIKey{key}})
}
func (f *auth) RevokeAPIKey(ctx context.Context, q authapi.APIKeyRef) (authapi.Empty, error) {
	return do(ctx, f, q, authapi.Empty{})
}
func (f *auth) Grants(ctx context.Context, q authapi.Owner) (authapi.GrantList, error) {
	return do(ctx, f, q, authapi.GrantList{Grants: []authapi.Grant{grant}})
}
func (f *auth) RevokeGrant(ctx context.Context, q authapi.GrantRef) (authapi.Empty, error) {
	return do(ctx, f, q, authapi.Empty{})
}
func (f *auth) Audit(ctx context.Context, q authapi.AuditQuery) (authapi.AuditPage, error) {
	return do(ctx, f, q, authapi.AuditPage{Entries: []authapi.AuditEntry{{Position: 5, Actor: "admin", Text: "said"}}, Next: "NA"})
}
