package core4

import (
	"slices"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

func (d *door) putRole(c *app.Call) (any, error) {
	id, err := readID(c.Group("0"))
	if err != nil {
		return nil, err
	}
	tag, err := arg.Get[string](c.Args, "etag")
	if err != nil {
		return nil, err
	}
	w, err := wantedBy(c.Args)
	if err != nil {
		return nil, err
	}
	all, err := d.collection(c)
	if err != nil {
		return nil, err
	}
	u, r := all.byID(id)
	doc, err := one(u, r)
	if err != nil {
		return nil, err
	}
	if err := matches(doc, tag); err != nil {
		return nil, err
	}
	if err := all.free(id, or(w.name, doc["name"].(string)), or(w.email, "")); err != nil {
		return nil, err
	}
	if err := all.known(w.roles); err != nil {
		return nil, err
	}
	if u != nil {
		return d.changeUser(c, *u, w)
	}
	return d.changeRole(c, *r, w)
}

func (d *door) changeRole(c *app.Call, r authapi.Role, w wanted) (any, error) {
	if or(w.email, "") != "" || or(w.passwd, "") != "" {
		return nil, fault.New(fault.Invalid, "core4.no_user", "user role requires email and password, from its creation on")
	}
	before := roleDocument(r)["etag"]
	r.Name, r.RealName = or(w.name, r.Name), or(w.realname, r.RealName)
	if w.active != nil {
		r.Active = *w.active
	}
	if w.perms != nil {
		r.Perms = w.perms
	}
	if w.roles != nil {
		r.Parents = w.roles
	}
	if roleDocument(r)["etag"] == before {
		return noChanges, nil
	}
	changed, err := d.Backend.Admin.PutRole(c.Context(), r)
	if err != nil {
		return nil, refusal(renamed(err, nil))
	}
	return roleDocument(changed), nil
}

func (d *door) changeUser(c *app.Call, u authapi.Account, w wanted) (any, error) {
	if w.name != nil && *w.name != u.Name {
		return nil, fault.New(fault.Invalid, "core4.renamed", "A user keeps the name.")
	}
	if w.email != nil && *w.email == "" && u.Email != "" {
		return nil, fault.New(fault.Invalid, "core4.no_email", "user role requires email and password")
	}
	if len(edits(u, w)) == 0 && or(w.passwd, "") == "" && (w.active == nil || *w.active == !u.Disabled) {
		return noChanges, nil
	}
	changed, err := d.edit(c, u, w)
	if err == nil && or(w.passwd, "") != "" {
		_, err = d.Backend.Accounts.SetPassword(c.Context(), authapi.PasswordRequest{Name: u.Name, Password: *w.passwd})
	}
	if err != nil {
		return nil, refusal(renamed(err, nil))
	}
	return userDocument(changed), nil
}

// edits are what of the wishes is not so already.
func edits(u authapi.Account, w wanted) []authapi.Edit {
	var out []authapi.Edit
	if text := or(w.realname, u.RealName); text != u.RealName {
		out = append(out, authapi.Edit{Do: authapi.SetRealName, Value: text})
	}
	if text := or(w.email, u.Email); text != u.Email {
		out = append(out, authapi.Edit{Do: authapi.SetEmail, Value: text})
	}
	if w.perms != nil && !slices.Equal(w.perms, sorted(u.Permissions)) {
		out = append(out, authapi.Edit{Do: authapi.SetPermissions, List: w.perms})
	}
	if w.roles != nil && !slices.Equal(w.roles, sorted(u.RoleNames)) {
		out = append(out, authapi.Edit{Do: authapi.SetRoleNames, List: w.roles})
	}
	return out
}

// edit makes a user what is wanted, and keeps them out or lets them in.
func (d *door) edit(c *app.Call, u authapi.Account, w wanted) (authapi.Account, error) {
	changed := u
	if list := edits(u, w); len(list) > 0 {
		var err error
		changed, err = d.Backend.Admin.ChangeAccount(c.Context(), authapi.AccountChange{Name: u.Name, Version: u.Version, Edits: list})
		if err != nil {
			return changed, refusal(renamed(err, list))
		}
	}
	request := authapi.UserRequest{Name: u.Name}
	var err error
	switch {
	case w.active == nil || *w.active == !changed.Disabled:
		return changed, nil
	case *w.active:
		_, err = d.Backend.Accounts.EnableUser(c.Context(), request)
	default:
		_, err = d.Backend.Accounts.DisableUser(c.Context(), request)
	}
	changed.Disabled = !*w.active
	return changed, refusal(err)
}

// renamed is an error in the words of core4's clients.
func renamed(err error, of []authapi.Edit) error {
	f := fault.From(err).Renamed(authapi.PlacesOf(of, map[authapi.Verb]authapi.EditNames{
		authapi.SetRealName: {Value: "realname"}, authapi.SetEmail: {Value: "email"},
		authapi.SetPermissions: {List: "perm"}, authapi.SetRoleNames: {List: "role"},
	}))
	return f.Renamed(map[string]string{"perms": "perm", "parents": "role", "real_name": "realname", "password": "passwd"})
}
