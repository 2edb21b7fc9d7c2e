package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/role"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// Roles implements authapi.Admin.
func (a *App) Roles(ctx context.Context, _ authapi.Empty) (authapi.Roles, error) {
	if _, err := a.holds(ctx, "GET"); err != nil {
		return authapi.Roles{}, err
	}
	all, err := a.closure(ctx)
	if err != nil {
		return authapi.Roles{}, err
	}
	out := authapi.Roles{Roles: make([]authapi.Role, 0, len(all))}
	for _, r := range all {
		out.Roles = append(out.Roles, publishedRole(r, all))
	}
	slices.SortFunc(out.Roles, func(r, s authapi.Role) int { return strings.Compare(r.Name, s.Name) })
	return out, nil
}

// PutRole implements authapi.Admin. Nobody gives by a role what they do not
// have themselves.
func (a *App) PutRole(ctx context.Context, r authapi.Role) (authapi.Role, error) {
	method := "PUT"
	if r.ID == "" {
		method = "POST"
	}
	held, err := a.holds(ctx, method)
	if err != nil {
		return authapi.Role{}, err
	}
	all, err := a.closure(ctx)
	if err != nil {
		return authapi.Role{}, err
	}
	next, err := parseRole(r, all)
	if err != nil {
		return authapi.Role{}, err
	}
	cmd, err := a.roleCommand(ctx, r, &next)
	if err != nil {
		return authapi.Role{}, err
	}
	if err := mayGive(held, next, all); err != nil {
		return authapi.Role{}, err
	}
	if _, err := handleAt(ctx, a, r.Version, roles, authapi.RoleTopic(next.ID), "role/"+next.ID, cmd); err != nil {
		return authapi.Role{}, err
	}
	return a.role(ctx, next.ID)
}

func parseRole(r authapi.Role, all closure) (role.Role, error) {
	var c checks
	next := role.Role{ID: r.ID, Name: parsed(&c, "name", r.Name, role.ParseName), Parents: r.Parents, Active: r.Active,
		RealName: parsed(&c, "real_name", r.RealName, user.ParseRealName), Perms: c.parsePerms("perms", r.Perms)}
	others := slices.DeleteFunc(slices.Clone(r.Parents), func(p string) bool { return p == r.Name })
	c.knownRoles("parents", others, all)
	return next, c.err()
}

// roleCommand makes a role, or changes the one of the id.
func (a *App) roleCommand(ctx context.Context, r authapi.Role, next *role.Role) (role.Command, error) {
	if r.ID == "" {
		next.ID = idOf("role", r.Name)
		return role.Create(*next), nil
	}
	now, err := a.View.Role(ctx, r.ID)
	if errors.Is(err, view.ErrNone) {
		return nil, unknownThing("role")
	}
	if err != nil {
		return nil, problem(err)
	}
	return role.Change(*next), current(r.Version, now.Version)
}

// RemoveRole implements authapi.Admin. First nobody has it any more: a role of
// the same name that is made later must not fall to those who had this one.
func (a *App) RemoveRole(ctx context.Context, r authapi.RoleRef) (authapi.Empty, error) {
	if _, err := a.holds(ctx, "DELETE"); err != nil {
		return authapi.Empty{}, err
	}
	now, err := a.View.Role(ctx, r.ID)
	if errors.Is(err, view.ErrNone) {
		return authapi.Empty{}, unknownThing("role")
	}
	if err != nil {
		return authapi.Empty{}, problem(err)
	}
	if err := current(r.Version, now.Version); err != nil {
		return authapi.Empty{}, err
	}
	if err := a.dropRole(ctx, now.State); err != nil {
		return authapi.Empty{}, err
	}
	_, err = handleAt(ctx, a, r.Version, roles, authapi.RoleTopic(r.ID), "role/"+r.ID, role.Command(role.Remove{}))
	return authapi.Empty{}, err
}

// dropRole takes a role from users and from all other roles.
func (a *App) dropRole(ctx context.Context, gone role.Role) error {
	us, err := a.View.Users(ctx)
	if err != nil {
		return problem(err)
	}
	for _, u := range us {
		if !slices.Contains(u.RoleNames, string(gone.Name)) {
			continue
		}
		if _, err := handle(ctx, a, users, authapi.UserTopic(u.ID), "user/"+u.ID, user.Command(user.DropRoleName{Name: string(gone.Name)})); err != nil {
			return err
		}
	}
	all, err := a.View.AllRoles(ctx)
	if err != nil {
		return problem(err)
	}
	for _, r := range all {
		if r.State.ID == gone.ID || !slices.Contains(r.State.Parents, string(gone.Name)) {
			continue
		}
		if _, err := handle(ctx, a, roles, authapi.RoleTopic(r.State.ID), "role/"+r.State.ID, role.Command(role.Drop{Parent: string(gone.Name)})); err != nil {
			return err
		}
	}
	return nil
}

// role is a role as the view has it.
func (a *App) role(ctx context.Context, id string) (authapi.Role, error) {
	all, err := a.closure(ctx)
	if err != nil {
		return authapi.Role{}, err
	}
	for _, r := range all {
		if r.State.ID == id {
			return publishedRole(r, all), nil
		}
	}
	return authapi.Role{}, fmt.Errorf("app: the role %s is gone: %w", id, unknownThing("role"))
}

func publishedRole(r view.Thing[role.Role], all closure) authapi.Role {
	out := authapi.Role{ID: r.State.ID, Version: r.Version, Name: string(r.State.Name), RealName: r.State.RealName,
		Perms: r.State.Perms, Parents: r.State.Parents, Active: r.State.Active, Created: r.Since}
	if !r.Updated.Equal(r.Since) {
		out.Updated = r.Updated
	}
	out.PermsTotal, out.ParentsTotal = all.gives(r.State)
	return out
}
