package app

import (
	"context"
	"errors"
	"slices"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/pkg/who/perm"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/federation"
	"github.com/heddle-dev/heddle/services/auth/internal/scope"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// resolveUpstream is whose access token of a provider it is. Such a token does
// for its user what one of ours with the scope "api" does: it makes nobody an
// operator, since whoever asked for it knew nothing of that.
func (a *App) resolveUpstream(ctx context.Context, r authapi.TokenProof) (authapi.Resolved, error) {
	id, err := a.Upstreams.Bearer(ctx, r.Value)
	if errors.Is(err, federation.ErrNoToken) {
		return authapi.Resolved{}, notValid()
	}
	if err != nil {
		return authapi.Resolved{}, problem(err)
	}
	u, err := a.person(ctx, func(ctx context.Context) (view.User, error) { return a.View.UserByLink(ctx, id.Provider, id.Subject) })
	if err != nil {
		return authapi.Resolved{}, unknown(err)
	}
	out, err := a.resolved(ctx, u, who.MethodToken, "")
	if err != nil {
		return authapi.Resolved{}, unknown(err)
	}
	out.Principal.Credential, out.Principal.Scopes = "provider/"+id.Provider, []string{scope.API}
	out.Principal.Roles = slices.DeleteFunc(slices.Clone(out.Principal.Roles), func(role string) bool { return role == who.RoleOperator })
	out.Permissions = slices.DeleteFunc(out.Permissions, func(p string) bool { return p == perm.Everything })
	out.Facts.Expires = id.Expires
	return out, nil
}
