package app

import (
	"context"
	"errors"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

var _ authapi.Grants = (*App)(nil)

// Grants implements authapi.Grants: those that tokens can still be got with,
// oldest first.
func (a *App) Grants(ctx context.Context, o authapi.Owner) (authapi.GrantList, error) {
	owner, err := a.owner(ctx, o)
	if err != nil {
		return authapi.GrantList{}, err
	}
	all, err := a.View.GrantsOf(ctx, owner)
	if err != nil {
		return authapi.GrantList{}, problem(err)
	}
	cards, err := a.cards(ctx)
	if err != nil {
		return authapi.GrantList{}, err
	}
	var out authapi.GrantList
	for _, g := range all {
		over, err := NewGrants(a).over(ctx, g)
		if err != nil {
			return authapi.GrantList{}, err
		}
		if !over && g.Stands(a.Now()) {
			out.Grants = append(out.Grants, shownGrant(g, cards))
		}
	}
	return out, nil
}

// cards are what people are shown of the clients, by id.
func (a *App) cards(ctx context.Context) (map[string]authapi.ClientCard, error) {
	all, err := a.View.AllClients(ctx)
	cards := map[string]authapi.ClientCard{}
	for _, t := range all {
		c := t.State
		cards[string(c.ID)] = authapi.ClientCard{ID: string(c.ID), Name: c.Name, URL: c.URL, Icon: c.Icon}
	}
	return cards, problem(err)
}

func shownGrant(g view.Grant, cards map[string]authapi.ClientCard) authapi.Grant {
	card, found := cards[g.Client]
	if !found {
		card = authapi.ClientCard{ID: g.Client, Name: g.Client}
	}
	return authapi.Grant{ID: g.ID, User: g.User, Client: card, Group: g.Group, Setup: g.Setup, Scopes: g.Scopes,
		Begun: g.Since, Used: g.Refreshed, Expires: g.Expires}
}

// RevokeGrant implements authapi.Grants.
func (a *App) RevokeGrant(ctx context.Context, r authapi.GrantRef) (authapi.Empty, error) {
	if err := a.View.Fresh(ctx); err != nil {
		return authapi.Empty{}, problem(err)
	}
	g, err := a.View.GrantByID(ctx, r.ID)
	if errors.Is(err, view.ErrNone) {
		return authapi.Empty{}, fault.New(fault.Missing, "grant.unknown", "There is no such grant.")
	}
	if err != nil {
		return authapi.Empty{}, problem(err)
	}
	operator, err := mayEnd(ctx, g.User)
	if err != nil {
		return authapi.Empty{}, err
	}
	why := oauth.ByUser
	if operator {
		why = oauth.ByAdmin
	}
	return authapi.Empty{}, NewGrants(a).Revoke(ctx, g.User, g.ID, why)
}
