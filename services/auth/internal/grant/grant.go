// Package grant is what one user allowed one client as a domain, with the
// generation of its refresh token: the unit in which people and the server
// take rights back. It is its own aggregate, and no part of the user, so that
// refreshing contends with nothing but another refresh of the same token. It
// imports nothing but the standard library.
package grant

import (
	"errors"
	"time"
)

// First is the generation of the refresh token that a grant begins with.
const First = 1

// Grant is what a decision needs to know of a grant. The zero Grant has
// neither begun nor been revoked; the second can come before the first.
type Grant struct {
	Begun
	Generation uint64 `json:"generation,omitempty"` // of the one refresh token that is good
	Revoked    Reason `json:"revoked,omitempty"`    // empty: it is not
}

// Exists reports whether the grant ever began.
func (g Grant) Exists() bool { return g.ID != "" }

// Stands reports whether tokens may be given on the grant.
func (g Grant) Stands(now time.Time) bool {
	return g.Exists() && g.Revoked == "" && now.Before(g.Expires)
}

// Reason is why a grant ended.
type Reason string

// The reasons.
const (
	ByUser   Reason = "user"
	ByClient Reason = "client"
	ByAdmin  Reason = "admin"
	ByLogout Reason = "logout"
	ByReuse  Reason = "reuse"  // of a refresh token
	ByReplay Reason = "replay" // of a code
)

// What a decision may refuse with.
var (
	// ErrUnknown: the grant has not begun.
	ErrUnknown = errors.New("grant: no such grant")
	// ErrTaken: the id belongs to a grant of something else.
	ErrTaken = errors.New("grant: the id is taken")
	// ErrOver: the grant was revoked or has expired.
	ErrOver = errors.New("grant: it is over")
	// ErrForged: such a refresh token was never given to that client.
	ErrForged = errors.New("grant: the refresh token is not genuine")
	// ErrReason: a revocation says why.
	ErrReason = errors.New("grant: no such reason to revoke")
)
