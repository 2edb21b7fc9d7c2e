package redis

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-dev/heddle/services/auth/internal/flow"
)

// Add implements flow.Store.
func (s *Store) Add(ctx context.Context, kind flow.Kind, name string, value []byte, ttl time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := s.client.SetArgs(ctx, key(kind, name), value, redis.SetArgs{Mode: "NX", TTL: atLeast(ttl)}).Err()
	if errors.Is(err, redis.Nil) {
		return flow.ErrTaken
	}
	return down(err)
}

// Get implements flow.Store.
func (s *Store) Get(ctx context.Context, kind flow.Kind, name string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return found(s.client.Get(ctx, key(kind, name)).Bytes())
}

// Take implements flow.Store.
func (s *Store) Take(ctx context.Context, kind flow.Kind, name string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return found(s.client.GetDel(ctx, key(kind, name)).Bytes())
}

// Drop implements flow.Store.
func (s *Store) Drop(ctx context.Context, kind flow.Kind, name string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return down(s.client.Del(ctx, key(kind, name)).Err())
}

// Count implements flow.Store. A number that ends between the two commands
// would come back without an end: that is seen at once, or by the next Count
// should this one break off.
func (s *Store) Count(ctx context.Context, kind flow.Kind, name string, by int64, ttl time.Duration) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	k, ttl := key(kind, name), atLeast(ttl)
	p := s.client.Pipeline()
	p.SetArgs(ctx, k, 0, redis.SetArgs{Mode: "NX", TTL: ttl})
	n, left := p.IncrBy(ctx, k, by), p.PTTL(ctx, k)
	if _, err := p.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return 0, down(err)
	}
	if err := errors.Join(n.Err(), left.Err()); err != nil {
		return 0, down(err)
	}
	if left.Val() == endless {
		return n.Val(), down(s.client.PExpire(ctx, k, ttl).Err())
	}
	return n.Val(), nil
}

// Left implements flow.Store.
func (s *Store) Left(ctx context.Context, kind flow.Kind, name string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	left, err := s.client.PTTL(ctx, key(kind, name)).Result()
	if err == nil && left < 0 {
		return 0, flow.ErrNone
	}
	return left, down(err)
}

// endless is Redis's answer for a key without an end, as the client gives it.
const endless = time.Duration(-1)

// atLeast keeps an end from meaning "for ever", as zero does.
func atLeast(ttl time.Duration) time.Duration { return max(ttl, time.Millisecond) }
