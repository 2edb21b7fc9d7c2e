package app

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who/perm"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/assertion"
	"github.com/heddle-dev/heddle/services/auth/internal/group"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// unique is what two users cannot both have.
func unique(kind view.Identity, what string) func(*editor, int, string) {
	return func(e *editor, i int, value string) { e.unique(i, kind, what, value) }
}

func (e *editor) unique(i int, kind view.Identity, what, value string) {
	if value == "" {
		return
	}
	taken, err := e.app.View.Taken(e.ctx, kind, value, e.user)
	if taken {
		e.taken(place(i, "value"), what, value)
	}
	e.failed = errors.Join(e.failed, err)
}

func (e *editor) group(i int, name string) {
	ok, err := e.app.groupExists(e.ctx, name)
	if err == nil && !ok {
		e.missing(place(i, "value"), "group", name)
	}
	e.failed = errors.Join(e.failed, err)
}

// vo takes only organisations that some group is of: who mistypes one keeps
// nobody out.
func (e *editor) vo(i int, name string) {
	all, err := e.app.View.AllGroups(e.ctx)
	if err == nil && !slices.ContainsFunc(all, func(g view.Thing[group.Group]) bool { return name != "" && g.State.VO == name }) {
		e.missing(place(i, "value"), "virtual organisation", name)
	}
	e.failed = errors.Join(e.failed, err)
}

func (e *editor) take(i int, role string) []user.Command {
	r, err := user.ParseRole(role)
	e.add(place(i, "value"), err)
	return []user.Command{user.Take{Role: r, Last: e.last()}}
}

func (e *editor) last() bool {
	last, err := e.app.lastOperator(e.ctx, e.user)
	e.failed = errors.Join(e.failed, err)
	return last
}

func (e *editor) key(i int, edit authapi.Edit) []user.Command {
	jwk, id, err := assertion.PublicKey([]byte(edit.Value))
	e.add(place(i, "value"), err)
	comment, err := user.ParseRealName(edit.Detail)
	e.add(place(i, "detail"), err)
	e.unique(i, view.Key, "key", id)
	return []user.Command{user.AddKey{ID: id, JWK: jwk, Comment: comment}}
}

var providerSyntax = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// subjectSyntax is that of OpenID Connect Core, section 2: "sub".
var subjectSyntax = regexp.MustCompile(`^[ -~]{1,255}$`)

func (e *editor) link(i int, edit authapi.Edit) {
	if !providerSyntax.MatchString(edit.Value) {
		e.add(place(i, "value"), errors.New("must be 1 to 64 letters, digits, dots, dashes or underscores"))
	}
	if !subjectSyntax.MatchString(edit.Detail) {
		e.add(place(i, "detail"), errors.New("must be 1 to 255 characters of ASCII"))
	}
}

// permissions are the user's own of core4. To be core4's operator is to be the
// platform's: it is kept as the role, and is taken if it is not on the list.
func (e *editor) permissions(i int, edit authapi.Edit) []user.Command {
	perms := e.parsePerms(place(i, "list"), edit.List)
	var operator user.Command = user.Give{Role: user.Operator}
	if !slices.Contains(perms, perm.Everything) {
		operator = user.Take{Role: user.Operator, Last: e.last()}
	}
	perms = slices.DeleteFunc(perms, func(p string) bool { return p == perm.Everything })
	return []user.Command{user.SetPerms{Perms: perms}, operator}
}

// parsePerms reads permissions in their one spelling.
func (c *checks) parsePerms(field string, list []string) []string {
	if len(list) > maxNames {
		c.add(field, fmt.Errorf("must not be more than %d", maxNames))
		return nil
	}
	var out []string
	for i, s := range list {
		p, err := perm.Parse(s)
		if err != nil {
			c.add(fmt.Sprintf("%s[%d]", field, i), errors.New(fault.From(err).Message))
			continue
		}
		out = append(out, p.String())
	}
	return out
}

// roleNames sees to it that roles exist.
func (e *editor) roleNames(field string, list []string) {
	all, err := e.app.closure(e.ctx)
	e.failed = errors.Join(e.failed, err)
	if err == nil {
		e.knownRoles(field, list, all)
	}
}

func (c *checks) knownRoles(field string, list []string, all closure) {
	if len(list) > maxNames {
		c.add(field, fmt.Errorf("must not be more than %d", maxNames))
		return
	}
	for i, name := range list {
		if _, found := all[name]; !found {
			c.missing(fmt.Sprintf("%s[%d]", field, i), "role", name)
		}
	}
}
