package app

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"slices"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/pkg/who/perm"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/keytext"
	"github.com/heddle-dev/heddle/services/auth/internal/scope"
	"github.com/heddle-dev/heddle/services/auth/internal/vault"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// resolveAPIKey is whose a key is, and what it may do. Whatever is wrong with
// it is view.ErrNone.
func (a *App) resolveAPIKey(ctx context.Context, r authapi.TokenProof) (authapi.Resolved, error) {
	id, sum, err := keytext.Parse(r.Value)
	if err != nil {
		return authapi.Resolved{}, view.ErrNone
	}
	var k view.APIKey
	u, err := a.person(ctx, func(ctx context.Context) (u view.User, err error) {
		if k, err = a.provenKey(ctx, id, sum); err == nil {
			u, err = a.View.UserByID(ctx, k.User)
		}
		return u, err
	})
	if err != nil {
		return authapi.Resolved{}, err
	}
	out, err := a.resolved(ctx, u, who.MethodAPIKey, k.Group)
	if err != nil {
		return authapi.Resolved{}, err
	}
	a.uses.note(k, a.Now())
	return limited(out, k), nil
}

// provenKey does the same work for a key that is not there: it compares with
// what nothing hashes to.
func (a *App) provenKey(ctx context.Context, id string, sum []byte) (view.APIKey, error) {
	k, missing := a.View.APIKeyByID(ctx, id)
	if missing != nil && !errors.Is(missing, view.ErrNone) {
		return k, missing
	}
	kept, err := a.Vault.Hash(ctx, apiKeySecrets, id)
	if errors.Is(err, vault.ErrMissing) {
		kept = make([]byte, sha256.Size)
	} else if err != nil {
		return k, problem(err)
	}
	if subtle.ConstantTimeCompare(kept, sum) != 1 || missing != nil || !k.Stands(a.Now()) {
		return k, view.ErrNone
	}
	return k, nil
}

// limited is what the key may do of what its user may.
func limited(r authapi.Resolved, k view.APIKey) authapi.Resolved {
	p := &r.Principal
	p.Scopes = append([]string{}, k.Scopes...) // never nil, which is no limit
	p.Credential = "apikey/" + k.ID
	if k.Group != "" {
		p.Groups = []string{k.Group}
	}
	if !slices.Contains(k.Scopes, scope.Operator) {
		p.Roles = slices.DeleteFunc(slices.Clone(p.Roles), func(role string) bool { return role == who.RoleOperator })
		r.Permissions = slices.DeleteFunc(slices.Clone(r.Permissions), func(one string) bool { return one == perm.Everything })
	}
	r.Facts.APIKey, r.Facts.Expires = k.ID, k.Expires
	return r
}
