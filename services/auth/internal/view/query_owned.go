package view

import (
	"context"
	"encoding/json"
	"time"

	"github.com/heddle-dev/heddle/services/auth/internal/apikey"
	"github.com/heddle-dev/heddle/services/auth/internal/grant"
)

// Grant is a grant as the view knows it.
type Grant struct {
	grant.Grant
	Refreshed time.Time `json:"refreshed,omitzero"` // the last time
	Since     time.Time `json:"-"`                  // when it began
	Position  uint64    `json:"-"`                  // of its beginning
}

// after is the grant after an event of that time.
func (g Grant) after(e grant.Event, at time.Time) Grant {
	g.Grant = grant.Evolve(g.Grant, e)
	if _, ok := e.(grant.Refreshed); ok {
		g.Refreshed = at
	}
	return g
}

// APIKey is an API key as the view knows it.
type APIKey struct {
	apikey.Key
	Since time.Time // when it was made
}

// GrantByID returns a grant, revoked ones too, or ErrNone.
func (v *View) GrantByID(ctx context.Context, id string) (Grant, error) {
	return only(v.grants(ctx, `kind = 'grant' AND id = ?`, id))
}

// GrantsOf returns all grants of a user, oldest first.
func (v *View) GrantsOf(ctx context.Context, userID string) ([]Grant, error) {
	return v.grants(ctx, `kind = 'grant' AND owner = ?`, userID)
}

// APIKeyByID returns a key, revoked ones too, or ErrNone.
func (v *View) APIKeyByID(ctx context.Context, id string) (APIKey, error) {
	return only(v.apikeys(ctx, `kind = 'apikey' AND id = ?`, id))
}

// APIKeysOf returns all keys of a user, oldest first.
func (v *View) APIKeysOf(ctx context.Context, userID string) ([]APIKey, error) {
	return v.apikeys(ctx, `kind = 'apikey' AND owner = ?`, userID)
}

// APIKeysOver are the ids of all keys that are good for nothing any more.
func (v *View) APIKeysOver(ctx context.Context, now time.Time) (map[string]bool, error) {
	all, err := v.apikeys(ctx, `kind = 'apikey'`)
	over := map[string]bool{}
	for _, k := range all {
		if !k.Stands(now) {
			over[k.ID] = true
		}
	}
	return over, err
}

func (v *View) grants(ctx context.Context, where string, args ...any) ([]Grant, error) {
	var out []Grant
	err := v.each(ctx, where, args, func(raw []byte, since time.Time, seq uint64) error {
		g := Grant{Since: since, Position: seq}
		err := json.Unmarshal(raw, &g)
		out = append(out, g)
		return err
	})
	return out, err
}

func (v *View) apikeys(ctx context.Context, where string, args ...any) ([]APIKey, error) {
	var out []APIKey
	err := v.each(ctx, where, args, func(raw []byte, since time.Time, _ uint64) error {
		k := APIKey{Since: since}
		err := json.Unmarshal(raw, &k.Key)
		out = append(out, k)
		return err
	})
	return out, err
}

func only[T any](list []T, err error) (one T, _ error) {
	switch {
	case err != nil:
		return one, err
	case len(list) == 0:
		return one, ErrNone
	default:
		return list[0], nil
	}
}
