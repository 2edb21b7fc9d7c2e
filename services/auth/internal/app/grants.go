package app

import (
	"context"
	"errors"
	"slices"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/grant"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// Grants implements oauth.Grants.
type Grants struct{ app *App }

var _ oauth.Grants = Grants{}

// NewGrants returns the grants of all users.
func NewGrants(a *App) Grants { return Grants{a} }

// Begin implements oauth.Grants.
func (g Grants) Begin(ctx context.Context, b oauth.Begun) (uint64, error) {
	out, err := handle(ctx, g.app, grants, authapi.GrantTopic(b.User, b.ID), "grant/"+b.ID, grant.Command(grant.Begin{Begun: kept(b)}))
	return out.Seq, ofGrant(err)
}

// Rotate implements oauth.Grants. Whatever has ended what the user or the
// client was given so far ends the grant, too: in doubt the user signs in
// again.
func (g Grants) Rotate(ctx context.Context, id string, generation uint64, client string) (oauth.Rotated, error) {
	known, err := g.find(ctx, id)
	if err != nil {
		return oauth.Rotated{}, err
	}
	over, err := g.over(ctx, known)
	if err != nil {
		return oauth.Rotated{}, err
	}
	if over && known.Client == client {
		return oauth.Rotated{}, errors.Join(oauth.ErrRevoked, g.Revoke(ctx, known.User, id, oauth.ByAdmin))
	}
	out, err := handle(ctx, g.app, grants, authapi.GrantTopic(known.User, id), "grant/"+id,
		grant.Command(grant.Rotate{Client: client, Generation: generation, Now: g.app.Now()}))
	switch {
	case err != nil:
		return oauth.Rotated{}, ofGrant(err)
	case out.State.Revoked != "":
		return oauth.Rotated{}, oauth.ErrReused
	default:
		return oauth.Rotated{Begun: given(out.State.Begun), Generation: out.State.Generation, Position: out.Seq}, nil
	}
}

// Go implements oauth.Grants. Nothing is written; what ends the grant from now
// on ends the tokens, too, for they stand on the position of what was seen.
func (g Grants) Go(ctx context.Context, id string, generation uint64, client string) (oauth.Rotated, error) {
	if err := g.app.View.Fresh(ctx); err != nil {
		return oauth.Rotated{}, problem(err)
	}
	position := g.app.View.Position() // before the row is read
	known, err := g.find(ctx, id)
	if err != nil {
		return oauth.Rotated{}, err
	}
	over, err := g.over(ctx, known)
	switch {
	case err != nil:
		return oauth.Rotated{}, err
	case known.Client != client, !known.Offline, generation != known.Generation:
		return oauth.Rotated{}, oauth.ErrForged
	case over, !known.Stands(g.app.Now()):
		return oauth.Rotated{}, oauth.ErrRevoked
	default:
		return oauth.Rotated{Begun: given(known.Begun), Generation: generation, Position: position}, nil
	}
}

// Revoke implements oauth.Grants.
func (g Grants) Revoke(ctx context.Context, user, id string, why oauth.Reason) error {
	_, err := handle(ctx, g.app, grants, authapi.GrantTopic(user, id), "grant/"+id, grant.Command(grant.Revoke{Reason: grant.Reason(why)}))
	return ofGrant(err)
}

// Given implements oauth.Grants.
func (g Grants) Given(ctx context.Context, user, client, group string, scopes []string) (bool, error) {
	if err := g.app.View.Fresh(ctx); err != nil {
		return false, problem(err)
	}
	all, err := g.app.View.GrantsOf(ctx, user)
	if err != nil {
		return false, problem(err)
	}
	for _, known := range all {
		if known.Client != client || known.Group != group || !known.Stands(g.app.Now()) || !contains(known.Scopes, scopes) {
			continue
		}
		if over, err := g.over(ctx, known); err != nil || !over {
			return err == nil, err
		}
	}
	return false, nil
}

func contains(all, some []string) bool {
	return !slices.ContainsFunc(some, func(one string) bool { return !slices.Contains(all, one) })
}

// over asks what the grant itself does not know.
func (g Grants) over(ctx context.Context, known view.Grant) (bool, error) {
	over, err := g.app.View.Over(ctx, who.Facts{User: known.User, Client: known.Client, Position: known.Position})
	return over, problem(err)
}

// find knows every grant that began before the call, whichever replica began
// it, and every revocation: the view is brought up to date first.
func (g Grants) find(ctx context.Context, id string) (view.Grant, error) {
	if err := g.app.View.Fresh(ctx); err != nil {
		return view.Grant{}, problem(err)
	}
	known, err := g.app.View.GrantByID(ctx, id)
	if errors.Is(err, view.ErrNone) {
		return known, oauth.ErrForged
	}
	return known, problem(err)
}

// ofGrant turns what the domain refuses into the words of the protocol; what
// problem did not know stays wrapped in its fault.
func ofGrant(err error) error {
	switch {
	case errors.Is(err, grant.ErrOver):
		return oauth.ErrRevoked
	case errors.Is(err, grant.ErrForged), errors.Is(err, grant.ErrUnknown), errors.Is(err, grant.ErrTaken):
		return oauth.ErrForged
	default:
		return err
	}
}

func kept(b oauth.Begun) grant.Begun {
	return grant.Begun{ID: b.ID, User: b.User, Client: b.Client, Group: b.Group, Setup: b.Setup, Scopes: b.Scopes,
		Thumb: b.Thumb, AuthTime: b.AuthTime, Expires: b.Expires, Offline: b.Offline}
}

func given(b grant.Begun) oauth.Begun {
	return oauth.Begun{ID: b.ID, User: b.User, Client: b.Client, Group: b.Group, Setup: b.Setup, Scopes: b.Scopes,
		Thumb: b.Thumb, AuthTime: b.AuthTime, Expires: b.Expires, Offline: b.Offline}
}
