package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

func (f fixture) role(t *testing.T, ctx context.Context, r authapi.Role) authapi.Role {
	t.Helper()
	got, err := f.PutRole(ctx, r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// covers: C2-025
func TestRolesGiveWhatTheirParentsGive(t *testing.T) {
	t.Parallel()
	f := world(t)
	op := f.operator(t)
	writer := f.role(t, op, authapi.Role{Name: "writer", RealName: "Writer", Perms: []string{"api://app.write/crud"}, Parents: []string{"reader", "writer"}, Active: true})
	if !slices.Equal(writer.PermsTotal, []string{"api://app.read/r", "api://app.write/crud"}) || !slices.Equal(writer.ParentsTotal, []string{"reader"}) || writer.Version == 0 || writer.Created.IsZero() {
		t.Errorf("%+v", writer)
	}
	alice := f.must(t, "alice", authapi.Edit{Do: authapi.SetRoleNames, List: []string{"writer"}})
	if !slices.Equal(alice.PermissionsTotal, writer.PermsTotal) || !slices.Equal(alice.RoleNamesTotal, []string{"reader", "writer"}) || len(alice.Permissions) != 0 {
		t.Errorf("%+v", alice)
	}
	known, err := f.Password(t.Context(), authapi.PasswordProof{Name: "alice", Password: "alice123"})
	if err != nil || !slices.Equal(known.Permissions, writer.PermsTotal) {
		t.Errorf("who comes in has %v, %v", known.Permissions, err)
	}
	list, err := f.Roles(op, authapi.Empty{})
	if err != nil || len(list.Roles) != 2 || list.Roles[0].Name != "reader" {
		t.Fatalf("%+v, %v", list, err)
	}
	reader := list.Roles[0]
	reader.Active = false
	reader = f.role(t, op, reader)
	if alice, err = f.Account(op, authapi.UserRequest{Name: "alice"}); err != nil || !slices.Equal(alice.PermissionsTotal, []string{"api://app.write/crud"}) {
		t.Errorf("with a role at rest: %+v, %v", alice, err)
	}
	if _, err := f.RemoveRole(op, authapi.RoleRef{ID: writer.ID, Version: writer.Version}); err != nil {
		t.Fatal(err)
	}
	if alice, err = f.Account(op, authapi.UserRequest{Name: "alice"}); err != nil || len(alice.RoleNames) != 0 || len(alice.PermissionsTotal) != 0 {
		t.Errorf("without the role: %+v, %v", alice, err)
	}
	f.role(t, op, authapi.Role{Name: "writer", Perms: []string{"cop"}, Active: true})
	if alice, err = f.Account(op, authapi.UserRequest{Name: "alice"}); err != nil || len(alice.PermissionsTotal) != 0 {
		t.Errorf("a new role of the old name has fallen to her: %+v, %v", alice, err)
	}
}

func TestRemovedRolesAreNobodysParents(t *testing.T) {
	t.Parallel()
	f := world(t)
	op := f.operator(t)
	child := f.role(t, op, authapi.Role{Name: "child", Parents: []string{"reader"}, Active: true})
	if _, err := f.RemoveRole(op, authapi.RoleRef{ID: idOf("role", "reader")}); err != nil {
		t.Fatal(err)
	}
	list, err := f.Roles(op, authapi.Empty{})
	if err != nil || len(list.Roles) != 1 || list.Roles[0].ID != child.ID || len(list.Roles[0].Parents) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := f.RemoveRole(op, authapi.RoleRef{ID: idOf("role", "reader")}); fault.From(err).Code != "role.unknown" {
		t.Errorf("again: %v", err)
	}
}

func TestBadRoles(t *testing.T) {
	t.Parallel()
	f := world(t)
	reader, err := f.Roles(f.operator(t), authapi.Empty{})
	if err != nil {
		t.Fatal(err)
	}
	known := reader.Roles[0]
	renamed, old := known, known
	renamed.Name, old.Version = "other", known.Version-1
	for name, c := range map[string]struct {
		role         authapi.Role
		code, fields string
	}{
		"a strange name":     {authapi.Role{Name: "a b"}, "auth.invalid", "name"},
		"a strange text":     {authapi.Role{Name: "x", RealName: "\n", Perms: []string{"app://x", "api://a b"}}, "auth.invalid", "real_name perms[1]"},
		"too many":           {authapi.Role{Name: "x", Perms: make([]string, 201)}, "auth.invalid", "perms"},
		"no such parent":     {authapi.Role{Name: "x", Parents: []string{"reader", "nobody"}}, "role.unknown", "parents[1]"},
		"a name that exists": {authapi.Role{Name: "reader", Perms: []string{"app://y"}}, "role.taken", ""},
		"no such role":       {authapi.Role{ID: "zzz", Name: "x"}, "role.unknown", ""},
		"another name":       {renamed, "auth.invalid", "name"},
		"an old version":     {old, "auth.stale", ""},
	} {
		if got, err := f.PutRole(f.operator(t), c.role); err == nil || fault.From(err).Code != c.code || fieldsOf(err) != c.fields {
			t.Errorf("%s: %+v, %v, fields %s", name, got, err, fieldsOf(err))
		}
	}
	if _, err := f.RemoveRole(f.operator(t), authapi.RoleRef{ID: known.ID, Version: known.Version - 1}); fault.From(err).Code != "auth.stale" {
		t.Errorf("removed on an old version: %v", err)
	}
}

// TestWhoMayUseRoles: beside operators it is whom core4's permissions let use
// its role handler, by method, and they give what they have.
func TestWhoMayUseRoles(t *testing.T) {
	t.Parallel()
	f := world(t)
	handler := "api://core4.api.v1.request.role"
	f.must(t, "alice", authapi.Edit{Do: authapi.SetPermissions, List: []string{handler, "api://app.read", "app://client/a"}})
	f.must(t, "bob", authapi.Edit{Do: authapi.SetPermissions, List: []string{handler + "/r", "app://x"}})
	boss := f.role(t, f.operator(t), authapi.Role{Name: "ops", Perms: []string{"cop"}, Active: true})
	resting := f.role(t, f.operator(t), authapi.Role{Name: "resting", Perms: []string{"cop"}})
	for name, c := range map[string]struct {
		who  string
		role authapi.Role
		code string
	}{
		"what she has":           {"alice", authapi.Role{Name: "a", Perms: []string{"app://client/a", "api://app.read/r"}, Active: true}, ""},
		"through a parent":       {"alice", authapi.Role{Name: "b", Parents: []string{"reader"}, Active: true}, ""},
		"what she has not":       {"alice", authapi.Role{Name: "c", Perms: []string{"app://client/b"}, Active: true}, "role.not_yours"},
		"everything":             {"alice", authapi.Role{Name: "d", Perms: []string{"COP"}, Active: true}, "role.not_yours"},
		"everything, by parent":  {"alice", authapi.Role{Name: "e", Parents: []string{"ops"}, Active: true}, "role.not_yours"},
		"everything, for later":  {"alice", authapi.Role{Name: "f", Perms: []string{"cop"}}, "role.not_yours"},
		"what rests, awake":      {"alice", authapi.Role{ID: resting.ID, Name: "resting", Perms: []string{"cop"}, Active: true}, "role.not_yours"},
		"what is given already":  {"alice", authapi.Role{ID: boss.ID, Name: "ops", Perms: []string{"cop"}, Parents: []string{"reader"}, Active: true}, ""},
		"who may only look":      {"bob", authapi.Role{Name: "g", Perms: []string{"app://x"}}, "access.permission"},
		"who may do nothing":     {"boss", authapi.Role{Name: "h"}, "access.permission"}, // who comes without the operator's role
		"who may only look, too": {"bob", authapi.Role{ID: boss.ID, Name: "ops"}, "access.permission"},
	} {
		_, err := f.PutRole(f.as(t, c.who), c.role)
		if c.code == "" && err != nil || c.code != "" && (err == nil || fault.From(err).Code != c.code || !fault.Is(err, fault.Denied)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for who, want := range map[string]bool{"alice": true, "bob": true, "boss": false, "nobody": false} {
		if _, err := f.Roles(f.as(t, who), authapi.Empty{}); (err == nil) != want {
			t.Errorf("%s looks: %v", who, err)
		}
	}
	if _, err := f.RemoveRole(f.as(t, "bob"), authapi.RoleRef{ID: boss.ID}); fault.From(err).Code != "access.permission" {
		t.Errorf("bob removes: %v", err)
	}
	if _, err := f.DisableUser(f.operator(t), authapi.UserRequest{Name: "alice"}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Roles(f.as(t, "alice"), authapi.Empty{}); fault.From(err).Code != "access.permission" {
		t.Errorf("who is kept out: %v", err)
	}
}

// TestNobodyGainsByRoles: whatever roles somebody makes out of whatever there
// is, what the roles come to is covered by what they held.
func TestNobodyGainsByRoles(t *testing.T) {
	t.Parallel()
	f := world(t)
	const handler = "api://core4.api.v1.request.role"
	f.must(t, "alice", authapi.Edit{Do: authapi.SetPermissions, List: []string{handler, "app://mine"}})
	f.role(t, f.operator(t), authapi.Role{Name: "base", Perms: []string{"app://theirs"}, Active: true})
	names, perms := []string{"reader", "base", "r0", "r1", "r2"}, []string{"app://mine", "app://theirs", "cop", handler + "/r"}
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		if round++; round > 20 { // each is some commits on a real journal
			return
		}
		var made []string
		for _, name := range []string{"r0", "r1", "r2"} {
			r := authapi.Role{Name: fmt.Sprintf("%s.%d", name, round), Active: rapid.Bool().Draw(rt, "active"),
				Perms: rapid.SliceOfN(rapid.SampledFrom(perms), 0, 2).Draw(rt, "perms")}
			for _, p := range rapid.SliceOfN(rapid.SampledFrom(names), 0, 2).Draw(rt, "parents") {
				if strings.HasPrefix(p, "r") && p != "reader" {
					p = fmt.Sprintf("%s.%d", p, round)
					if !slices.Contains(made, p) {
						continue
					}
				}
				r.Parents = append(r.Parents, p)
			}
			got, err := f.PutRole(f.as(t, "alice"), r)
			if err != nil {
				continue
			}
			made = append(made, r.Name)
			for _, p := range got.PermsTotal {
				if p != "app://mine" && p != handler+"/r" {
					rt.Fatalf("%+v gives %s", r, p)
				}
			}
		}
	})
}
