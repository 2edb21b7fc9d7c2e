package app

import (
	"context"
	"slices"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/pkg/who/perm"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/group"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// person is an active user at a position of the journal: what is given to
// them now ends with whatever ended something of theirs after it.
type person struct {
	view.User
	position uint64
}

// person finds an active user, or gives view.ErrNone. The position is taken
// before the row is read: what comes between the two is at worst too much of
// an end.
func (a *App) person(ctx context.Context, find func(context.Context) (view.User, error)) (person, error) {
	if err := a.View.Fresh(ctx); err != nil {
		return person{}, problem(err)
	}
	position := a.View.Position()
	u, err := find(ctx)
	switch {
	case err != nil:
		return person{}, err
	case !u.Active():
		return person{}, view.ErrNone
	default:
		return person{u, position}, nil
	}
}

// groups are those that the user may act in, the default first: not those of a
// virtual organisation that they are suspended in.
func (a *App) groups(ctx context.Context, u person) ([]group.Group, error) {
	found, err := a.View.GroupsByName(ctx, u.Groups)
	if err != nil {
		return nil, problem(err)
	}
	found = slices.DeleteFunc(slices.Clone(found), func(g group.Group) bool { return g.VO != "" && slices.Contains(u.Suspended, g.VO) })
	slices.SortFunc(found, func(x, y group.Group) int {
		return slices.Index(u.Groups, string(x.Name)) - slices.Index(u.Groups, string(y.Name))
	})
	return found, nil
}

// permissions are core4's, with what follows from roles. Who operates has all,
// and who has all operates: there is one notion of it.
func (a *App) permissions(ctx context.Context, u person) ([]string, error) {
	own := ownPermissions(u.User)
	if len(u.RoleNames) == 0 {
		return own, nil
	}
	all, err := a.closure(ctx)
	perms, _ := all.of(own, u.RoleNames)
	return perms, err
}

// resolved is the person as they come in by a method, acting in a group
// (empty: their default). It is view.ErrNone if the group is not theirs.
func (a *App) resolved(ctx context.Context, u person, method, in string) (authapi.Resolved, error) {
	groups, err := a.groups(ctx, u)
	if err != nil {
		return authapi.Resolved{}, err
	}
	perms, err := a.permissions(ctx, u)
	if err != nil {
		return authapi.Resolved{}, err
	}
	p, err := acting(u, groups, in)
	p.Method, p.Credential = method, method
	if slices.Contains(perms, perm.Everything) && !p.Operator() {
		p.Roles = append(p.Roles, who.RoleOperator)
	}
	return authapi.Resolved{
		Principal: p, Facts: who.Facts{User: u.ID, Group: p.Group, Position: u.position},
		Permissions: perms, Logins: texts(u.Logins), Setups: a.setupsOf(groups),
	}, err
}

// acting is the user in one of the groups.
func acting(u person, groups []group.Group, in string) (who.Principal, error) {
	p := who.Principal{ID: u.ID, Name: string(u.Name), Roles: texts(u.Roles)}
	if len(u.Certificates) > 0 {
		p.DN = string(u.Certificates[0])
	}
	for _, g := range groups {
		p.Groups = append(p.Groups, string(g.Name))
	}
	i := slices.IndexFunc(groups, func(g group.Group) bool { return in == "" || string(g.Name) == in })
	switch {
	case i >= 0:
		p.Group, p.VO, p.Properties = string(groups[i].Name), groups[i].VO, groups[i].Properties
	case in != "":
		return who.Principal{}, view.ErrNone
	}
	return p, nil
}

// setupsOf are the setups that one of the groups may use.
func (a *App) setupsOf(groups []group.Group) []string {
	return slices.DeleteFunc(slices.Clone(a.Setups), func(setup string) bool {
		return !slices.ContainsFunc(groups, func(g group.Group) bool { return len(g.Setups) == 0 || slices.Contains(g.Setups, setup) })
	})
}
