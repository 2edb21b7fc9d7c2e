package app

import (
	"context"
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

// maxNames bounds the lists of an edit.
const maxNames = 200

// editor makes edits into commands, and collects what is wrong with them.
type editor struct {
	*checks
	app      *App
	ctx      context.Context
	user     string // id
	commands user.Several
	edit     []int // that a command is of
	failed   error // a store that does not answer
}

// edits reads edits of the user of that id, and looks up what they name. The
// view is fresh.
func (a *App) edits(ctx context.Context, id string, edits []authapi.Edit) (*editor, error) {
	e := &editor{checks: new(checks), app: a, ctx: ctx, user: id}
	if len(edits) > maxEdits {
		e.add("edits", fmt.Errorf("must not be more than %d", maxEdits))
		edits = nil
	}
	for i, one := range edits {
		read, found := verbs[one.Do]
		if !found {
			e.add(place(i, "do"), errors.New("is not known"))
			continue
		}
		for _, c := range read(e, i, one) {
			e.commands, e.edit = append(e.commands, c), append(e.edit, i)
		}
	}
	if e.failed != nil {
		return e, problem(e.failed)
	}
	return e, e.err()
}

// after is a command and then those of the edits, all in one.
func (e *editor) after(first user.Command) user.Several {
	e.commands, e.edit = append(user.Several{first}, e.commands...), append([]int{-1}, e.edit...)
	return e.commands
}

// blame names the edit that the domain has refused.
func (e *editor) blame(err error) error {
	var part *user.PartError
	if !errors.As(err, &part) || part.Index >= len(e.edit) || e.edit[part.Index] < 0 {
		return err
	}
	return fault.From(err).WithField(place(e.edit[part.Index], "value"), "%v", part.Err)
}

// reader makes one edit into commands. What is wrong with it is noted; then
// the commands are never asked.
type reader func(e *editor, i int, edit authapi.Edit) []user.Command

var verbs = map[authapi.Verb]reader{
	authapi.JoinGroup: func(e *editor, i int, edit authapi.Edit) []user.Command {
		e.group(i, edit.Value)
		return []user.Command{user.Join{Group: edit.Value}}
	},
	authapi.LeaveGroup:        command(text, func(g string) user.Command { return user.Leave{Group: g} }),
	authapi.SetDefaultGroup:   command(text, func(g string) user.Command { return user.SetDefault{Group: g} }),
	authapi.GiveRole:          command(user.ParseRole, func(r user.Role) user.Command { return user.Give{Role: r} }),
	authapi.TakeRole:          func(e *editor, i int, edit authapi.Edit) []user.Command { return e.take(i, edit.Value) },
	authapi.SetRealName:       command(user.ParseRealName, func(s string) user.Command { return user.SetRealName{RealName: s} }),
	authapi.SetEmail:          command(user.ParseEmail, func(s user.Email) user.Command { return user.SetEmail{Email: s} }, unique(view.Email, "email")),
	authapi.AddCertificate:    command(user.ParseDN, func(dn user.DN) user.Command { return user.AddCertificate{DN: dn} }, unique(view.DN, "certificate")),
	authapi.RemoveCertificate: command(user.ParseDN, func(dn user.DN) user.Command { return user.RemoveCertificate{DN: dn} }),
	authapi.AddLogin:          command(user.ParseLogin, func(l user.Login) user.Command { return user.AddLogin{UID: l} }, unique(view.Login, "login")),
	authapi.RemoveLogin:       command(user.ParseLogin, func(l user.Login) user.Command { return user.RemoveLogin{UID: l} }),
	authapi.AddKey:            (*editor).key,
	authapi.RemoveKey:         command(text, func(id string) user.Command { return user.RemoveKey{ID: id} }),
	authapi.AddLink: func(e *editor, i int, edit authapi.Edit) []user.Command {
		e.link(i, edit)
		e.unique(i, view.Link, "link", view.LinkOf(edit.Value, edit.Detail))
		return []user.Command{user.Link{Provider: edit.Value, Subject: edit.Detail}}
	},
	authapi.RemoveLink: func(e *editor, i int, edit authapi.Edit) []user.Command {
		e.link(i, edit)
		return []user.Command{user.Unlink{Provider: edit.Value, Subject: edit.Detail}}
	},
	authapi.SuspendIn: func(e *editor, i int, edit authapi.Edit) []user.Command {
		e.vo(i, edit.Value)
		return []user.Command{user.Suspend{VO: edit.Value}}
	},
	authapi.ResumeIn:       command(text, func(vo string) user.Command { return user.Resume{VO: vo} }),
	authapi.SetPermissions: (*editor).permissions,
	authapi.SetRoleNames: func(e *editor, i int, edit authapi.Edit) []user.Command {
		e.roleNames(place(i, "list"), edit.List)
		return []user.Command{user.SetRoleNames{RoleNames: edit.List}}
	},
	authapi.EndSessions: func(*editor, int, authapi.Edit) []user.Command { return []user.Command{user.EndSessions{}} },
}

// command reads the value of an edit into one command.
func command[T ~string](parse func(string) (T, error), make func(T) user.Command, checks ...func(e *editor, i int, value string)) reader {
	return func(e *editor, i int, edit authapi.Edit) []user.Command {
		v, err := parse(edit.Value)
		e.add(place(i, "value"), err)
		for _, check := range checks {
			check(e, i, string(v))
		}
		return []user.Command{make(v)}
	}
}

// text takes a name that only has an effect if it is known already.
func text(s string) (string, error) {
	if s == "" || len(s) > 1000 {
		return "", errors.New("must have 1 to 1000 bytes")
	}
	return s, nil
}

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
