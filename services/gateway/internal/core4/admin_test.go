package core4_test

import (
	"context"
	"slices"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// admin is the world's administration of users and roles.
type admin struct {
	authapi.Admin
	*world
}

func (a admin) Accounts(context.Context, authapi.Empty) (out authapi.AccountList, err error) {
	for _, u := range a.users {
		out.Accounts = append(out.Accounts, u.Account)
	}
	return out, nil
}

func (a admin) Roles(context.Context, authapi.Empty) (out authapi.Roles, err error) {
	for _, r := range a.roles {
		out.Roles = append(out.Roles, *r)
	}
	return out, nil
}

func (a admin) PutRole(_ context.Context, r authapi.Role) (authapi.Role, error) {
	before := a.roles[r.Name]
	switch {
	case r.ID == "" && before != nil:
		return r, fault.New(fault.Conflict, "role.taken", "taken")
	case r.ID == "":
		r.ID, r.Created = id.FromKey("role", "", r.Name).String(), a.now
	case before == nil || before.Version != r.Version:
		return r, fault.New(fault.Conflict, "auth.changed", "changed")
	}
	if slices.Contains(r.Perms, "bad://x") {
		return r, fault.New(fault.Invalid, "perm.invalid", "invalid permission protocol [bad://x]")
	}
	r.Version++
	a.roles[r.Name] = &r
	return r, nil
}

func (a admin) RemoveRole(_ context.Context, r authapi.RoleRef) (authapi.Empty, error) {
	for name, role := range a.roles {
		if role.ID == r.ID {
			delete(a.roles, name)
			for _, other := range a.roles {
				other.Parents = slices.DeleteFunc(other.Parents, func(p string) bool { return p == name })
			}
		}
	}
	return authapi.Empty{}, nil
}

func (a admin) ChangeAccount(_ context.Context, r authapi.AccountChange) (authapi.Account, error) {
	u := a.users[r.Name]
	if r.Version != 0 && r.Version != u.Version {
		return u.Account, fault.New(fault.Conflict, "auth.changed", "changed")
	}
	apply(&u.Account, r.Edits)
	u.Version++
	return u.Account, nil
}

func (a admin) Account(_ context.Context, r authapi.UserRequest) (authapi.Account, error) {
	return a.users[r.Name].Account, nil
}

func apply(u *authapi.Account, edits []authapi.Edit) {
	for _, e := range edits {
		switch e.Do {
		case authapi.SetRealName:
			u.RealName = e.Value
		case authapi.SetEmail:
			u.Email = e.Value
		case authapi.SetPermissions:
			u.Permissions = e.List
		case authapi.SetRoleNames:
			u.RoleNames = e.List
		}
	}
}

// registrar makes users.
type registrar struct {
	authapi.Service
	*world
}

func (a registrar) RegisterUser(_ context.Context, r authapi.RegisterRequest) (authapi.User, error) {
	u := a.add(r.Name, r.Password)
	apply(&u.Account, r.Edits)
	return u.User, nil
}

// keeper keeps users out and gives passwords.
type keeper struct {
	authapi.Accounts
	*world
}

func (a keeper) SetPassword(_ context.Context, r authapi.PasswordRequest) (authapi.User, error) {
	a.users[r.Name].password = r.Password
	return a.users[r.Name].User, nil
}

func (a keeper) DisableUser(_ context.Context, r authapi.UserRequest) (authapi.User, error) {
	a.users[r.Name].Disabled = true
	return a.users[r.Name].User, nil
}

func (a keeper) EnableUser(_ context.Context, r authapi.UserRequest) (authapi.User, error) {
	a.users[r.Name].Disabled = false
	return a.users[r.Name].User, nil
}
