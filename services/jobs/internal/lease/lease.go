// Package lease keeps the leases of runners in a JetStream key-value bucket
// whose entries end by themselves. It is separate from app so that app knows
// no NATS, and in a bucket rather than in events so that signs of life do not
// fill the journal.
package lease

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/services/jobs/internal/app"
)

// Bucket is the name of the bucket.
const Bucket = "JOBS_RUNNERS"

// Store is the leases.
type Store struct {
	js  jetstream.JetStream
	cfg jetstream.KeyValueConfig
}

var _ app.Leases = (*Store)(nil)

// Open makes the bucket where it does not exist, and waits for JetStream to
// be there until ctx ends. Entries end after ttl.
func Open(ctx context.Context, nc *nats.Conn, ttl time.Duration, replicas int) (*Store, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, fmt.Errorf("lease: %w", err)
	}
	s := &Store{js, jetstream.KeyValueConfig{
		Bucket: Bucket, Description: "runners heard of lately", TTL: ttl, Replicas: max(replicas, 1), Storage: jetstream.FileStorage,
	}}
	if _, err := s.make(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// make makes the bucket, as soon as JetStream can: for a moment after one was
// deleted, it cannot make another of that name.
func (s *Store) make(ctx context.Context) (jetstream.KeyValue, error) {
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		once, cancel := context.WithTimeout(ctx, 5*time.Second)
		kv, err := s.js.CreateOrUpdateKeyValue(once, s.cfg)
		cancel()
		if err == nil {
			return kv, nil
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, fmt.Errorf("lease: %w: %w", ctx.Err(), err)
		}
	}
}

// bucket returns the bucket, and makes it again if it got lost: leases are
// worth no more than their time.
func (s *Store) bucket(ctx context.Context) (jetstream.KeyValue, error) {
	kv, err := s.js.KeyValue(ctx, Bucket)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		return s.make(ctx)
	}
	return kv, err
}

// Put renews a runner's lease and returns it as it is now. One without About
// keeps the one it had. A runner registers and beats one after the other, so
// nothing is written between the look and the change.
func (s *Store) Put(ctx context.Context, r app.Runner) (app.Runner, error) {
	kv, err := s.bucket(ctx)
	if err != nil {
		return r, err
	}
	if r.About == nil {
		old, err := read(ctx, kv, r.ID)
		if err != nil && !errors.Is(err, jetstream.ErrKeyNotFound) {
			return r, err
		}
		r.About = old.About
	}
	b, err := json.Marshal(r)
	if err == nil {
		_, err = kv.Put(ctx, r.ID, b)
	}
	return r, err
}

func read(ctx context.Context, kv jetstream.KeyValue, key string) (r app.Runner, err error) {
	e, err := kv.Get(ctx, key)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(e.Value(), &r); err != nil {
		return r, fmt.Errorf("lease: %s: %w", key, err)
	}
	return r, nil
}

// All returns the runners whose lease lasts.
func (s *Store) All(ctx context.Context) ([]app.Runner, error) {
	kv, err := s.bucket(ctx)
	if err != nil {
		return nil, err
	}
	keys, err := kv.Keys(ctx)
	if errors.Is(err, jetstream.ErrNoKeysFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []app.Runner
	for _, k := range keys {
		r, err := read(ctx, kv, k)
		if errors.Is(err, jetstream.ErrKeyNotFound) {
			continue // it ended in between
		}
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}
