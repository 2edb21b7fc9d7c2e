package auth_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// as is a context in which calls are those of a user of the demo, as they come
// in with their password.
func as(t *testing.T, s *natstest.Server, name, password string) context.Context {
	t.Helper()
	known, err := authapi.NewCredentialsRPC(s.Conn(t)).Password(t.Context(), authapi.PasswordProof{Name: name, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	return who.With(t.Context(), known.Principal)
}

// TestAnOperatorAdministers is the day of an operator, and what others see of it.
// covers: D1-021 D1-022 C2-019 C2-025
func TestAnOperatorAdministers(t *testing.T) {
	t.Parallel()
	c, s := start(t)
	nc := s.Conn(t)
	admin, audit, profiles := authapi.NewAdminRPC(nc), authapi.NewAuditRPC(nc), authapi.NewProfilesRPC(nc)
	op := as(t, s, "admin", "hans")

	g, err := admin.PutGroup(op, authapi.Group{Name: "cms_user", VO: "cms", Properties: []string{"NormalUser"}})
	if err != nil || g.Version == 0 {
		t.Fatalf("%+v, %v", g, err)
	}
	role, err := admin.PutRole(op, authapi.Role{Name: "queue", Perms: []string{"api://core4.api.v1.request.queue.state.QueueHandler"}, Active: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.RegisterUser(op, authapi.RegisterRequest{Name: "bob", Password: "bob123", Groups: []string{"cms_user"}}); err != nil {
		t.Fatal(err)
	}
	bob, err := admin.ChangeAccount(op, authapi.AccountChange{Name: "bob", Edits: []authapi.Edit{
		{Do: authapi.SetRoleNames, List: []string{"queue"}}, {Do: authapi.SetEmail, Value: "bob@example.org"}}})
	if err != nil || !slices.Equal(bob.PermissionsTotal, role.Perms) {
		t.Fatalf("%+v, %v", bob, err)
	}
	client, err := admin.PutRegistration(op, authapi.Registration{Name: "Report", Method: "client_secret_basic", Redirects: []string{"https://report.test/"}})
	if err != nil || client.Secret == "" || client.ID == "" {
		t.Fatalf("%+v, %v", client.Registration, err)
	}

	page, err := audit.Audit(op, authapi.AuditQuery{Subject: "client/" + client.ID})
	if err != nil || len(page.Entries) != 1 || page.Entries[0].Actor != "admin" || page.Entries[0].Text != "the client Report ("+client.ID+") was registered" {
		t.Errorf("%+v, %v", page, err)
	}
	// bob sees what concerns him, and nothing else.
	his := as(t, s, "bob", "bob123")
	page, err = audit.Audit(his, authapi.AuditQuery{})
	if err != nil || len(page.Entries) != 3 || page.Entries[1].Text != "bob now has the role queue of core4" || page.Entries[1].Credential != "password" {
		t.Errorf("%+v, %v", page, err)
	}
	if cop, err := admin.ChangeAccount(op, authapi.AccountChange{Name: "bob", Edits: []authapi.Edit{{Do: authapi.SetPermissions, List: []string{"COP"}}}}); err != nil ||
		!slices.Equal(cop.Permissions, []string{"cop"}) || !slices.Equal(cop.Roles, []string{"operator"}) {
		t.Errorf("core4's operator: %+v, %v", cop, err)
	}
	if me, err := profiles.Me(his, authapi.Empty{}); err != nil || me.Email != "bob@example.org" {
		t.Errorf("%+v, %v", me, err)
	}
}

// TestOthersDoNotAdminister: neither nobody nor a user gets through the door.
func TestOthersDoNotAdminister(t *testing.T) {
	t.Parallel()
	_, s := start(t)
	nc := s.Conn(t)
	admin, audit := authapi.NewAdminRPC(nc), authapi.NewAuditRPC(nc)
	alice := as(t, s, "alice", "alice123")
	for name, call := range map[string]func(context.Context) error{
		"Account": func(ctx context.Context) error {
			_, err := admin.Account(ctx, authapi.UserRequest{Name: "alice"})
			return err
		},
		"Accounts": func(ctx context.Context) error { _, err := admin.Accounts(ctx, authapi.Empty{}); return err },
		"ChangeAccount": func(ctx context.Context) error {
			_, err := admin.ChangeAccount(ctx, authapi.AccountChange{Name: "alice", Edits: []authapi.Edit{{Do: authapi.GiveRole, Value: "operator"}}})
			return err
		},
		"Groups": func(ctx context.Context) error { _, err := admin.Groups(ctx, authapi.Empty{}); return err },
		"PutGroup": func(ctx context.Context) error {
			_, err := admin.PutGroup(ctx, authapi.Group{Name: "evil"})
			return err
		},
		"Roles": func(ctx context.Context) error { _, err := admin.Roles(ctx, authapi.Empty{}); return err },
		"PutRole": func(ctx context.Context) error {
			_, err := admin.PutRole(ctx, authapi.Role{Name: "evil", Perms: []string{"cop"}, Active: true})
			return err
		},
		"RemoveRole":    func(ctx context.Context) error { _, err := admin.RemoveRole(ctx, authapi.RoleRef{ID: "x"}); return err },
		"Registrations": func(ctx context.Context) error { _, err := admin.Registrations(ctx, authapi.Empty{}); return err },
		"PutRegistration": func(ctx context.Context) error {
			_, err := admin.PutRegistration(ctx, authapi.Registration{Name: "evil"})
			return err
		},
		"RotateSecret": func(ctx context.Context) error {
			_, err := admin.RotateSecret(ctx, authapi.SecretRotation{ID: "demo-client"})
			return err
		},
		"RemoveRegistration": func(ctx context.Context) error {
			_, err := admin.RemoveRegistration(ctx, authapi.ClientRef{ID: "demo-client"})
			return err
		},
		"Audit of another": func(ctx context.Context) error {
			_, err := audit.Audit(ctx, authapi.AuditQuery{Subject: "admin"})
			return err
		},
	} {
		if err := call(t.Context()); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("%s of nobody: %v", name, err)
		}
		if err := call(alice); !fault.Is(err, fault.Denied) {
			t.Errorf("%s of a user: %v", name, err)
		}
	}
}

// TestEverybodyOfTheDemo: each door's login finds whom it needs.
func TestEverybodyOfTheDemo(t *testing.T) {
	t.Parallel()
	_, s := start(t)
	nc := s.Conn(t)
	admin, credentials := authapi.NewAdminRPC(nc), authapi.NewCredentialsRPC(nc)
	for _, u := range auth.DemoSeed().Users {
		byPassword, err := credentials.Password(t.Context(), authapi.PasswordProof{Name: u.Name, Password: u.Password})
		if err != nil || !slices.Equal(byPassword.Principal.Groups, u.Groups) || len(byPassword.Setups) == 0 {
			t.Errorf("%s: %+v, %v", u.Name, byPassword, err)
		}
		if !slices.Contains(byPassword.Permissions, "api://core4.api.v1.request.standard.*") {
			t.Errorf("%s has %v at core4", u.Name, byPassword.Permissions)
		}
		byCertificate, err := credentials.Certificate(t.Context(), authapi.CertificateProof{Group: u.Groups[1],
			Certificate: authapi.Certificate{DN: "/O=Heddle/CN=" + u.Name, Trusted: true, Expires: time.Now().Add(time.Hour)}})
		if err != nil || byCertificate.Principal.Name != u.Name || !slices.Contains(byCertificate.Principal.Properties, "NormalUser") {
			t.Errorf("%s by certificate: %+v, %v", u.Name, byCertificate, err)
		}
	}
	demouser, err := admin.Account(operator(t), authapi.UserRequest{Name: "demouser"})
	if err != nil || !slices.Equal(demouser.Logins, []string{"demouser", "demo"}) || !demouser.LastLogin.IsZero() {
		t.Errorf("%+v, %v", demouser, err)
	}
	list, err := admin.Registrations(operator(t), authapi.Empty{})
	var ids []string
	for _, c := range list.Clients {
		ids = append(ids, c.ID)
	}
	slices.Sort(ids)
	if err != nil || !slices.Equal(ids, []string{"DIRAC_CLI", "demo-client", authapi.CommandLine}) {
		t.Errorf("%v, %v", ids, err)
	}
}
