// Package redis keeps short-lived state in Redis, where all replicas of the
// auth service find it. Each verb is one command (Count is a pipeline that
// heals itself), so that Sentinel and Cluster serve as well.
package redis

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/internal/flow"
)

// prefix keeps the keys apart from whatever else lives in the database.
const prefix = "heddle:auth:"

// patience bounds every call, whatever Redis does.
const patience = 2 * time.Second

// Store is a flow.Store in Redis.
type Store struct{ client redis.UniversalClient }

var _ flow.Store = (*Store)(nil)

// Open returns the store at a URL ("redis://user:password@host:6379/0",
// "rediss://…", "unix://…"). It does not wait for Redis: the store answers
// Unavailable while Redis is away and heals when it is back.
func Open(address string) (*Store, error) {
	opts, err := redis.ParseURL(address)
	if err != nil {
		if ue := (*url.Error)(nil); errors.As(err, &ue) {
			err = ue.Err // without the URL, which may hold a password
		}
		return nil, fmt.Errorf("redis URL: %w", err)
	}
	opts.DialTimeout = 500 * time.Millisecond
	opts.ReadTimeout = time.Second
	opts.WriteTimeout = time.Second
	opts.PoolTimeout = time.Second
	// Never twice: a Take whose answer was lost would find nothing, and an Add
	// would find itself. Both would look like a replay.
	opts.MaxRetries = -1
	opts.DialerRetries = 1
	opts.ContextTimeoutEnabled = true
	opts.DisableIdentity = true // CLIENT SETINFO is unknown to older servers
	return &Store{client: redis.NewClient(opts)}, nil
}

// Close gives the connections back.
func (s *Store) Close() error { return s.client.Close() }

// Ping reports whether Redis answers.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return down(s.client.Ping(ctx).Err())
}

// key hides the name: whoever reads the database finds nothing to act with.
func key(kind flow.Kind, name string) string {
	sum := sha256.Sum256([]byte(name))
	return prefix + string(kind) + ":" + base64.RawURLEncoding.EncodeToString(sum[:])
}

func down(err error) error {
	if err == nil {
		return nil
	}
	return fault.Wrap(err, fault.Unavailable, "flow.store_down",
		"Sign-ins are unavailable; try again shortly.").WithRetry(2 * time.Second)
}

// found gives ErrNone for what Redis does not have.
func found(value []byte, err error) ([]byte, error) {
	if errors.Is(err, redis.Nil) {
		return nil, flow.ErrNone
	}
	return value, down(err)
}
