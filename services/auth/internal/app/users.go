package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/password"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// RegisterUser implements authapi.Service.
func (a *App) RegisterUser(ctx context.Context, r authapi.RegisterRequest) (authapi.User, error) {
	cmd, err := a.parseUser(ctx, r)
	if err != nil {
		return authapi.User{}, err
	}
	if err := a.View.Fresh(ctx); err != nil {
		return authapi.User{}, problem(err)
	}
	more, err := a.edits(ctx, cmd.ID, r.Edits)
	if err != nil {
		return authapi.User{}, err
	}
	before, err := a.user(ctx, cmd.ID)
	if err != nil {
		return authapi.User{}, err
	}
	if !before.Exists() {
		if cmd.Credential, err = a.newCredential(ctx, r.Password); err != nil {
			return authapi.User{}, err
		}
	}
	all := more.after(cmd)
	out, err := handle(ctx, a, users, authapi.UserTopic(cmd.ID), "user/"+cmd.ID, user.Command(all))
	if err != nil {
		return authapi.User{}, more.blame(err)
	}
	if c := out.State.Credential; c != cmd.Credential { // the user was there already, or another replica was faster
		same, err := a.matches(ctx, c, r.Password)
		if err != nil {
			return authapi.User{}, err
		}
		if !same {
			return authapi.User{}, taken("user", user.ErrTaken)
		}
	}
	return a.show(ctx, cmd.ID)
}

// parseUser reads the request and looks up what it names.
func (a *App) parseUser(ctx context.Context, r authapi.RegisterRequest) (user.Register, error) {
	var c checks
	cmd := user.Register{Name: parsed(&c, "name", r.Name, user.ParseName)}
	cmd.ID = idOf("user", string(cmd.Name))
	c.add("password", acceptable(r.Password))
	for i, name := range r.Groups {
		ok, err := a.groupExists(ctx, name)
		switch {
		case err != nil:
			return cmd, err
		case !ok:
			c.add(fmt.Sprintf("groups[%d]", i), errors.New("there is no such group"))
		}
		cmd.Groups = append(cmd.Groups, name)
	}
	for i, role := range r.Roles {
		cmd.Roles = append(cmd.Roles, parsed(&c, fmt.Sprintf("roles[%d]", i), role, user.ParseRole))
	}
	return cmd, c.err()
}

// acceptable says what is wrong with a new password.
func acceptable(pw string) error {
	switch {
	case pw == "":
		return errors.New("must not be empty")
	case len(pw) > password.MaxLength:
		return fmt.Errorf("must not be longer than %d bytes", password.MaxLength)
	default:
		return nil
	}
}

func (a *App) newCredential(ctx context.Context, pw string) (string, error) {
	phc, err := a.Gate.Hash(ctx, pw)
	if err != nil {
		return "", err
	}
	credential, err := a.Vault.PutPassword(ctx, phc)
	return credential, problem(err)
}

// JoinGroup implements authapi.Service.
func (a *App) JoinGroup(ctx context.Context, r authapi.MemberRequest) (authapi.User, error) {
	ok, err := a.groupExists(ctx, r.Group)
	if err != nil {
		return authapi.User{}, err
	}
	if !ok {
		return authapi.User{}, fault.New(fault.Missing, "group.unknown", "There is no such group.").WithField("group", "there is no such group")
	}
	return a.change(ctx, r.User, user.Join{Group: r.Group})
}

// SetPassword implements authapi.Accounts.
func (a *App) SetPassword(ctx context.Context, r authapi.PasswordRequest) (authapi.User, error) {
	var c checks
	c.add("password", acceptable(r.Password))
	name := parsed(&c, "name", r.Name, user.ParseName)
	if err := c.err(); err != nil {
		return authapi.User{}, err
	}
	before, err := a.user(ctx, idOf("user", string(name)))
	if err != nil {
		return authapi.User{}, err
	}
	if !before.Exists() {
		return authapi.User{}, problem(user.ErrUnknown)
	}
	credential, err := a.newCredential(ctx, r.Password)
	if err != nil {
		return authapi.User{}, err
	}
	out, err := a.change(ctx, r.Name, user.ChangePassword{Credential: credential})
	if err == nil {
		_ = a.Vault.Forget(ctx, before.Credential) // nothing names it any more; left behind it is harmless
	}
	return out, err
}

// DisableUser implements authapi.Accounts.
func (a *App) DisableUser(ctx context.Context, r authapi.UserRequest) (authapi.User, error) {
	u, err := a.userNamed(ctx, r.Name)
	if err != nil {
		return authapi.User{}, err
	}
	last, err := a.lastOperator(ctx, u.ID)
	if err != nil {
		return authapi.User{}, err
	}
	return a.change(ctx, r.Name, user.Disable{Last: last})
}

// EnableUser implements authapi.Accounts.
func (a *App) EnableUser(ctx context.Context, r authapi.UserRequest) (authapi.User, error) {
	return a.change(ctx, r.Name, user.Enable{})
}

// Users implements authapi.Service.
func (a *App) Users(ctx context.Context, _ authapi.Empty) (authapi.Users, error) {
	if err := a.View.Fresh(ctx); err != nil {
		return authapi.Users{}, problem(err)
	}
	us, err := a.View.Users(ctx)
	out := authapi.Users{Users: make([]authapi.User, 0, len(us))}
	for _, u := range us {
		out.Users = append(out.Users, published(u))
	}
	return out, problem(err)
}

// change asks something of an existing user.
func (a *App) change(ctx context.Context, login string, cmd user.Command) (authapi.User, error) {
	name, err := user.ParseName(login)
	if err != nil {
		return authapi.User{}, problem(user.ErrUnknown)
	}
	id := idOf("user", string(name))
	if _, err := handle(ctx, a, users, authapi.UserTopic(id), "user/"+id, cmd); err != nil {
		return authapi.User{}, err
	}
	return a.show(ctx, id)
}

// user is the user as the journal has it, not a view.
func (a *App) user(ctx context.Context, id string) (user.User, error) {
	u, err := es.Fold(ctx, a.Store, users, authapi.UserTopic(id))
	return u, problem(err)
}

func (a *App) show(ctx context.Context, id string) (authapi.User, error) {
	u, err := a.View.UserByID(ctx, id)
	return published(u), problem(err)
}

func published(u view.User) authapi.User {
	return authapi.User{ID: u.ID, Name: string(u.Name), Groups: u.Groups, Roles: texts(u.Roles), Since: u.Since, Disabled: u.Disabled}
}
