package app

import (
	"context"
	"encoding/json"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/key"
	"github.com/heddle-dev/heddle/services/auth/internal/token"
)

// Keys implements authapi.Service. It asks the view and not this replica's
// signer, so that the keys of all replicas are in it.
func (a *App) Keys(ctx context.Context, _ authapi.Empty) (authapi.Keys, error) {
	if err := a.View.Fresh(ctx); err != nil {
		return nil, problem(err)
	}
	ks, err := a.View.Keys(ctx)
	if err != nil {
		return nil, problem(err)
	}
	set := struct {
		Keys []json.RawMessage `json:"keys"`
	}{make([]json.RawMessage, 0, len(ks))}
	for _, k := range ks {
		if k.Stage != key.Over && k.Use != key.Site { // a site's key is for site tokens only
			set.Keys = append(set.Keys, k.JWK)
		}
	}
	return json.Marshal(set)
}

// TakeKeys gives the ring the keys of the vault, of which it makes the first
// where there are none. Each is announced before it signs.
func (a *App) TakeKeys(ctx context.Context) error {
	secrets, err := a.Vault.SigningKeys(ctx)
	for i, make := range []func() (token.Key, error){token.NewKey, token.NewIDKey} {
		if err == nil && len(secrets) <= i {
			secrets, err = a.makeKey(ctx, len(secrets), make)
		}
	}
	if err != nil {
		return problem(err)
	}
	var ids []string
	for _, s := range secrets {
		k, err := token.ParseKey(s)
		if err != nil {
			return err
		}
		if err := a.announce(ctx, k); err != nil {
			return err
		}
		ids = append(ids, k.ID)
	}
	return problem(a.Ring.Use(ctx, ids, ids))
}

// makeKey makes a key. If another replica was faster, its key is taken.
func (a *App) makeKey(ctx context.Context, have int, make func() (token.Key, error)) ([][]byte, error) {
	k, err := make()
	if err != nil {
		return nil, err
	}
	secret, err := k.Secret()
	if err != nil {
		return nil, err
	}
	if _, err := a.Vault.AddSigningKey(ctx, have, secret); err != nil {
		return nil, err
	}
	return a.Vault.SigningKeys(ctx)
}

func (a *App) announce(ctx context.Context, k token.Key) error {
	public, err := k.Public()
	if err != nil {
		return err
	}
	use := key.ID
	if k.ForAccess() {
		use = key.Access
	}
	_, err = handle(ctx, a, keys(), authapi.KeyTopic(k.ID), "key/"+k.ID, key.Command(key.Announce{ID: k.ID, JWK: public, Use: use, Active: true}))
	return err
}
