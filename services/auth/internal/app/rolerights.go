package app

import (
	"context"
	"errors"
	"slices"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/pkg/who/perm"
	"github.com/heddle-dev/heddle/services/auth/internal/role"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// roleHandler is the handler of core4 that administers roles: who may use it
// may call the methods below, at whichever door.
const roleHandler = "core4.api.v1.request.role.main.RoleHandler"

// mayGive refuses to give through a role what the caller does not have. What
// the role gives anyway is not given by them.
func mayGive(held perm.Holds, next role.Role, all closure) error {
	var before []string
	if now, found := all[string(next.Name)]; found && now.State.Active {
		before, _ = all.gives(now.State)
	}
	after, _ := all.gives(next)
	var refusal *fault.Error
	for _, text := range after {
		if slices.Contains(before, text) {
			continue
		}
		if p, err := perm.Parse(text); err == nil && held.Cover(p) {
			continue
		}
		if refusal == nil {
			refusal = fault.New(fault.Denied, "role.not_yours", "You can give only what you have yourself.")
		}
		refusal = refusal.WithField("perms", "%s is not yours to give", text)
	}
	if refusal == nil {
		return nil
	}
	return refusal
}

// holds are the permissions of a caller who may use core4's role handler. Its
// operator is whoever came in as one; the view is fresh afterwards.
func (a *App) holds(ctx context.Context, method string) (perm.Holds, error) {
	if err := a.View.Fresh(ctx); err != nil {
		return nil, problem(err)
	}
	p := who.From(ctx)
	if p.Operator() || p.Has(who.RoleService) {
		return perm.Holds{perm.Everything}, nil
	}
	u, err := a.View.UserByID(ctx, p.ID)
	if err != nil && !errors.Is(err, view.ErrNone) {
		return nil, problem(err)
	}
	var held perm.Holds
	if u.Active() {
		all, err := a.closure(ctx)
		if err != nil {
			return nil, err
		}
		held, _ = all.of(u.Perms, u.RoleNames)
		held = slices.DeleteFunc(held, func(text string) bool { return text == perm.Everything })
	}
	if !perm.Compile(held).API(method, roleHandler) {
		return nil, fault.New(fault.Denied, "access.permission", "This needs the permission api://%s.", roleHandler)
	}
	return held, nil
}
