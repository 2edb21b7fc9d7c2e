// Package userdata keeps what is put into the doors: at core4's the settings
// and pictures of users, the documents of its store, and since when there is
// what its listings show; at UNICORE's the sites of users. It is separate because
// the doors know nothing of NATS, and because it is all that a gateway stores
// for good. A bucket is on disk and shared by all replicas; it is no journal,
// since nobody follows what people prefer.
package userdata

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// The buckets.
const (
	Users     = "CORE4_USERS"
	Documents = "CORE4_STORE"
	Handlers  = "CORE4_HANDLERS"
	Targets   = "UNICORE_SITES"
)

const (
	// MaxValue bounds one value, in bytes: a message holds 1 MiB.
	MaxValue = 768 << 10
	patience = 2 * time.Second
)

// Store is a bucket, which is made when it is first used.
type Store struct {
	js       jetstream.JetStream
	bucket   string
	replicas int

	mu sync.Mutex
	kv jetstream.KeyValue
}

// New returns a bucket as it is reached over nc; 0 replicas mean 1.
func New(nc *nats.Conn, bucket string, replicas int) (*Store, error) {
	js, err := jetstream.New(nc)
	return &Store{js: js, bucket: bucket, replicas: max(1, replicas)}, err
}

// open is the bucket, which is made where it does not exist.
func (s *Store) open(ctx context.Context) (jetstream.KeyValue, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kv != nil {
		return s.kv, nil
	}
	kv, err := s.js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{
		Bucket: s.bucket, Description: "what is put into the gateway's doors",
		History: 1, Storage: jetstream.FileStorage, Replicas: s.replicas, MaxValueSize: MaxValue,
	})
	if err == nil {
		s.kv = kv
	}
	return kv, err
}

// Get returns what an owner has under a name, and its version for Put. Without
// anything it is nil and 0.
func (s *Store) Get(ctx context.Context, owner, name string) (value []byte, version uint64, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	kv, err := s.open(ctx)
	if err != nil {
		return nil, 0, unavailable(err)
	}
	e, err := kv.Get(ctx, owner+"."+name)
	switch {
	case errors.Is(err, jetstream.ErrKeyNotFound):
		return nil, 0, nil
	case err != nil:
		return nil, 0, s.lost(err)
	}
	return e.Value(), e.Revision(), nil
}

// Put stores a value in place of the version that was read; nil removes it. If
// it is another by now the fault is Conflict.
func (s *Store) Put(ctx context.Context, owner, name string, value []byte, version uint64) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	kv, err := s.open(ctx)
	if err != nil {
		return unavailable(err)
	}
	key := owner + "." + name
	switch {
	case value == nil && version == 0:
		return nil
	case value == nil:
		err = kv.Delete(ctx, key, jetstream.LastRevision(version))
	case version == 0:
		_, err = kv.Create(ctx, key, value) // over one that was removed, too
	default:
		_, err = kv.Update(ctx, key, value, version)
	}
	var refused *jetstream.APIError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, jetstream.ErrKeyExists), errors.As(err, &refused) && refused.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence:
		return fault.Wrap(err, fault.Conflict, "core4.userdata_changed", "It was changed at the same time; try again.")
	}
	return s.lost(err)
}

// lost forgets the bucket, so that it is looked for again.
func (s *Store) lost(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kv = nil
	return unavailable(err)
}

func unavailable(err error) error {
	return fault.Wrap(err, fault.Unavailable, "core4.userdata", "What is kept here cannot be reached now; try again shortly.").WithRetry(2 * time.Second)
}
