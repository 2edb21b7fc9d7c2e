package app

import (
	"context"
	"errors"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/internal/group"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// Users implements oauth.Users.
type Users struct{ app *App }

var _ oauth.Users = Users{}

// NewUsers returns the users as the protocol asks for them.
func NewUsers(a *App) Users { return Users{a} }

func (u Users) person(ctx context.Context, id string) (person, error) {
	p, err := u.app.person(ctx, func(ctx context.Context) (view.User, error) { return u.app.View.UserByID(ctx, id) })
	return p, noUser(err)
}

// remembered is what memo keeps of a user, or else what read gives, and the
// position at which it was so at the earliest. Either asks first how fresh the
// view must be; nobody may change what is kept.
func remembered[V any](ctx context.Context, u Users, memo *view.Memo[V], key string, read func() (V, error)) (V, uint64, error) {
	if err := u.app.View.Fresh(ctx); err != nil {
		var none V
		return none, 0, problem(err)
	}
	position := u.app.View.Position()
	v, err := memo.Get(u.app.View, key, read)
	return v, position, err
}

// Identity implements oauth.Users.
func (u Users) Identity(ctx context.Context, id, in string) (who.Principal, uint64, error) {
	return remembered(ctx, u, &u.app.principals, id+"\n"+in, func() (who.Principal, error) {
		p, err := u.person(ctx, id)
		if err != nil {
			return who.Principal{}, err
		}
		r, err := u.app.resolved(ctx, p, who.MethodToken, in)
		if errors.Is(err, view.ErrNone) {
			err = oauth.ErrNoMember
		}
		return r.Principal, err
	})
}

// Groups implements oauth.Users.
func (u Users) Groups(ctx context.Context, id string) ([]oauth.Group, error) {
	groups, _, err := remembered(ctx, u, &u.app.memberships, id, func() ([]oauth.Group, error) { return u.groups(ctx, id) })
	return groups, err
}

func (u Users) groups(ctx context.Context, id string) ([]oauth.Group, error) {
	p, err := u.person(ctx, id)
	if err != nil {
		return nil, err
	}
	groups, err := u.app.groups(ctx, p)
	out := make([]oauth.Group, 0, len(groups))
	for _, g := range groups {
		out = append(out, oauth.Group{Name: string(g.Name), VO: g.VO, Properties: g.Properties, Setups: g.Setups, Lifetime: time.Duration(g.Lifetime) * time.Second})
	}
	return out, err
}

// Profile implements oauth.Users.
func (u Users) Profile(ctx context.Context, id string) (oauth.Profile, error) {
	p, err := u.person(ctx, id)
	if err != nil {
		return oauth.Profile{}, err
	}
	groups, err := u.app.groups(ctx, p)
	return oauth.Profile{Name: string(p.Name), RealName: p.RealName, Email: string(p.Email), Groups: names(groups)}, err
}

// ByCertificate implements oauth.Users.
func (u Users) ByCertificate(ctx context.Context, dn string) (string, error) {
	p, err := u.app.person(ctx, func(ctx context.Context) (view.User, error) { return u.app.View.UserByCertificate(ctx, dn) })
	return p.ID, noUser(err)
}

func names(groups []group.Group) []string {
	var out []string
	for _, g := range groups {
		out = append(out, string(g.Name))
	}
	return out
}

func noUser(err error) error {
	if errors.Is(err, view.ErrNone) {
		return oauth.ErrNoUser
	}
	return problem(err)
}
