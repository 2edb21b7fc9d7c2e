package lease

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// claims is the bucket of the jobs that replicas are busy with.
const claims = "JOBS_CLAIMS"

// Claims keep two replicas from doing the same long work at once. They spare
// work; that it comes out right never depends on them.
type Claims struct{ store Store }

// OpenClaims returns the claims, which end by themselves after ttl.
func OpenClaims(ctx context.Context, nc *nats.Conn, ttl time.Duration, replicas int) (*Claims, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, fmt.Errorf("lease: %w", err)
	}
	c := &Claims{Store{js, jetstream.KeyValueConfig{
		Bucket: claims, Description: "which jobs' files are being carried", TTL: ttl, Replicas: max(replicas, 1), Storage: jetstream.FileStorage,
	}}}
	if _, err := c.store.make(ctx); err != nil {
		return nil, err
	}
	return c, nil
}

// Claim takes the key, unless another has it, and renews the claim until it is
// released.
func (c *Claims) Claim(ctx context.Context, key string) (release func(), ok bool) {
	once, cancel := context.WithTimeout(ctx, c.store.cfg.TTL/4)
	defer cancel()
	kv, err := c.bucket(once)
	if err != nil {
		return nil, false
	}
	revision, err := kv.Create(once, key, nil)
	if err != nil {
		return nil, false
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	var renewing sync.WaitGroup
	renewing.Go(func() { revision = c.renew(ctx, kv, key, revision) })
	return func() {
		stop()
		renewing.Wait()
		bounded, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = kv.Delete(bounded, key, jetstream.LastRevision(revision))
	}, true
}

func (c *Claims) bucket(ctx context.Context) (jetstream.KeyValue, error) {
	kv, err := c.store.js.KeyValue(ctx, claims)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		return c.store.make(ctx)
	}
	return kv, err
}

// renew keeps the claim until ctx ends, and returns its last revision. A claim
// that was lost is not taken back: somebody else may have it.
func (c *Claims) renew(ctx context.Context, kv jetstream.KeyValue, key string, revision uint64) uint64 {
	tick := time.NewTicker(c.store.cfg.TTL / 4)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			once, cancel := context.WithTimeout(ctx, c.store.cfg.TTL/4)
			next, err := kv.Update(once, key, nil, revision)
			cancel()
			if err == nil {
				revision = next
			}
		case <-ctx.Done():
			return revision
		}
	}
}
