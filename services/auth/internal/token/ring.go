package token

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
)

// Keys is where the private halves are: the vault.
type Keys interface {
	// SigningKeys are in the form of Key.Secret, oldest first.
	SigningKeys(context.Context) ([][]byte, error)
}

// Ring holds the signing keys of this moment. The journal says which those
// are; the ring is told, and takes their private halves from the vault.
type Ring struct {
	vault Keys
	held  atomic.Pointer[held]
}

// held is one state of a ring; it never changes.
type held struct {
	access, id signer // access is always there
	published  map[string]Key
}

// NewRing returns a ring without keys.
func NewRing(vault Keys) *Ring { return &Ring{vault: vault} }

// Use takes over the keys that the events tell of, oldest first: the newest
// active one of each kind whose private half is there signs from now on, and
// what any published one signed is opened. A key that is in neither list is
// over. On an error the ring stays as it was.
func (r *Ring) Use(ctx context.Context, active, published []string) error {
	secrets, err := r.vault.SigningKeys(ctx)
	if err != nil {
		return fmt.Errorf("token: the signing keys: %w", err)
	}
	next := held{published: map[string]Key{}}
	for _, s := range secrets {
		k, err := ParseKey(s)
		if err != nil {
			return err
		}
		if slices.Contains(published, k.ID) || slices.Contains(active, k.ID) {
			next.published[k.ID] = k
		}
	}
	for _, id := range active {
		if k, ok := next.published[id]; ok {
			if err := next.sign(k); err != nil {
				return err
			}
		}
	}
	if !next.access.ready() {
		return ErrNoKey
	}
	r.held.Store(&next)
	return nil
}

// sign makes k the newest key of its kind.
func (h *held) sign(k Key) error {
	s, err := newSigner(k)
	if err != nil {
		return err
	}
	if k.ForAccess() {
		h.access = s
	} else {
		h.id = s
	}
	return nil
}

// state is the ring's keys, or ErrNoKey before the first Use.
func (r *Ring) state() (*held, error) {
	if h := r.held.Load(); h != nil {
		return h, nil
	}
	return nil, ErrNoKey
}
