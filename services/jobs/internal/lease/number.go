package lease

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// numbers is the bucket of the replicas' numbers.
const numbers = "JOBS_REPLICAS"

// Number is a small number that no other replica has as long as this one
// renews it.
type Number struct {
	store    Store
	below    int
	value    atomic.Int64
	revision uint64
}

// Claim takes a number below the given one. It waits, until ctx ends, for
// JetStream to be there and for a number to be free: that of a replica that
// was killed is after ttl.
func Claim(ctx context.Context, nc *nats.Conn, ttl time.Duration, replicas, below int) (*Number, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, fmt.Errorf("lease: %w", err)
	}
	n := &Number{below: below, store: Store{js, jetstream.KeyValueConfig{
		Bucket: numbers, Description: "which replica has which number", TTL: ttl, Replicas: max(replicas, 1), Storage: jetstream.FileStorage,
	}}}
	if _, err := n.store.make(ctx); err != nil {
		return nil, err
	}
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		if err = n.take(ctx); err == nil {
			return n, nil
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, fmt.Errorf("lease: no number for this replica: %w: %w", ctx.Err(), err)
		}
	}
}

// Value is the number.
func (n *Number) Value() int { return int(n.value.Load()) }

// take takes the first number that is free.
func (n *Number) take(ctx context.Context) error {
	kv, err := n.bucket(ctx)
	if err != nil {
		return err
	}
	for i := range n.below {
		revision, err := kv.Create(ctx, strconv.Itoa(i), nil)
		if errors.Is(err, jetstream.ErrKeyExists) {
			continue
		}
		if err == nil {
			n.value.Store(int64(i))
			n.revision = revision
		}
		return err
	}
	return fmt.Errorf("all %d numbers are taken", n.below)
}

// bucket is the bucket of numbers, made again if it got lost.
func (n *Number) bucket(ctx context.Context) (jetstream.KeyValue, error) {
	kv, err := n.store.js.KeyValue(ctx, numbers)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		return n.store.make(ctx)
	}
	return kv, err
}

// Keep renews the number until ctx ends, and gives it back then. A replica
// that could not for longer than the lease takes another.
func (n *Number) Keep(ctx context.Context) {
	tick := time.NewTicker(n.store.cfg.TTL / 4)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			n.renew(ctx)
		case <-ctx.Done():
			n.giveBack(context.WithoutCancel(ctx))
			return
		}
	}
}

func (n *Number) renew(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, n.store.cfg.TTL/4)
	defer cancel()
	kv, err := n.bucket(ctx)
	if err != nil {
		return // the next time will show whether it is still ours
	}
	revision, err := kv.Update(ctx, strconv.Itoa(n.Value()), nil, n.revision)
	var refused *jetstream.APIError
	switch {
	case err == nil:
		n.revision = revision
	case errors.As(err, &refused): // it ended meanwhile
		_ = n.take(ctx)
	}
}

func (n *Number) giveBack(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if kv, err := n.bucket(ctx); err == nil {
		_ = kv.Delete(ctx, strconv.Itoa(n.Value()), jetstream.LastRevision(n.revision))
	}
}
