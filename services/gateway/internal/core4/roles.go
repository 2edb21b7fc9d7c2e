package core4

import (
	"net/http"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/pkg/rest/media"
	"github.com/heddle-dev/heddle/pkg/rest/page"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// administration are the rules of core4's collection of users and roles.
func (d *door) administration() []app.Rule {
	h := &app.Handler{
		Qual: "core4.api.v1.request.role.main.RoleHandler", Title: "Users and roles", Author: author,
		Methods: app.Methods{
			http.MethodGet: d.getRoles, http.MethodPost: d.postRole,
			http.MethodPut: d.putRole, http.MethodDelete: d.deleteRole,
		},
		Docs: docsOf(map[string]string{http.MethodGet: "roles.get", http.MethodPost: "roles.post", http.MethodPut: "roles.put",
			http.MethodDelete: "roles.delete"}),
	}
	return []app.Rule{{Pattern: "/roles", Handler: h}, {Pattern: "/roles/(.*)", Handler: h}}
}

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

var errNoRole = fault.New(fault.Missing, "role.unknown", "There is no such user or role.")

func (d *door) getRoles(c *app.Call) (any, error) {
	all, err := d.collection(c)
	if err != nil {
		return nil, err
	}
	switch id := c.Group("0"); id {
	case "":
		return d.listRoles(c, all)
	case "distinct":
		return all.names(), nil
	default:
		own, err := readID(id)
		if err != nil {
			return nil, err
		}
		return one(all.byID(own))
	}
}

// listRoles is a page of them, which people see as one.
func (d *door) listRoles(c *app.Call, all collection) (any, error) {
	p, err := list(c.Args, all.documents())
	if err != nil || c.Prefers() != media.HTML {
		return p, err
	}
	return nil, d.page(c, http.StatusOK, "roles", shown{Frame: page.Frame{Title: "Users and roles"}, List: p})
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

func readID(text string) (string, error) {
	id, ok := ownID(text)
	if !ok {
		return "", fault.New(fault.Invalid, arg.CodeMistyped, "failed to parse ObjectId [%s]", text)
	}
	return id, nil
}

// deleteRole ends a role, which is then nobody's any more. A user is
// kept out, and has no permission any more: names are not given twice.
func (d *door) deleteRole(c *app.Call) (any, error) {
	text, tag, _ := strings.Cut(c.Group("0"), "/")
	if tag == "" {
		tag = c.Args.Text("etag")
	}
	id, err := readID(text)
	if err != nil {
		return nil, err
	}
	all, err := d.collection(c)
	if err != nil {
		return nil, err
	}
	u, r := all.byID(id)
	doc, err := one(u, r)
	if err == nil {
		err = matches(doc, tag)
	}
	if err != nil {
		return nil, err
	}
	if u != nil {
		return true, d.expel(c, u)
	}
	_, err = d.Backend.Admin.RemoveRole(c.Context(), authapi.RoleRef{ID: r.ID, Version: r.Version})
	return true, refusal(err)
}

func (d *door) expel(c *app.Call, u *authapi.Account) error {
	if _, err := d.Backend.Accounts.DisableUser(c.Context(), authapi.UserRequest{Name: u.Name}); err != nil {
		return refusal(err)
	}
	_, err := d.Backend.Admin.ChangeAccount(c.Context(), authapi.AccountChange{Name: u.Name, Edits: []authapi.Edit{
		{Do: authapi.SetPermissions}, {Do: authapi.SetRoleNames}}})
	return refusal(err)
}
