package app

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/pause"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/key"
)

// heartbeat is how long it takes at most until all replicas and gateways know
// what the journal tells.
const heartbeat = 2 * time.Second

// SigningKeys implements authapi.Admin.
func (a *App) SigningKeys(ctx context.Context, _ authapi.Empty) (authapi.SigningKeys, error) {
	if err := a.View.Fresh(ctx); err != nil {
		return authapi.SigningKeys{}, problem(err)
	}
	known, err := a.View.Keys(ctx)
	var out authapi.SigningKeys
	for _, k := range slices.Backward(known) {
		out.Keys = append(out.Keys, authapi.SigningKey{ID: k.ID, Use: string(k.Use), Alg: algOf(k.JWK),
			Announced: k.Announced, Activated: k.Activated, Retired: k.Retired})
	}
	return out, problem(err)
}

// algOf is what a key signs with; those of gateways need not say it.
func algOf(jwk json.RawMessage) string {
	var members struct {
		Alg   string `json:"alg"`
		Kind  string `json:"kty"`
		Curve string `json:"crv"`
	}
	if json.Unmarshal(jwk, &members) != nil || members.Alg != "" {
		return members.Alg
	}
	return map[string]string{"RSA": "RS256", "ECP-256": "ES256", "ECP-384": "ES384", "OKPEd25519": "EdDSA"}[members.Kind+members.Curve]
}

// RotateKeys implements authapi.Admin. What a call that dies half-way has
// begun goes on by the plan.
func (a *App) RotateKeys(ctx context.Context, r authapi.KeyRotation) (authapi.SigningKeys, error) {
	if err := a.keepKeys(ctx); err != nil {
		return authapi.SigningKeys{}, err
	}
	spoilt, err := a.spoilt(ctx, r.Compromised)
	if err != nil {
		return authapi.SigningKeys{}, err
	}
	if spoilt.Use == key.Site || spoilt.Stage != key.Signing { // nothing has to take its place first
		if err := a.endSpoilt(ctx, spoilt); err != nil {
			return authapi.SigningKeys{}, err
		}
	}
	if spoilt.Use != key.Site {
		if err := a.succeed(ctx, r.Now || r.Compromised != ""); err != nil {
			return authapi.SigningKeys{}, err
		}
	}
	if err := a.endSpoilt(ctx, spoilt); err != nil {
		return authapi.SigningKeys{}, err
	}
	if err := a.TakeKeys(ctx); err != nil {
		return authapi.SigningKeys{}, err
	}
	return a.SigningKeys(ctx, authapi.Empty{})
}

// spoilt is the compromised key; the zero one is none.
func (a *App) spoilt(ctx context.Context, id string) (key.Dated, error) {
	if id == "" {
		return key.Dated{}, nil
	}
	known, err := a.View.Keys(ctx)
	if err != nil {
		return key.Dated{}, problem(err)
	}
	if k := (holding{known: known}).find(id); k.ID != "" {
		return k, nil
	}
	return key.Dated{}, fault.New(fault.Missing, "key.unknown", "There is no such key.").WithField("compromised", "there is no such key")
}

func (a *App) endSpoilt(ctx context.Context, k key.Dated) error {
	if k.ID == "" {
		return nil
	}
	return a.keyCommand(ctx, k.ID, key.Retire{Compromised: true})
}

// succeed has a successor of every key announced, and, if it is urgent, sign
// as soon as everybody knows it.
func (a *App) succeed(ctx context.Context, urgent bool) error {
	next, err := a.successors(ctx)
	if err != nil || !urgent {
		return err
	}
	if err := pause.For(ctx, heartbeat); err != nil {
		return problem(err)
	}
	_, err = a.turn(ctx, key.Steps{Activate: next})
	return err
}

// successors are the keys that wait for their turn, one for each use. A
// rotation that another operator has just begun is this one, too.
func (a *App) successors(ctx context.Context) ([]string, error) {
	for range passes {
		h, err := a.holding(ctx)
		if err != nil {
			return nil, err
		}
		changed, err := a.announceAll(ctx, h)
		if err != nil {
			return nil, err
		}
		if changed {
			continue
		}
		var ids []string
		for _, use := range keyUses {
			i := slices.IndexFunc(h.known, func(k key.Dated) bool { return k.Use == use && k.Stage == key.Waiting && h.usable(k.ID) })
			if i < 0 {
				if err := a.addKey(ctx, use, h.newest()); err != nil {
					return nil, err
				}
				break
			}
			ids = append(ids, h.known[i].ID)
		}
		if len(ids) == len(keyUses) {
			return ids, nil
		}
	}
	return nil, problem(es.ErrConflict)
}
