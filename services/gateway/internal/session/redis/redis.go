// Package redis keeps sessions in Redis, where all replicas of the gateway
// find them. Nothing here needs more than GET, SET with an expiry and DEL, so
// that Sentinel, Cluster and the embedded store serve as well.
package redis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/session"
)

// prefix keeps the keys apart from whatever else lives in the database.
const prefix = "heddle:session:"

// patience bounds every call, whatever Redis does: a request that needs a
// session fails soon and is repeated by its client.
const patience = 2 * time.Second

// Store is a session.Store in Redis.
type Store struct {
	client redis.UniversalClient
	now    func() time.Time
}

var _ session.Store = (*Store)(nil)

// Open returns the store at a URL ("redis://user:password@host:6379/0",
// "rediss://…", "unix://…"). It does not wait for Redis: the store answers
// Unavailable while Redis is away and heals when it is back.
func Open(address string, now func() time.Time) (*Store, error) {
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
	opts.MaxRetries = 1
	opts.DialerRetries = 1
	opts.ContextTimeoutEnabled = true
	opts.DisableIdentity = true // CLIENT SETINFO is unknown to older servers
	return &Store{client: redis.NewClient(opts), now: now}, nil
}

// Close gives the connections back.
func (s *Store) Close() error { return s.client.Close() }

// Ping reports whether Redis answers.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return down(s.client.Ping(ctx).Err())
}

// Create implements session.Store.
func (s *Store) Create(ctx context.Context, r authapi.Resolved, ttl time.Duration) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	id := session.NewID()
	value, err := json.Marshal(session.Session{Resolved: r, Expires: s.now().Add(ttl)})
	if err != nil {
		return "", err
	}
	if err := s.client.Set(ctx, prefix+session.Key(id), value, ttl).Err(); err != nil {
		return "", down(err)
	}
	return id, nil
}

// Get implements session.Store. The end of a session is its own, not the
// key's, because stores differ in how punctually they forget.
func (s *Store) Get(ctx context.Context, id string) (session.Session, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	value, err := s.client.Get(ctx, prefix+session.Key(id)).Bytes()
	if errors.Is(err, redis.Nil) {
		return session.Session{}, session.ErrNone
	}
	if err != nil {
		return session.Session{}, down(err)
	}
	var v session.Session
	if json.Unmarshal(value, &v) != nil || !s.now().Before(v.Expires) {
		return session.Session{}, session.ErrNone
	}
	return v, nil
}

// Delete implements session.Store.
func (s *Store) Delete(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return down(s.client.Del(ctx, prefix+session.Key(id)).Err())
}

func down(err error) error {
	if err == nil {
		return nil
	}
	return fault.Wrap(err, fault.Unavailable, "session.store_down",
		"Sessions are unavailable; try again shortly.").WithRetry(2 * time.Second)
}
