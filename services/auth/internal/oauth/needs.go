package oauth

import (
	"context"
	"errors"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
)

// What users and grants can be refused for. Each is invalid_grant or
// access_denied to a client, and not told apart.
var (
	// ErrNoUser: no such user, or disabled, or suspended.
	ErrNoUser = errors.New("oauth: there is no such user")
	// ErrNoMember: the user is not in the group.
	ErrNoMember = errors.New("oauth: the user is not in the group")
	// ErrRevoked: the grant was revoked, has expired, or began before
	// something that ends it, such as a new password.
	ErrRevoked = errors.New("oauth: the grant is over")
	// ErrReused: an older refresh token came again; the grant is revoked now.
	ErrReused = errors.New("oauth: the refresh token was used before")
	// ErrForged: a generation that was never given out, or another client's.
	ErrForged = errors.New("oauth: the refresh token is not genuine")
)

// Group is a group of a user with what it entitles to.
type Group struct {
	Name       string
	VO         string
	Properties []string
	Setups     []string      // empty: all that are configured
	Lifetime   time.Duration // longest life of a grant; zero: no bound of its own
}

// Profile is what a user's claims are made of.
type Profile struct {
	Name, RealName, Email string
	Groups                []string
}

// Users are asked as of now, but from a view: the position says as of when.
type Users interface {
	// Identity is the user acting in a group (empty: their default) with the
	// platform roles they hold, and the position that it is true at.
	Identity(ctx context.Context, user, group string) (who.Principal, uint64, error)
	// Groups are all groups of a user, the default first.
	Groups(ctx context.Context, user string) ([]Group, error)
	Profile(ctx context.Context, user string) (Profile, error)
	// ByCertificate is the user with a distinguished name, or ErrNoUser.
	ByCertificate(ctx context.Context, dn string) (user string, err error)
}

// Begun is a grant at its beginning, and what a code stands for.
type Begun struct {
	ID      string    `json:"id"`
	User    string    `json:"user"`
	Client  string    `json:"client"`
	Group   string    `json:"group,omitempty"`
	Setup   string    `json:"setup,omitempty"`
	Scopes  []string  `json:"scopes"` // package scope's words
	Expires time.Time `json:"expires"`
	// Lives is, of a grant that has not begun, how long it will; it counts from
	// the beginning.
	Lives    time.Duration `json:"lives,omitempty"`
	AuthTime time.Time     `json:"auth_time"`
	Thumb    string        `json:"thumb,omitempty"` // of the certificate that it is bound to
	Offline  bool          `json:"offline,omitempty"`
}

// First is the generation of a grant's first refresh token.
const First = 1

// Grants write what users allowed; each is one command on one aggregate. The
// position is that of the commit: tokens given on it stand on it.
type Grants interface {
	// Begin gives ErrRevoked if the grant was revoked before it began, as the
	// replay of its code does.
	Begin(ctx context.Context, g Begun) (position uint64, err error)
	// Rotate replaces a generation by the next. An older one ends the grant.
	Rotate(ctx context.Context, id string, generation uint64, client string) (Rotated, error)
	// Go is a grant that goes on as it is: for clients whose refresh tokens are
	// not replaced.
	Go(ctx context.Context, id string, generation uint64, client string) (Rotated, error)
	// Revoke ends a grant, also one that has not begun.
	Revoke(ctx context.Context, user, id string, why Reason) error
	// Given reports whether the user has such a grant that is not over.
	Given(ctx context.Context, user, client, group string, scopes []string) (bool, error)
}

// Rotated is a grant after a refresh.
type Rotated struct {
	Begun
	Generation uint64
	Position   uint64
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

// Standing tells and ends what no grant stands behind.
type Standing interface {
	// Over reports whether a credential has been revoked.
	Over(ctx context.Context, f who.Facts) (bool, error)
	// RevokeToken ends one access token (RFC 7009).
	RevokeToken(ctx context.Context, user, jti string, expires time.Time) error
}
