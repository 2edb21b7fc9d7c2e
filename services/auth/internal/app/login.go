package app

import (
	"context"
	"errors"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
	"github.com/heddle-dev/heddle/services/auth/internal/password"
	"github.com/heddle-dev/heddle/services/auth/internal/scope"
	"github.com/heddle-dev/heddle/services/auth/internal/throttle"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
	"github.com/heddle-dev/heddle/services/auth/internal/vault"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// Login implements authapi.Service: the command line's way in, for which no
// client and no grant stand.
func (a *App) Login(ctx context.Context, r authapi.PasswordProof) (authapi.Token, error) {
	r.Login = true
	who, err := a.Password(ctx, r)
	if err != nil {
		return authapi.Token{}, err
	}
	p, now := who.Principal, a.Now()
	p.Scopes = []string{scope.API}
	if p.Operator() {
		p.Scopes = append(p.Scopes, scope.Operator)
	}
	who.Facts.Expires = now.Add(a.TokenLifetime)
	jwt, err := a.Mint.Access(oauth.AccessClaims{Principal: p, Facts: who.Facts, AuthTime: now})
	return authapi.Token{AccessToken: jwt, TokenType: "Bearer", ExpiresIn: int64(a.TokenLifetime / time.Second)}, err
}

// Password implements authapi.Credentials.
func (a *App) Password(ctx context.Context, r authapi.PasswordProof) (authapi.Resolved, error) {
	u, err := a.proven(ctx, r)
	if err != nil {
		return authapi.Resolved{}, err
	}
	if r.Login {
		if err := a.signedIn(ctx, u, who.MethodPassword, ""); err != nil {
			return authapi.Resolved{}, err
		}
	}
	return a.resolved(ctx, u, who.MethodPassword, "")
}

// signedIn writes a login down.
func (a *App) signedIn(ctx context.Context, u person, method, provider string) error {
	ctx = who.With(ctx, who.Principal{ID: u.ID, Name: string(u.Name), Method: method, Credential: method})
	_, err := handle(ctx, a, users, authapi.UserTopic(u.ID), "user/"+u.ID, user.Command(user.SignIn{Method: method, Provider: provider}))
	return err
}

// proven is whose name and password these are. One that was verified a moment
// ago costs nothing and needs no store; any other is counted before the work.
func (a *App) proven(ctx context.Context, r authapi.PasswordProof) (person, error) {
	if len(r.Password) > password.MaxLength {
		return person{}, wrong()
	}
	name, syntax := user.ParseName(r.Name)
	u, err := a.person(ctx, func(ctx context.Context) (view.User, error) {
		if syntax != nil {
			return view.User{}, view.ErrNone
		}
		return a.View.UserByName(ctx, name)
	})
	switch {
	case err != nil && !errors.Is(err, view.ErrNone):
		return u, problem(err)
	case err == nil && a.proofs.Has(string(u.Name), u.Credential, r.Password):
		return u, nil
	}
	// A program that starts twenty times at once makes one attempt, not twenty.
	one := a.proofs.Sum(r.Peer.Address, string(name), u.Credential, r.Password)
	return u, a.flights.do(ctx, one, func() error {
		try, err := a.Throttle.Reserve(ctx, string(name), r.Peer.Address)
		if err != nil {
			return err
		}
		return a.judge(ctx, u, r.Password, try)
	})
}

// judge counts what was no right password. What is no answer is no failure of
// the caller's.
func (a *App) judge(ctx context.Context, u person, pw string, try *throttle.Try) error {
	err := a.verdict(ctx, u, pw)
	if fault.Is(err, fault.Unauthenticated) {
		try.Bad(ctx)
	} else {
		try.Good(ctx)
	}
	return err
}

// verdict takes as long for nobody as for a user, and for one who signs in at
// a provider and has no password.
func (a *App) verdict(ctx context.Context, u person, pw string) error {
	if u.Credential == "" {
		return a.refuse(ctx, pw)
	}
	ok, err := a.matches(ctx, u.Credential, pw)
	switch {
	case err != nil:
		return err
	case !ok:
		return wrong()
	}
	a.proofs.Add(string(u.Name), u.Credential, pw)
	return nil
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

func texts[S ~string](in []S) []string {
	var out []string
	for _, s := range in {
		out = append(out, string(s))
	}
	return out
}
