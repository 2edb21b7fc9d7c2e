package grant

import (
	"fmt"
	"slices"
	"time"
)

// Command is something asked of a grant. The set is sealed.
type Command interface{ command() }

type (
	// Begin makes the grant.
	Begin struct{ Begun }
	// Rotate replaces the refresh token that Client shows by the next.
	Rotate struct {
		Client     string
		Generation uint64
		Now        time.Time
	}
	// Revoke ends the grant, also before it begins: who loses the race for a
	// code that is redeemed twice does not know how far the winner is.
	Revoke struct{ Reason Reason }
)

func (Begin) command()  {}
func (Rotate) command() {}
func (Revoke) command() {}

// Decide says what happens when c is asked of g. No events and no error mean
// that it is so already.
func Decide(g Grant, c Command) ([]Event, error) {
	switch c := c.(type) {
	case Begin:
		return begin(g, c.Begun)
	case Rotate:
		return rotate(g, c)
	case Revoke:
		return revoke(g, c.Reason)
	default:
		return nil, fmt.Errorf("grant: unknown command %T", c)
	}
}

func begin(g Grant, b Begun) ([]Event, error) {
	switch {
	case g.Revoked != "":
		return nil, ErrOver
	case !g.Exists():
		return []Event{b}, nil
	case !same(g.Begun, b):
		return nil, ErrTaken
	default:
		return nil, nil
	}
}

// same leaves out how times are written: the journal keeps no zone by name.
func same(a, b Begun) bool {
	return a.ID == b.ID && a.User == b.User && a.Client == b.Client && a.Group == b.Group && a.Setup == b.Setup &&
		slices.Equal(a.Scopes, b.Scopes) && a.Thumb == b.Thumb && a.Offline == b.Offline &&
		a.AuthTime.Equal(b.AuthTime) && a.Expires.Equal(b.Expires)
}

// rotate asks for the client first: what another client shows tells nothing
// about whether the token was stolen from this one, and must not end its
// grant. Of the right client an older generation does: either the token was
// stolen or the client lost an answer, and nobody can tell which (RFC 9700,
// section 4.14.2).
func rotate(g Grant, r Rotate) ([]Event, error) {
	switch {
	case !g.Exists():
		return nil, ErrUnknown
	case g.Client != r.Client, !g.Offline, r.Generation < First, r.Generation > g.Generation:
		return nil, ErrForged
	case !g.Stands(r.Now):
		return nil, ErrOver
	case r.Generation < g.Generation:
		return []Event{Revoked{Reason: ByReuse}}, nil
	default:
		return []Event{Refreshed{Generation: g.Generation + 1}}, nil
	}
}

func revoke(g Grant, why Reason) ([]Event, error) {
	switch why {
	case ByUser, ByClient, ByAdmin, ByLogout, ByReuse, ByReplay:
	default:
		return nil, ErrReason
	}
	if g.Revoked != "" {
		return nil, nil
	}
	return []Event{Revoked{Reason: why}}, nil
}
