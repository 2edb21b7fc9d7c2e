package token

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
)

// The kinds of symmetric keys in the vault.
const (
	RefreshKeys = "mac.refresh"
	Core4Keys   = "hmac.core4"
	CookieKeys  = "hmac.cookie"
)

// lengths of new keys, and the least of given ones: what the hash of each MAC
// is wide (RFC 7518, section 3.2, demands it of HS512).
var lengths = map[string]int{RefreshKeys: 32, Core4Keys: 64, CookieKeys: 32}

// SecretStore is the vault's part for symmetric keys.
type SecretStore interface {
	// Secrets are those of a kind, oldest first.
	Secrets(ctx context.Context, kind string) ([][]byte, error)
	// AddSecret keeps one as the newest of its kind, unless there are not (any
	// more) as many as the caller thinks; then added is false.
	AddSecret(ctx context.Context, kind string, have int, secret []byte) (added bool, err error)
}

// Secrets are symmetric keys by kind, oldest first: the newest makes, all open.
type Secrets struct{ byKind map[string][][]byte }

// TakeSecrets takes the keys of the vault, and makes the first of each kind
// that has none. Of several replicas that do so at once one wins, and all end
// with the same keys.
func TakeSecrets(ctx context.Context, vault SecretStore) (Secrets, error) {
	all := map[string][][]byte{}
	for kind, length := range lengths {
		keys, err := vault.Secrets(ctx, kind)
		if err == nil && len(keys) == 0 {
			fresh := make([]byte, length)
			rand.Read(fresh) // it never fails
			if _, err = vault.AddSecret(ctx, kind, 0, fresh); err == nil {
				keys, err = vault.Secrets(ctx, kind)
			}
		}
		if err != nil {
			return Secrets{}, fmt.Errorf("token: the keys %s: %w", kind, err)
		}
		all[kind] = keys
	}
	return newSecrets(all)
}

// newSecrets refuses keys that are shorter than what they protect deserves.
func newSecrets(all map[string][][]byte) (Secrets, error) {
	for kind, length := range lengths {
		if len(all[kind]) == 0 {
			return Secrets{}, fmt.Errorf("token: there is no key %s", kind)
		}
		for _, k := range all[kind] {
			if len(k) < length {
				return Secrets{}, fmt.Errorf("token: a key %s has %d bytes; give it %d or more", kind, len(k), length)
			}
		}
	}
	return Secrets{all}, nil
}

// With returns the secrets with a configured key as the only one of its kind.
func (s Secrets) With(kind string, key []byte) (Secrets, error) {
	all := maps.Clone(s.byKind)
	all[kind] = [][]byte{key}
	return newSecrets(all)
}

func (s Secrets) newest(kind string) []byte {
	keys := s.byKind[kind]
	return keys[len(keys)-1]
}

// String keeps the keys out of logs.
func (Secrets) String() string { return "secrets" }

// GoString does so for %#v.
func (s Secrets) GoString() string { return s.String() }
