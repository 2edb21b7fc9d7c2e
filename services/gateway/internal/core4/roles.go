package core4

import (
	"net/http"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/pkg/rest/media"
	"github.com/heddle-dev/heddle/pkg/rest/page"
	"github.com/heddle-dev/heddle/services/auth/authapi"
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
