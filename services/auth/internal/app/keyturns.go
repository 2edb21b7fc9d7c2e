package app

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/key"
	"github.com/heddle-dev/heddle/services/auth/internal/token"
)

// passes bounds how often the keys are looked at again after a change.
const passes = 10

// keepKeys does what is due to the signing keys, by the plan, and has the
// service woken when more will be. Any replica may do it at any time and all
// at once: the vault's numbers see to it that one makes a key, and the journal
// that what is done twice is done once. Whoever dies half-way is overtaken by
// the next.
func (a *App) keepKeys(ctx context.Context) error {
	for range passes {
		h, err := a.holding(ctx)
		if err != nil {
			return err
		}
		next, changed, err := a.keepHeld(ctx, h)
		if err != nil {
			return err
		}
		if !changed {
			return a.wakeAt(ctx, keyTimer, next)
		}
	}
	return problem(es.ErrConflict)
}

// keepHeld does one round of what is due. After a change one has to look again.
func (a *App) keepHeld(ctx context.Context, h holding) (next time.Time, changed bool, err error) {
	if changed, err = a.announceAll(ctx, h); changed || err != nil {
		return next, changed, err
	}
	for _, use := range keyUses {
		s := a.KeyPlan.Due(h.known, use, h.usable, a.Now())
		next = sooner(next, s.Next)
		if s.Announce {
			return next, true, a.addKey(ctx, use, h.newest())
		}
		done, err := a.turn(ctx, s)
		if err != nil {
			return next, false, err
		}
		changed = changed || done
	}
	end, done, err := a.endSites(ctx, h.known)
	if changed = changed || done; changed || err != nil {
		return next, changed, err
	}
	return sooner(next, end), false, a.forgetRetired(ctx, h)
}

// announceAll tells of every private half that nobody has told of.
func (a *App) announceAll(ctx context.Context, h holding) (changed bool, err error) {
	for _, p := range h.private {
		if h.find(p.ID).ID != "" {
			continue
		}
		public, err := p.Public()
		if err != nil {
			return changed, err
		}
		use := useOf(p.Key)
		if err := a.keyCommand(ctx, p.ID, key.Announce{ID: p.ID, JWK: public, Use: use, Active: !h.signs(use)}); err != nil {
			return changed, err
		}
		changed = true
	}
	return changed, nil
}

// addKey puts a new key in the vault, unless another replica was faster. It is
// announced with the next look.
func (a *App) addKey(ctx context.Context, use key.Use, newest int) error {
	create := token.NewKey
	if use == key.ID {
		create = token.NewIDKey
	}
	k, err := create()
	if err != nil {
		return err
	}
	secret, err := k.Secret()
	if err != nil {
		return err
	}
	_, err = a.Vault.AddSigningKey(ctx, newest, secret)
	return problem(err)
}

// turn lets keys sign and ends others.
func (a *App) turn(ctx context.Context, s key.Steps) (changed bool, err error) {
	for _, id := range s.Activate {
		if err := a.keyCommand(ctx, id, key.Activate{}); err != nil {
			return changed, err
		}
		changed = true
	}
	for _, id := range s.Retire {
		if err := a.keyCommand(ctx, id, key.Retire{}); err != nil {
			return changed, err
		}
		changed = true
	}
	return changed, nil
}

// forgetRetired purges the private halves of keys that are over.
func (a *App) forgetRetired(ctx context.Context, h holding) error {
	for _, p := range h.private {
		if h.find(p.ID).Stage != key.Over || p.number == h.newest() {
			continue
		}
		if err := a.Vault.ForgetSigningKey(ctx, p.number); err != nil {
			return problem(err)
		}
	}
	return nil
}

func (a *App) keyCommand(ctx context.Context, id string, c key.Command) error {
	_, err := handle(ctx, a, keys, authapi.KeyTopic(id), "key/"+id, c)
	return err
}

// sooner is the earlier of two times, of which zero is none.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
