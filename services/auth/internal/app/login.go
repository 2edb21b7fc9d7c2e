package app

import (
	"context"
	"errors"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/password"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
	"github.com/heddle-dev/heddle/services/auth/internal/vault"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// Login implements authapi.Service.
func (a *App) Login(ctx context.Context, r authapi.PasswordRequest) (authapi.Token, error) {
	p, err := a.Verify(ctx, r)
	if err != nil {
		return authapi.Token{}, err
	}
	return a.Signer.Sign(p)
}

// Verify implements authapi.Service.
func (a *App) Verify(ctx context.Context, r authapi.PasswordRequest) (who.Principal, error) {
	if len(r.Password) > password.MaxLength {
		return who.Principal{}, wrong()
	}
	if err := a.View.Fresh(ctx); err != nil {
		return who.Principal{}, problem(err)
	}
	u, err := a.known(ctx, r.Name)
	switch {
	case errors.Is(err, view.ErrNone):
		return who.Principal{}, a.refuse(ctx, r.Password)
	case err != nil:
		return who.Principal{}, problem(err)
	case a.proofs.Has(string(u.Name), u.Credential, r.Password):
		return principal(u), nil
	}
	ok, err := a.matches(ctx, u.Credential, r.Password)
	if err != nil {
		return who.Principal{}, err
	}
	if !ok {
		return who.Principal{}, wrong()
	}
	a.proofs.Add(string(u.Name), u.Credential, r.Password)
	return principal(u), nil
}

// known returns the active user of a login name, or view.ErrNone.
func (a *App) known(ctx context.Context, text string) (view.User, error) {
	name, err := user.ParseName(text)
	if err != nil {
		return view.User{}, view.ErrNone
	}
	u, err := a.View.UserByName(ctx, name)
	if err == nil && !u.Active() {
		return view.User{}, view.ErrNone
	}
	return u, err
}

// matches asks the vault. A hash that is not there or not readable is a
// defect, not a wrong password.
func (a *App) matches(ctx context.Context, credential, pw string) (bool, error) {
	phc, err := a.Vault.Password(ctx, credential)
	if errors.Is(err, vault.ErrMissing) {
		return false, fault.Wrap(err, fault.Internal, "auth.vault", "The user's credential cannot be read.")
	}
	if err != nil {
		return false, problem(err)
	}
	ok, err := a.Gate.Verify(ctx, phc, pw)
	if errors.Is(err, password.ErrHash) {
		return false, fault.Wrap(err, fault.Internal, "auth.vault", "The user's credential cannot be read.")
	}
	return ok, err
}

// refuse does for nobody what matches does for a user, and takes as long.
func (a *App) refuse(ctx context.Context, pw string) error {
	if _, err := a.Vault.Password(ctx, "nobody"); err != nil && !errors.Is(err, vault.ErrMissing) {
		return problem(err)
	}
	if err := a.Gate.Refuse(ctx, pw); err != nil {
		return err
	}
	return wrong()
}

// wrong is the one answer to a wrong name, a wrong password and a user who is
// kept out.
func wrong() error {
	return fault.New(fault.Unauthenticated, "auth.wrong", "The name or the password is wrong.")
}

func principal(u view.User) who.Principal {
	p := who.Principal{ID: u.ID, Name: string(u.Name), Groups: u.Groups, Roles: texts(u.Roles), Method: "password"}
	if len(u.Groups) > 0 {
		p.Group = u.Groups[0]
	}
	return p
}

func texts[S ~string](in []S) []string {
	var out []string
	for _, s := range in {
		out = append(out, string(s))
	}
	return out
}
