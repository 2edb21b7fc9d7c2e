package app

import (
	"context"
	"slices"

	"github.com/heddle-dev/heddle/pkg/who/perm"
	"github.com/heddle-dev/heddle/services/auth/internal/role"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// closure is all roles of core4 by name, for what follows from them.
type closure map[string]view.Thing[role.Role]

// closure is computed when it is asked for: roles are few, and so nothing can
// be out of date.
func (a *App) closure(ctx context.Context) (closure, error) {
	all, err := a.View.AllRoles(ctx)
	out := closure{}
	for _, r := range all {
		out[string(r.State.Name)] = r
	}
	return out, problem(err)
}

// of is what permissions and roles that somebody has come to.
func (all closure) of(perms, names []string) (permsTotal, namesTotal []string) {
	return perm.Cascade(perms, names, func(name string) (perms, parents []string, active bool) {
		r, found := all[name]
		return r.State.Perms, r.State.Parents, found && r.State.Active
	})
}

// gives is what having a role comes to, whether it is active or not.
func (all closure) gives(r role.Role) (perms, names []string) {
	perms, names = all.of(r.Perms, r.Parents)
	return perms, slices.DeleteFunc(names, func(name string) bool { return name == string(r.Name) })
}
