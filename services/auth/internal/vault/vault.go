// Package vault keeps what must never be in an event: password hashes and
// private signing keys. It is separate because its store, a NATS key-value
// bucket, is one that can forget, and that only the auth service may open;
// the journal, which everybody may follow and which stays for ever, holds the
// ids of its entries. An entry is written before the event that names it, so
// that an event never points at nothing; an entry without an event is
// harmless.
package vault

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Bucket is the name of the key-value bucket.
const Bucket = "AUTH_VAULT"

const (
	passwords = "password."
	signing   = "signing."
)

// ErrMissing says that there is no such entry. Any other error but the
// context's means that the vault is unavailable.
var ErrMissing = errors.New("vault: no such entry")

// Vault is the open vault.
type Vault struct{ kv jetstream.KeyValue }

// Open returns the vault, making its bucket where it does not exist; 0
// replicas mean 1.
func Open(ctx context.Context, nc *nats.Conn, replicas int) (*Vault, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	kv, err := js.KeyValue(ctx, Bucket)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		kv, err = create(ctx, js, replicas)
	}
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	return &Vault{kv}, nil
}

func create(ctx context.Context, js jetstream.JetStream, replicas int) (jetstream.KeyValue, error) {
	kv, err := js.CreateKeyValue(ctx, jetstream.KeyValueConfig{
		Bucket: Bucket, Description: "Heddle: password hashes and signing keys; for the auth service only",
		History: 1, Storage: jetstream.FileStorage, Replicas: replicas,
	})
	if err != nil && !errors.Is(err, jetstream.ErrBucketExists) {
		return nil, err
	}
	if replicas <= 1 && err == nil {
		return kv, nil
	}
	// Direct gets may be answered by a replica that lags behind: an entry just
	// written would be missing. Without them the leader answers.
	st, err := js.Stream(ctx, "KV_"+Bucket)
	if err != nil {
		return nil, err
	}
	cfg := st.CachedInfo().Config
	cfg.AllowDirect = cfg.Replicas <= 1
	if _, err := js.UpdateStream(ctx, cfg); err != nil {
		return nil, err
	}
	return js.KeyValue(ctx, Bucket)
}

// PutPassword keeps a password's hash and returns the new credential's id.
func (v *Vault) PutPassword(ctx context.Context, phc string) (credential string, err error) {
	credential = strings.ToLower(rand.Text())
	_, err = v.kv.Create(ctx, passwords+credential, []byte(phc))
	return credential, err
}

// Password returns the hash of a credential.
func (v *Vault) Password(ctx context.Context, credential string) (phc string, err error) {
	b, err := v.get(ctx, passwords+credential)
	return string(b), err
}

// Forget removes a credential that nothing names any more.
func (v *Vault) Forget(ctx context.Context, credential string) error {
	return v.kv.Purge(ctx, passwords+credential)
}

func (v *Vault) get(ctx context.Context, key string) ([]byte, error) {
	e, err := v.kv.Get(ctx, key)
	switch {
	case errors.Is(err, jetstream.ErrKeyNotFound), errors.Is(err, jetstream.ErrInvalidKey):
		return nil, ErrMissing
	case err != nil:
		return nil, err
	default:
		return e.Value(), nil
	}
}
