package ticket

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	vault    = "FILES_VAULT" // the bucket that the replicas share
	vaultKey = "ticket.v1"
)

// SharedKey returns the key that all replicas sign with. The first replica
// ever makes it; whoever is later, by however little, takes that one.
func SharedKey(ctx context.Context, nc *nats.Conn, replicas int) ([]byte, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	kv, err := openVault(ctx, js, replicas)
	if err != nil {
		return nil, fmt.Errorf("ticket: open %s: %w", vault, err)
	}
	fresh := make([]byte, KeySize)
	rand.Read(fresh)
	_, err = kv.Create(ctx, vaultKey, fresh)
	if err == nil {
		return fresh, nil
	}
	if !errors.Is(err, jetstream.ErrKeyExists) {
		return nil, fmt.Errorf("ticket: make key: %w", err)
	}
	e, err := kv.Get(ctx, vaultKey)
	if err != nil {
		return nil, fmt.Errorf("ticket: read key: %w", err)
	}
	if len(e.Value()) != KeySize {
		return nil, fmt.Errorf("ticket: the key in %s has %d bytes, not %d", vault, len(e.Value()), KeySize)
	}
	return e.Value(), nil
}

// openVault takes the bucket as it is, if it is there: how many copies it
// has is then an operator's business.
func openVault(ctx context.Context, js jetstream.JetStream, replicas int) (jetstream.KeyValue, error) {
	kv, err := js.KeyValue(ctx, vault)
	if !errors.Is(err, jetstream.ErrBucketNotFound) {
		return kv, err
	}
	kv, err = js.CreateKeyValue(ctx, jetstream.KeyValueConfig{
		Bucket: vault, Description: "secrets that the replicas of files share", Replicas: max(1, replicas),
	})
	if errors.Is(err, jetstream.ErrBucketExists) {
		return js.KeyValue(ctx, vault)
	}
	return kv, err
}
