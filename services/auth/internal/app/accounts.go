package app

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who/perm"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// maxEdits bounds how many edits one change has.
const maxEdits = 100

// Account implements authapi.Admin.
func (a *App) Account(ctx context.Context, r authapi.UserRequest) (authapi.Account, error) {
	u, err := a.userNamed(ctx, r.Name)
	if err != nil {
		return authapi.Account{}, err
	}
	return a.account(ctx, u)
}

// Accounts implements authapi.Admin.
func (a *App) Accounts(ctx context.Context, _ authapi.Empty) (authapi.AccountList, error) {
	if err := a.View.Fresh(ctx); err != nil {
		return authapi.AccountList{}, problem(err)
	}
	us, err := a.View.Users(ctx)
	if err != nil {
		return authapi.AccountList{}, problem(err)
	}
	all, err := a.closure(ctx)
	if err != nil {
		return authapi.AccountList{}, err
	}
	slices.SortFunc(us, func(u, v view.User) int { return strings.Compare(string(u.Name), string(v.Name)) })
	out := authapi.AccountList{Accounts: make([]authapi.Account, 0, len(us))}
	for _, u := range us {
		out.Accounts = append(out.Accounts, publishedAccount(u, all))
	}
	return out, nil
}

// ChangeAccount implements authapi.Admin.
func (a *App) ChangeAccount(ctx context.Context, r authapi.AccountChange) (authapi.Account, error) {
	u, err := a.userNamed(ctx, r.Name)
	if err != nil {
		return authapi.Account{}, err
	}
	if err := current(r.Version, u.Version); err != nil {
		return authapi.Account{}, err
	}
	e, err := a.edits(ctx, u.ID, r.Edits)
	if err != nil {
		return authapi.Account{}, err
	}
	_, err = handleAt(ctx, a, r.Version, users, authapi.UserTopic(u.ID), "user/"+u.ID, user.Command(e.commands))
	if err != nil {
		return authapi.Account{}, e.blame(err)
	}
	return a.accountOf(ctx, u.ID)
}

// current refuses a change of what is of another version by now; zero is any.
func current(asked, now uint64) error {
	if asked != 0 && asked != now {
		return authapi.Stale()
	}
	return nil
}

// userNamed is the user of a login name, as of now.
func (a *App) userNamed(ctx context.Context, login string) (view.User, error) {
	if err := a.View.Fresh(ctx); err != nil {
		return view.User{}, problem(err)
	}
	name, err := user.ParseName(login)
	if err != nil {
		return view.User{}, nobody(login)
	}
	u, err := a.View.UserByName(ctx, name)
	if errors.Is(err, view.ErrNone) {
		return u, nobody(login)
	}
	return u, problem(err)
}

func nobody(name string) error {
	return fault.Wrap(user.ErrUnknown, fault.Missing, "user.unknown", "There is no such user.").WithField("name", "there is no user %q", name)
}

// accountOf is a user as the view has it.
func (a *App) accountOf(ctx context.Context, id string) (authapi.Account, error) {
	u, err := a.View.UserByID(ctx, id)
	if errors.Is(err, view.ErrNone) {
		err = user.ErrUnknown
	}
	if err != nil {
		return authapi.Account{}, problem(err)
	}
	return a.account(ctx, u)
}

func (a *App) account(ctx context.Context, u view.User) (authapi.Account, error) {
	all, err := a.closure(ctx)
	return publishedAccount(u, all), err
}

func publishedAccount(u view.User, all closure) authapi.Account {
	out := authapi.Account{
		User: published(u), Version: u.Version, RealName: u.RealName, Email: string(u.Email),
		LastLogin:    u.Used,
		Certificates: texts(u.Certificates), Logins: texts(u.Logins), Suspended: u.Suspended,
		Permissions: ownPermissions(u), RoleNames: u.RoleNames,
	}
	if !u.Updated.Equal(u.Since) {
		out.Updated = u.Updated
	}
	out.PermissionsTotal, out.RoleNamesTotal = all.of(out.Permissions, u.RoleNames)
	for _, k := range u.Keys {
		out.Keys = append(out.Keys, authapi.UserKey(k))
	}
	for _, l := range u.Links {
		out.Links = append(out.Links, authapi.Link(l))
	}
	return out
}

// ownPermissions are those that a user has without any role of core4. Whoever
// operates the platform is core4's operator, too: it is the same.
func ownPermissions(u view.User) []string {
	if !slices.Contains(u.Roles, user.Operator) {
		return u.Perms
	}
	return slices.Compact(slices.Sorted(slices.Values(append([]string{perm.Everything}, u.Perms...))))
}

// lastOperator reports whether nobody else could let anybody in. Two who keep
// each other out at the same moment can slip through: the next start makes a
// new operator.
func (a *App) lastOperator(ctx context.Context, id string) (bool, error) {
	if err := a.View.Fresh(ctx); err != nil {
		return false, problem(err)
	}
	us, err := a.View.Users(ctx)
	return !slices.ContainsFunc(us, func(u view.User) bool {
		return u.ID != id && u.Active() && slices.Contains(u.Roles, user.Operator)
	}), problem(err)
}

// place names a part of an edit in an error.
func place(edit int, part string) string { return authapi.EditPlace(edit, part) }
