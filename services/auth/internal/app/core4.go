package app

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/flow"
	"github.com/heddle-dev/heddle/services/auth/internal/mail"
	"github.com/heddle-dev/heddle/services/auth/internal/token"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// Post takes letters to users, and neither waits nor tells what becomes of them.
type Post interface {
	Send(context.Context, mail.Letter)
}

var _ authapi.Core4 = (*App)(nil)

// IssueCore4 implements authapi.Core4.
func (a *App) IssueCore4(ctx context.Context, r authapi.Core4Request) (authapi.Core4Token, error) {
	u, err := a.person(ctx, func(ctx context.Context) (view.User, error) { return a.View.UserByID(ctx, r.User) })
	if err != nil {
		return authapi.Core4Token{}, unknown(err)
	}
	now := a.Now()
	expires := now.Add(a.Core4Lifetime)
	jwt, err := a.Mint.Core4(string(u.Name), now, expires, r.Position)
	return authapi.Core4Token{Token: jwt, Cookie: a.Mint.Seal(jwt, now), Issued: now, Expires: expires}, err
}

// resolveCore4 opens a token of core4's login, sealed or not. Its facts are
// those of its making; what its user may do is that of now. It is a session
// that a password began: who has it is here in person.
func (a *App) resolveCore4(ctx context.Context, r authapi.TokenProof) (authapi.Resolved, error) {
	value := r.Value
	if kindOf(value) == authapi.KindCore4Seal {
		var err error
		if value, err = a.Mint.Unseal(value, a.Now()); err != nil {
			return authapi.Resolved{}, notValid()
		}
	}
	name, issued, expires, position, err := a.Mint.OpenCore4(value)
	if err != nil {
		return authapi.Resolved{}, notValid()
	}
	u, err := a.person(ctx, func(ctx context.Context) (view.User, error) { return a.named(ctx, name) })
	if err != nil {
		return authapi.Resolved{}, err
	}
	out, err := a.resolved(ctx, u, who.MethodSession, "")
	if err != nil {
		return authapi.Resolved{}, err
	}
	out.Facts.Position, out.Facts.Expires, out.Issued = position, expires, issued
	over, err := a.View.Over(ctx, out.Facts)
	switch {
	case err != nil:
		return authapi.Resolved{}, problem(err)
	case over:
		return authapi.Resolved{}, notValid()
	default:
		return out, nil
	}
}

// resetPath is where the gateway takes the token of a reset link.
const resetPath = "/core4/api/v1/reset"

// RequestReset implements authapi.Core4. Whoever asks gets the same answer:
// that nobody has the address, that too many links were asked for, or that
// one is on its way.
func (a *App) RequestReset(ctx context.Context, r authapi.EmailRequest) (authapi.Empty, error) {
	email := strings.ToLower(strings.TrimSpace(r.Email))
	try, err := a.Resets.Reserve(ctx, email, r.Peer.Address)
	switch {
	case fault.Is(err, fault.Exhausted):
		return authapi.Empty{}, nil
	case err != nil:
		return authapi.Empty{}, err
	}
	try.Bad(ctx) // each counts
	u, err := a.person(ctx, func(ctx context.Context) (view.User, error) { return a.View.UserByEmail(ctx, email) })
	switch {
	case email == "" || errors.Is(err, view.ErrNone):
		return authapi.Empty{}, nil
	case err != nil:
		return authapi.Empty{}, err
	}
	jwt, err := a.Mint.Reset(string(u.Name), string(u.Email), u.Credential, a.Now().Add(a.ResetLifetime))
	if err != nil {
		return authapi.Empty{}, err
	}
	a.Post.Send(ctx, resetLetter(u, strings.TrimSuffix(a.Issuer, "/")+resetPath+"?"+url.Values{"token": {jwt}}.Encode(), a.ResetLifetime))
	return authapi.Empty{}, nil
}

func resetLetter(u person, link string, life time.Duration) mail.Letter {
	return mail.Letter{
		To: string(u.Email), About: "user/" + u.ID, Subject: "Your password",
		Text: "Hello " + string(u.Name) + ",\n\nhere you can set a new password, once and within " + life.String() + ":\n\n" + link +
			"\n\nIf you did not ask for this, you need not do anything: your password is what it was.\n",
	}
}

// Reset implements authapi.Core4. The token names the password that it
// replaces, and is used up by the first who shows it.
func (a *App) Reset(ctx context.Context, r authapi.ResetRequest) (authapi.Empty, error) {
	name, email, digest, expires, err := a.Mint.OpenReset(r.Token)
	if err != nil {
		return authapi.Empty{}, notValid()
	}
	u, err := a.person(ctx, func(ctx context.Context) (view.User, error) { return a.named(ctx, name) })
	if err != nil {
		return authapi.Empty{}, unknown(err)
	}
	if token.Digest(u.Credential) != digest || string(u.Email) != email {
		return authapi.Empty{}, notValid()
	}
	var c checks
	c.add("password", acceptable(r.Password))
	if err := c.err(); err != nil {
		return authapi.Empty{}, err
	}
	err = a.Flow.Add(ctx, flow.Reset, r.Token, nil, expires.Sub(a.Now())+resetMargin)
	switch {
	case errors.Is(err, flow.ErrTaken):
		return authapi.Empty{}, notValid()
	case err != nil:
		return authapi.Empty{}, problem(err)
	}
	if err := a.replacePassword(ctx, u, r.Password); err != nil {
		_ = a.Flow.Drop(context.WithoutCancel(ctx), flow.Reset, r.Token) // it can be tried again
		return authapi.Empty{}, err
	}
	return authapi.Empty{}, nil
}

// resetMargin is how much longer than the token itself its use is remembered:
// the clocks of replicas differ.
const resetMargin = time.Minute

// replacePassword does what the user asks for by a token.
func (a *App) replacePassword(ctx context.Context, u person, pw string) error {
	credential, err := a.newCredential(ctx, pw)
	if err != nil {
		return err
	}
	ctx = who.With(ctx, who.Principal{ID: u.ID, Name: string(u.Name), Method: who.MethodToken, Credential: "reset"})
	if _, err := a.change(ctx, string(u.Name), user.ChangePassword{Credential: credential}); err != nil {
		return err
	}
	_ = a.Vault.Forget(ctx, u.Credential) // nothing names it any more; left behind it is harmless
	return nil
}
