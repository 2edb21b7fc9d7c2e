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

// owner is the id of the user whose things are asked for: the caller, or, if
// the caller is an operator, anybody. The view is fresh afterwards.
func (a *App) owner(ctx context.Context, o authapi.Owner) (string, error) {
	p := who.From(ctx)
	if err := who.Authenticated.Check(p); err != nil {
		return "", err
	}
	if err := a.View.Fresh(ctx); err != nil {
		return "", problem(err)
	}
	if o.User == "" || o.User == p.Name {
		return p.ID, nil
	}
	if err := who.Role(who.RoleOperator).Check(p); err != nil {
		return "", err
	}
	name, err := user.ParseName(o.User)
	if err != nil {
		return "", problem(user.ErrUnknown)
	}
	u, err := a.View.UserByName(ctx, name)
	if errors.Is(err, view.ErrNone) {
		return "", problem(user.ErrUnknown)
	}
	return u.ID, problem(err)
}

// mayEnd reports whether the caller may end a thing of a user, and whether as
// an operator.
func mayEnd(ctx context.Context, owner string) (operator bool, err error) {
	p := who.From(ctx)
	switch {
	case p.Anonymous():
		return false, who.Authenticated.Check(p)
	case p.ID == owner:
		return false, nil
	case p.Operator():
		return true, nil
	default:
		return false, fault.New(fault.Denied, "access.owner", "It belongs to somebody else.")
	}
}
