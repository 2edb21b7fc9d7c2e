package notify

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Keep keeps one value for all replicas. A value is written in the place of
// the version that was seen, so that of two who take themselves for the leader
// one finds out.
type Keep interface {
	// Get returns the value and its version; nil and 0: there is none.
	Get(context.Context) (value []byte, version uint64, err error)
	// Put stores a value in place of a version and returns its own; errChanged:
	// it is another by now.
	Put(ctx context.Context, value []byte, version uint64) (uint64, error)
}

var errChanged = errors.New("notify: somebody else has written")

// Bucket is where the notifiers of all replicas keep how far they are.
const Bucket = "NOTIFY"

const (
	keptKey  = "state"
	patience = 2 * time.Second // with NATS
)

// bucket is the Keep in NATS.
type bucket struct {
	js  jetstream.JetStream
	cfg jetstream.KeyValueConfig
}

// NewKeep returns what is kept in NATS; 0 replicas mean 1.
func NewKeep(nc *nats.Conn, replicas int) (Keep, error) {
	js, err := jetstream.New(nc)
	return &bucket{js, jetstream.KeyValueConfig{
		Bucket: Bucket, Description: "how far jobs' notifications are told", History: 1,
		Storage: jetstream.FileStorage, Replicas: max(1, replicas),
	}}, err
}

func (b *bucket) open(ctx context.Context) (jetstream.KeyValue, error) {
	kv, err := b.js.KeyValue(ctx, Bucket)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		return b.js.CreateOrUpdateKeyValue(ctx, b.cfg)
	}
	return kv, err
}

func (b *bucket) Get(ctx context.Context) ([]byte, uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	kv, err := b.open(ctx)
	if err != nil {
		return nil, 0, err
	}
	e, err := kv.Get(ctx, keptKey)
	switch {
	case errors.Is(err, jetstream.ErrKeyNotFound):
		return nil, 0, nil
	case err != nil:
		return nil, 0, err
	}
	return e.Value(), e.Revision(), nil
}

func (b *bucket) Put(ctx context.Context, value []byte, version uint64) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	kv, err := b.open(ctx)
	if err != nil {
		return 0, err
	}
	var now uint64
	if version == 0 {
		now, err = kv.Create(ctx, keptKey, value)
	} else {
		now, err = kv.Update(ctx, keptKey, value, version)
	}
	var refused *jetstream.APIError
	if errors.Is(err, jetstream.ErrKeyExists) || errors.As(err, &refused) && refused.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence {
		return 0, errChanged
	}
	return now, err
}
