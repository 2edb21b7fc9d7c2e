package vault

import (
	"context"
	"errors"
	"strings"

	"github.com/nats-io/nats.go/jetstream"
)

// PutHash keeps the hash of a secret that we made ourselves, a client's or an
// API key's, under an id of that kind. Putting the same again changes nothing;
// another hash under the same id is an error.
func (v *Vault) PutHash(ctx context.Context, kind, id string, sum []byte) error {
	_, err := v.kv.Create(ctx, kind+"."+id, sum)
	if !errors.Is(err, jetstream.ErrKeyExists) {
		return err
	}
	kept, err := v.Hash(ctx, kind, id)
	if err == nil && string(kept) != string(sum) {
		err = errors.New("vault: the id " + kind + "." + id + " is taken")
	}
	return err
}

// Hash returns what PutHash kept, or ErrMissing.
func (v *Vault) Hash(ctx context.Context, kind, id string) ([]byte, error) {
	return v.get(ctx, kind+"."+id)
}

// Hashes are the ids of a kind.
func (v *Vault) Hashes(ctx context.Context, kind string) ([]string, error) {
	lister, err := v.kv.ListKeysFiltered(ctx, kind+".*")
	if err != nil {
		return nil, err
	}
	var ids []string
	for key := range lister.Keys() {
		ids = append(ids, strings.TrimPrefix(key, kind+"."))
	}
	return ids, ctx.Err()
}

// ForgetHash removes a hash that nothing names any more.
func (v *Vault) ForgetHash(ctx context.Context, kind, id string) error {
	return v.kv.Purge(ctx, kind+"."+id)
}
