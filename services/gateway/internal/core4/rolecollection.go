package core4

import (
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// collection is users and roles together, as core4 keeps them. Who is no
// operator sees the roles alone.
type collection struct {
	users []authapi.Account
	roles []authapi.Role
}

func (d *door) collection(c *app.Call) (all collection, err error) {
	roles, err := d.Backend.Admin.Roles(c.Context(), authapi.Empty{})
	if err != nil {
		return all, err
	}
	all.roles = roles.Roles
	if edge.From(c.Context()).Principal.Operator() {
		var users authapi.AccountList
		users, err = d.Backend.Admin.Accounts(c.Context(), authapi.Empty{})
		all.users = users.Accounts
	}
	return all, err
}

// user returns the one that f is true of, or nil.
func (all collection) user(f func(authapi.Account) bool) *authapi.Account {
	if i := slices.IndexFunc(all.users, f); i >= 0 {
		return &all.users[i]
	}
	return nil
}

func (all collection) role(f func(authapi.Role) bool) *authapi.Role {
	if i := slices.IndexFunc(all.roles, f); i >= 0 {
		return &all.roles[i]
	}
	return nil
}

func (all collection) byID(id string) (*authapi.Account, *authapi.Role) {
	return all.user(func(u authapi.Account) bool { return u.ID == id }), all.role(func(r authapi.Role) bool { return r.ID == id })
}

// free refuses a name or an address that somebody else has.
func (all collection) free(id, name, email string) error {
	lower := strings.ToLower(name)
	if all.user(func(u authapi.Account) bool {
		return u.ID != id && (u.Name == lower || email != "" && strings.EqualFold(u.Email, email))
	}) != nil || all.role(func(r authapi.Role) bool { return r.ID != id && r.Name == name }) != nil {
		return errExists
	}
	return nil
}

// known refuses names that are no role's.
func (all collection) known(names []string) error {
	for _, name := range names {
		if all.role(func(r authapi.Role) bool { return r.Name == name }) == nil {
			return fault.New(fault.Missing, "role.unknown", "role [%s] not found", name)
		}
	}
	return nil
}

// documents are all of them, users first; roles are told by their ids.
func (all collection) documents() []document {
	var out []document
	ids := map[string]string{}
	for _, r := range all.roles {
		ids[r.Name] = objectID(r.ID)
	}
	for _, u := range all.users {
		out = append(out, userDocument(u))
	}
	for _, r := range all.roles {
		out = append(out, roleDocument(r))
	}
	for _, doc := range out {
		var told []string
		for _, name := range doc["role"].([]string) {
			if id, ok := ids[name]; ok {
				told = append(told, id)
			}
		}
		doc["role"] = sorted(told)
	}
	return out
}

// one is what /roles/{id} shows.
func one(u *authapi.Account, r *authapi.Role) (document, error) {
	switch {
	case u != nil:
		return userDocument(*u).totals(u.PermissionsTotal, u.RoleNamesTotal), nil
	case r != nil:
		return roleDocument(*r).totals(r.PermsTotal, r.ParentsTotal), nil
	default:
		return nil, errNoRole
	}
}

func (all collection) names() []string {
	var out []string
	for _, u := range all.users {
		out = append(out, u.Name)
	}
	for _, r := range all.roles {
		out = append(out, r.Name)
	}
	return sorted(out)
}
