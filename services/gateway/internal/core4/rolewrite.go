package core4

import (
	"crypto/rand"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// wanted is what the arguments of a change say; nil leaves a field as it is.
type wanted struct {
	name, realname, email, passwd *string
	active                        *bool
	roles, perms                  []string // nil: not given
}

func wantedBy(a arg.Values) (w wanted, err error) {
	for name, to := range map[string]**string{"name": &w.name, "realname": &w.realname, "email": &w.email, "passwd": &w.passwd} {
		if a.Has(name) {
			text := a.Text(name)
			*to = &text
		}
	}
	if w.email != nil {
		*w.email = address(*w.email)
	}
	if a.Has("is_active") {
		active, err := arg.Get[bool](a, "is_active")
		if err != nil {
			return w, err
		}
		w.active = &active
	}
	for name, to := range map[string]*[]string{"role": &w.roles, "perm": &w.perms} {
		if !a.Has(name) {
			continue
		}
		list, err := arg.Get[[]string](a, name)
		if err != nil {
			return w, err
		}
		*to = sorted(list)
	}
	return w, nil
}

// or is the text that is wanted, else what is.
func or(wanted *string, now string) string {
	if wanted == nil {
		return now
	}
	return *wanted
}

// postRole makes a role, or a user if there is an address.
func (d *door) postRole(c *app.Call) (any, error) {
	if _, err := arg.Get[string](c.Args, "name"); err != nil {
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
	name, email, passwd := or(w.name, ""), or(w.email, ""), or(w.passwd, "")
	if err := all.free("", name, email); err != nil {
		return nil, err
	}
	if err := all.known(w.roles); err != nil {
		return nil, err
	}
	switch {
	case email != "":
		return d.makeUser(c, name, email, passwd, w)
	case passwd != "":
		return nil, fault.New(fault.Invalid, "core4.no_email", "user role requires email on creation")
	}
	made, err := d.Backend.Admin.PutRole(c.Context(), authapi.Role{
		Name: name, RealName: or(w.realname, ""), Perms: w.perms, Parents: w.roles, Active: w.active == nil || *w.active})
	if err != nil {
		return nil, refusal(renamed(err, nil))
	}
	return roleDocument(made), nil
}

// makeUser registers a user. One without a password gets a random one, which
// nobody knows, and a link by mail to set their own.
func (d *door) makeUser(c *app.Call, name, email, passwd string, w wanted) (any, error) {
	invited := passwd == ""
	if invited {
		passwd = rand.Text()
	}
	list := edits(authapi.Account{}, w)
	if _, err := d.Backend.Auth.RegisterUser(c.Context(), authapi.RegisterRequest{Name: name, Password: passwd, Edits: list}); err != nil {
		return nil, refusal(renamed(err, list))
	}
	made, err := d.Backend.Admin.Account(c.Context(), authapi.UserRequest{Name: name})
	if err != nil {
		return nil, refusal(err)
	}
	if w.active != nil && !*w.active {
		if made, err = d.edit(c, made, wanted{active: w.active}); err != nil {
			return nil, err
		}
	}
	if invited {
		if _, err := d.Backend.Core4.RequestReset(c.Context(), authapi.EmailRequest{Email: email, Peer: d.Peer(c.Request())}); err != nil {
			d.Log.WarnContext(c.Context(), "a new user was not invited", "user", made.Name, "reason", err)
		}
	}
	return userDocument(made), nil
}
