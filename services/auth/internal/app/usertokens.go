package app

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/pkg/who/perm"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/assertion"
	"github.com/heddle-dev/heddle/services/auth/internal/key"
	"github.com/heddle-dev/heddle/services/auth/internal/scope"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// resolveUserJWT is whose a token is that a user signed with a key of their
// own. Whatever is wrong with it is view.ErrNone.
func (a *App) resolveUserJWT(ctx context.Context, r authapi.TokenProof) (authapi.Resolved, error) {
	var u person
	s, err := assertion.VerifyUser(r.Value, r.Server, a.Now(), func(name string) (keys []json.RawMessage, err error) {
		u, err = a.person(ctx, func(ctx context.Context) (view.User, error) { return a.named(ctx, name) })
		for _, k := range u.Keys {
			keys = append(keys, k.JWK)
		}
		return keys, err
	})
	if err != nil {
		return authapi.Resolved{}, forged(err)
	}
	out, err := a.resolved(ctx, u, who.MethodToken, "")
	out.Principal.Credential = string(authapi.KindUserJWT)
	out.Facts.Expires, out.Issued = s.Expires, s.Issued
	return out, err
}

// named finds a user by what may be no name at all.
func (a *App) named(ctx context.Context, text string) (view.User, error) {
	name, err := user.ParseName(text)
	if err != nil {
		return view.User{}, view.ErrNone
	}
	return a.View.UserByName(ctx, name)
}

// resolveSiteJWT is whose a token is that a gateway signed. It is worth no
// more than the credential that it was got with, and ends with that.
func (a *App) resolveSiteJWT(ctx context.Context, r authapi.TokenProof) (authapi.Resolved, error) {
	if err := a.View.Fresh(ctx); err != nil {
		return authapi.Resolved{}, problem(err)
	}
	s, err := assertion.VerifySite(r.Value, r.Server, a.Now(), func(id string) (assertion.SiteKey, error) { return a.siteKey(ctx, id) })
	if err != nil {
		return authapi.Resolved{}, forged(err)
	}
	u, err := a.person(ctx, func(ctx context.Context) (view.User, error) { return a.View.UserByID(ctx, s.User) })
	if err != nil {
		return authapi.Resolved{}, err
	}
	in := ""
	if len(s.Groups) > 0 {
		in = s.Groups[0]
	}
	out, err := a.resolved(ctx, u, who.MethodToken, in)
	if err != nil {
		return authapi.Resolved{}, err
	}
	out = asTokenSays(out, s)
	over, err := a.View.Over(ctx, out.Facts)
	if err == nil && over {
		err = view.ErrNone
	}
	return out, err
}

// siteKey finds the key of a gateway; the zero key opens nothing.
func (a *App) siteKey(ctx context.Context, id string) (assertion.SiteKey, error) {
	known, err := a.View.Keys(ctx)
	if err != nil {
		return assertion.SiteKey{}, problem(err)
	}
	i := slices.IndexFunc(known, func(k key.Dated) bool { return k.ID == id && k.Use == key.Site && k.Stage == key.Signing })
	if i < 0 {
		return assertion.SiteKey{}, nil
	}
	end, err := certificateEnd(known[i].Certificate)
	if err != nil {
		return assertion.SiteKey{}, nil
	}
	return assertion.SiteKey{JWK: known[i].JWK, Expires: end}, nil
}

// asTokenSays takes from a user's rights what the token has not.
func asTokenSays(r authapi.Resolved, s assertion.Site) authapi.Resolved {
	r.Issued, r.Renewable, r.Preferences, r.Longest = s.Issued, s.Renewable, s.Preferences, s.Longest
	p := &r.Principal
	p.Credential, p.Client, p.Scopes, p.Limited = string(authapi.KindSiteJWT), s.Client, s.Scopes, s.Proxy
	r.Facts = who.Facts{User: s.User, Client: s.Client, Grant: s.Grant, APIKey: s.APIKey, Key: s.Key,
		Position: s.Position, Expires: s.Expires, CertSHA256: s.Thumb}.Acting(*p)
	if len(s.Groups) > 0 {
		p.Groups = slices.DeleteFunc(slices.Clone(p.Groups), func(g string) bool { return !slices.Contains(s.Groups, g) })
	}
	if s.Scopes != nil && !slices.Contains(s.Scopes, scope.Operator) {
		p.Roles = slices.DeleteFunc(slices.Clone(p.Roles), func(role string) bool { return role == string(user.Operator) })
		r.Permissions = slices.DeleteFunc(slices.Clone(r.Permissions), func(one string) bool { return one == perm.Everything })
	}
	return r
}

// forged turns what a signature does not vouch for into "there is none".
func forged(err error) error {
	if errors.Is(err, assertion.ErrInvalid) {
		return view.ErrNone
	}
	return err
}
