package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/apikey"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// maxUses bounds the uses that wait to be written. One that finds no room is
// noted with the key's next use.
const maxUses = 10_000

// flushTime is how long the last uses may take to be written at the end.
const flushTime = 2 * time.Second

// uses are the keys that were used and whose use the journal does not know
// yet, each once. Nobody who uses a key waits for them.
type uses struct {
	mu      sync.Mutex
	waiting map[string]use // by id of the key
	more    chan struct{}  // has room for one
}

type use struct {
	user string
	at   time.Time
}

func newUses() *uses { return &uses{waiting: map[string]use{}, more: make(chan struct{}, 1)} }

// note remembers a use in an hour that the journal knows nothing of.
func (u *uses) note(k view.APIKey, now time.Time) {
	if !now.UTC().Truncate(time.Hour).After(k.Used) {
		return
	}
	u.put(k.ID, use{k.User, now})
}

func (u *uses) put(id string, one use) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if known, found := u.waiting[id]; found && !one.at.After(known.at) || !found && len(u.waiting) >= maxUses {
		return
	}
	u.waiting[id] = one
	select {
	case u.more <- struct{}{}:
	default:
	}
}

// take empties it.
func (u *uses) take() map[string]use {
	u.mu.Lock()
	defer u.mu.Unlock()
	taken := u.waiting
	u.waiting = map[string]use{}
	return taken
}

// noteUses writes uses down until ctx ends, and then those that are left.
func (a *App) noteUses(ctx context.Context) {
	for {
		select {
		case <-a.uses.more:
			a.persist(ctx, "the use of API keys", a.writeUses)
		case <-ctx.Done():
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
			defer cancel()
			_ = a.writeUses(ctx) // what it fails with is noted at the next use
			return
		}
	}
}

// writeUses writes those that wait; what fails waits again.
func (a *App) writeUses(ctx context.Context) error {
	var failed error
	for id, one := range a.uses.take() {
		if failed == nil {
			failed = a.writeUse(ctx, id, one)
		}
		if failed != nil {
			a.uses.put(id, one)
		}
	}
	return failed
}

// writeUse is in the name of the key's owner. Nobody waits to see it.
func (a *App) writeUse(ctx context.Context, id string, one use) error {
	ctx = who.With(ctx, who.Principal{ID: one.user, Credential: "apikey/" + id})
	_, err := es.Handle(ctx, a.Store, nil, apikeys, authapi.APIKeyTopic(one.user, id), a.meta(ctx, "apikey/"+id), apikey.Command(apikey.Use{Now: one.at}))
	if errors.Is(err, apikey.ErrOver) || errors.Is(err, apikey.ErrUnknown) { // ended meanwhile
		return nil
	}
	return problem(err)
}

// sweep forgets the secrets of keys that are over: expired ones, and whatever
// a revocation left behind.
func (a *App) sweep(ctx context.Context) error {
	if err := a.View.Fresh(ctx); err != nil {
		return problem(err)
	}
	over, err := a.View.APIKeysOver(ctx, a.Now())
	if err != nil {
		return problem(err)
	}
	kept, err := a.Vault.Hashes(ctx, apiKeySecrets)
	if err != nil {
		return problem(err)
	}
	for _, id := range kept {
		if !over[id] {
			continue // also one of which the event is still to come
		}
		if err := a.Vault.ForgetHash(ctx, apiKeySecrets, id); err != nil {
			return problem(err)
		}
	}
	return a.wakeAt(ctx, sweepTimer, a.Now().Add(sweepEvery))
}
