package app

import (
	"context"
	"encoding/json"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/key"
)

// Keys implements authapi.Service. It asks the view and not this replica's
// ring, so that the keys of all replicas are in it.
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

// TakeKeys makes the keys that are missing and lets the ring sign.
func (a *App) TakeKeys(ctx context.Context) error {
	if err := a.keepKeys(ctx); err != nil {
		return err
	}
	return a.useKeys(ctx)
}

// useKeys tells the ring which keys sign and which verify. One at a time: who
// looked earlier must not have the last word.
func (a *App) useKeys(ctx context.Context) error {
	a.ringing.Lock()
	defer a.ringing.Unlock()
	known, err := a.View.Keys(ctx)
	if err != nil {
		return problem(err)
	}
	active := ours(key.Staged(known, key.Signing))
	return problem(a.Ring.Use(ctx, active, append(ours(key.Staged(known, key.Waiting)), active...)))
}

// ours are the ids of keys that the ring may have.
func ours(keys []key.Dated) []string {
	var ids []string
	for _, k := range keys {
		if k.Use != key.Site {
			ids = append(ids, k.ID)
		}
	}
	return ids
}
