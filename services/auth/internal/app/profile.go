package app

import (
	"context"
	"errors"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

var _ authapi.Profiles = (*App)(nil)

// Me implements authapi.Profiles.
func (a *App) Me(ctx context.Context, _ authapi.Empty) (authapi.Account, error) {
	if err := a.View.Fresh(ctx); err != nil {
		return authapi.Account{}, problem(err)
	}
	return a.accountOf(ctx, who.From(ctx).ID)
}

// ChangeMe implements authapi.Profiles.
func (a *App) ChangeMe(ctx context.Context, r authapi.ProfileChange) (authapi.Account, error) {
	if err := a.View.Fresh(ctx); err != nil {
		return authapi.Account{}, problem(err)
	}
	u, err := a.View.UserByID(ctx, who.From(ctx).ID)
	switch {
	case errors.Is(err, view.ErrNone):
		return authapi.Account{}, problem(user.ErrUnknown)
	case err != nil:
		return authapi.Account{}, problem(err)
	}
	if err := current(r.Version, u.Version); err != nil {
		return authapi.Account{}, err
	}
	all, err := a.profileCommands(ctx, u, r)
	if err != nil {
		return authapi.Account{}, err
	}
	credential := ""
	if r.Password != nil {
		if credential, err = a.newCredential(ctx, *r.Password); err != nil {
			return authapi.Account{}, err
		}
		all = append(all, user.ChangePassword{Credential: credential})
	}
	out, err := handleAt(ctx, a, r.Version, users, authapi.UserTopic(u.ID), "user/"+u.ID, user.Command(all))
	if err != nil {
		return authapi.Account{}, err
	}
	if credential != "" && out.State.Credential == credential {
		_ = a.Vault.Forget(ctx, u.Credential) // nothing names it any more; left behind it is harmless
	}
	return a.accountOf(ctx, u.ID)
}

// profileCommands reads everything but the new password itself.
func (a *App) profileCommands(ctx context.Context, u view.User, r authapi.ProfileChange) (user.Several, error) {
	var c checks
	var all user.Several
	if r.RealName != nil {
		all = append(all, user.SetRealName{RealName: parsed(&c, "real_name", *r.RealName, user.ParseRealName)})
	}
	if r.Email != nil {
		email := parsed(&c, "email", *r.Email, user.ParseEmail)
		taken, err := a.View.Taken(ctx, view.Email, string(email), u.ID)
		if err != nil {
			return nil, problem(err)
		}
		if taken && email != "" {
			c.taken("email", "email", string(email))
		}
		all = append(all, user.SetEmail{Email: email})
	}
	if r.Password != nil {
		c.add("password", acceptable(*r.Password))
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	if r.Password != nil || r.Email != nil && *r.Email != string(u.Email) {
		return all, a.themselves(ctx, u, r.OldPassword)
	}
	return all, nil
}

// themselves lets only the person change what they come in with: the password,
// and the address that a link to set another is sent to. A program that they
// entrusted with a token must not take their account over.
func (a *App) themselves(ctx context.Context, u view.User, old *string) error {
	if who.From(ctx).InPerson() {
		return nil
	}
	if old == nil {
		return fault.New(fault.Denied, "access.in_person", "A new password or address needs the old password, or that you sign in yourself.").
			WithField("old_password", "is missing")
	}
	_, err := a.Password(ctx, authapi.PasswordProof{Name: string(u.Name), Password: *old})
	if fault.Is(err, fault.Unauthenticated) {
		return fault.New(fault.Invalid, "auth.invalid", "The request is not valid.").WithField("old_password", "is not the present one")
	}
	return err
}

// SignOut implements authapi.Profiles.
func (a *App) SignOut(ctx context.Context, _ authapi.Empty) (authapi.Empty, error) {
	id := who.From(ctx).ID
	_, err := handle(ctx, a, users, authapi.UserTopic(id), "user/"+id, user.Command(user.EndSessions{}))
	return authapi.Empty{}, err
}
