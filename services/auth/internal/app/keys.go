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

// TakeKeys gives the signer the keys of the vault, of which it makes the
// first where there is none. Each is announced before it signs.
func (a *App) TakeKeys(ctx context.Context) error {
	secrets, err := a.Vault.SigningKeys(ctx)
	if err == nil && len(secrets) == 0 {
		secrets, err = a.firstKey(ctx)
	}
	if err != nil {
		return problem(err)
	}
	var ring []token.Key
	for _, s := range secrets {
		k, err := token.ParseKey(s)
		if err != nil {
			return err
		}
		if err := a.announce(ctx, k); err != nil {
			return err
		}
		ring = append(ring, k)
	}
	return a.Signer.Use(ring...)
}

// firstKey makes a key. If another replica was faster, its key is taken.
func (a *App) firstKey(ctx context.Context) ([][]byte, error) {
	k, err := token.NewKey()
	if err != nil {
		return nil, err
	}
	secret, err := k.Secret()
	if err != nil {
		return nil, err
	}
	if _, err := a.Vault.AddSigningKey(ctx, 0, secret); err != nil {
		return nil, err
	}
	return a.Vault.SigningKeys(ctx)
}

func (a *App) announce(ctx context.Context, k token.Key) error {
	public, err := k.Public()
	if err != nil {
		return err
	}
	_, err = handle(ctx, a, keys(), authapi.KeyTopic(k.ID), "key/"+k.ID, key.Command(key.Announce{ID: k.ID, JWK: public, Use: key.Access, Active: true}))
	return err
}
