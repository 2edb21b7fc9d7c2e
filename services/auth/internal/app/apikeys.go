package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/apikey"
	"github.com/heddle-dev/heddle/services/auth/internal/keytext"
	"github.com/heddle-dev/heddle/services/auth/internal/scope"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// APIKeyRules are what users may make.
type APIKeyRules struct {
	Scopes   []string      // of a key for which none are asked
	Lifetime time.Duration // of a key for which none is asked
	Longest  time.Duration
	Most     int // keys of one user that stand
}

// apiKeySecrets is the vault's kind for the hashes of API keys.
const apiKeySecrets = "apikey"

// maxKeyName bounds a key's name, in bytes.
const maxKeyName = 100

var _ authapi.APIKeys = (*App)(nil)

// CreateAPIKey implements authapi.APIKeys. The hash is in the vault before the
// event names it.
func (a *App) CreateAPIKey(ctx context.Context, r authapi.NewAPIKey) (authapi.APIKeySecret, error) {
	p := who.From(ctx)
	if !p.InPerson() {
		return authapi.APIKeySecret{}, fault.New(fault.Denied, "access.in_person", "Who makes a key must be here in person, with a password or a certificate and not with a token or another key.")
	}
	u, err := a.person(ctx, func(ctx context.Context) (view.User, error) { return a.View.UserByID(ctx, p.ID) })
	if err != nil {
		return authapi.APIKeySecret{}, unknown(err)
	}
	made, err := a.newAPIKey(ctx, u, r)
	if err != nil {
		return authapi.APIKeySecret{}, err
	}
	if err := a.roomForKey(ctx, u.ID); err != nil {
		return authapi.APIKeySecret{}, err
	}
	id, text, sum := keytext.New()
	made.ID = id
	if err := a.Vault.PutHash(ctx, apiKeySecrets, id, sum); err != nil {
		return authapi.APIKeySecret{}, problem(err)
	}
	if err := a.apiKeyCommand(ctx, u.ID, id, apikey.Create{Created: made}); err != nil {
		return authapi.APIKeySecret{}, err
	}
	k, err := a.View.APIKeyByID(ctx, id)
	return authapi.APIKeySecret{APIKey: shownKey(k), Secret: text}, problem(err)
}

// newAPIKey reads the request.
func (a *App) newAPIKey(ctx context.Context, u person, r authapi.NewAPIKey) (apikey.Created, error) {
	var c checks
	if r.Name == "" || len(r.Name) > maxKeyName {
		c.add("name", fmt.Errorf("must have 1 to %d bytes", maxKeyName))
	}
	if len(r.Scopes) == 0 {
		r.Scopes = a.KeyRules.Scopes
	}
	c.add("scopes", forKeys(r.Scopes))
	switch {
	case r.Lifetime == 0:
		r.Lifetime = min(a.KeyRules.Lifetime, a.KeyRules.Longest)
	case r.Lifetime < time.Second || r.Lifetime > a.KeyRules.Longest:
		c.add("expires_in", fmt.Errorf("must be between a second and %v", a.KeyRules.Longest))
	}
	groups, err := a.groups(ctx, u)
	if err != nil {
		return apikey.Created{}, err
	}
	if _, err := acting(u, groups, r.Group); err != nil {
		c.add("group", errors.New("is not a group of yours"))
	}
	scopes := slices.Compact(slices.Sorted(slices.Values(r.Scopes)))
	return apikey.Created{User: u.ID, Name: r.Name, Group: r.Group, Scopes: scopes,
		Expires: a.Now().Add(r.Lifetime).UTC().Truncate(time.Second)}, c.err()
}

// forKeys refuses words that mean nothing for a key: it has no refresh token
// and no certificate.
func forKeys(words []string) error {
	for _, w := range words {
		if w == scope.OfflineAccess || w == scope.Bound {
			return fmt.Errorf("scope %s: is not for keys", w)
		}
	}
	return scope.Known(words)
}

// roomForKey bounds the keys of one user. Several made at once may exceed the
// bound by their number; it is there to notice a program that makes one for
// every run.
func (a *App) roomForKey(ctx context.Context, user string) error {
	all, err := a.View.APIKeysOf(ctx, user)
	if err != nil {
		return problem(err)
	}
	standing := slices.DeleteFunc(all, func(k view.APIKey) bool { return !k.Stands(a.Now()) })
	if len(standing) >= a.KeyRules.Most {
		return fault.New(fault.Conflict, "apikey.too_many", "You have %d keys already; revoke one that you do not need.", len(standing))
	}
	return nil
}

// APIKeys implements authapi.APIKeys: those that were not revoked, oldest
// first. Expired ones are among them: their owner may wonder why they fail.
func (a *App) APIKeys(ctx context.Context, o authapi.Owner) (authapi.APIKeyList, error) {
	owner, err := a.owner(ctx, o)
	if err != nil {
		return authapi.APIKeyList{}, err
	}
	all, err := a.View.APIKeysOf(ctx, owner)
	var out authapi.APIKeyList
	for _, k := range all {
		if !k.Revoked {
			out.Keys = append(out.Keys, shownKey(k))
		}
	}
	return out, problem(err)
}

func shownKey(k view.APIKey) authapi.APIKey {
	return authapi.APIKey{ID: k.ID, User: k.User, Name: k.Name, Group: k.Group, Scopes: k.Scopes,
		Created: k.Since, Expires: k.Expires, Used: k.Used}
}

// RevokeAPIKey implements authapi.APIKeys.
func (a *App) RevokeAPIKey(ctx context.Context, r authapi.APIKeyRef) (authapi.Empty, error) {
	if err := a.View.Fresh(ctx); err != nil {
		return authapi.Empty{}, problem(err)
	}
	k, err := a.View.APIKeyByID(ctx, r.ID)
	if errors.Is(err, view.ErrNone) {
		return authapi.Empty{}, fault.New(fault.Missing, "apikey.unknown", "There is no such key.")
	}
	if err != nil {
		return authapi.Empty{}, problem(err)
	}
	if _, err := mayEnd(ctx, k.User); err != nil {
		return authapi.Empty{}, err
	}
	if err := a.apiKeyCommand(ctx, k.User, k.ID, apikey.Revoke{}); err != nil {
		return authapi.Empty{}, err
	}
	_ = a.Vault.ForgetHash(ctx, apiKeySecrets, k.ID) // it opens nothing any more; the sweep finds what is left behind
	return authapi.Empty{}, nil
}

func (a *App) apiKeyCommand(ctx context.Context, user, id string, c apikey.Command) error {
	_, err := handle(ctx, a, apikeys, authapi.APIKeyTopic(user, id), "apikey/"+id, c)
	return err
}
