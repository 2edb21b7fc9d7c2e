package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
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
