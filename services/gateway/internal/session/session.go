// Package session remembers callers who have proved who they are, so that
// they need not do so with every request. It is separate from the doors
// because several of them hand sessions out, each in its own headers, and
// because where sessions live (Redis, memory) is nobody else's business.
package session

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// Session is what is remembered. Its life is fixed when it begins: use does
// not lengthen it.
type Session struct {
	authapi.Resolved
	Expires time.Time `json:"expires"`
}

// ErrNone says that there is no such session: it never was, has ended, or was
// lost with the store.
var ErrNone = errors.New("session: there is no such session")

// Store keeps sessions. An error that is not ErrNone is a fault of kind
// Unavailable, and comes within seconds: a store that is gone never makes a
// request hang.
type Store interface {
	// Create begins a session of the given length and returns its id, which
	// is the only proof of it: 256 random bits in URL-safe base64.
	Create(ctx context.Context, r authapi.Resolved, ttl time.Duration) (id string, err error)
	// Get returns a session that has not ended, else ErrNone.
	Get(ctx context.Context, id string) (Session, error)
	// Delete ends a session; one that does not exist is ended already.
	Delete(ctx context.Context, id string) error
}

// NewID returns a fresh session id.
func NewID() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Key is the name under which a store keeps the session: a hash, so that
// whoever reads the store cannot act as its users.
func Key(id string) string {
	sum := sha256.Sum256([]byte(id))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
