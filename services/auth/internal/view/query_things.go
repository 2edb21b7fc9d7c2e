package view

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/heddle-dev/heddle/services/auth/internal/client"
	"github.com/heddle-dev/heddle/services/auth/internal/group"
	"github.com/heddle-dev/heddle/services/auth/internal/role"
)

// Thing is a group, role or client with when it began and changed.
type Thing[S any] struct {
	State S
	Stamp
}

// AllGroups returns all groups, oldest first.
func (v *View) AllGroups(ctx context.Context) ([]Thing[group.Group], error) {
	return things[group.Group](ctx, v, `kind = 'group'`)
}

// AllRoles returns all roles, oldest first.
func (v *View) AllRoles(ctx context.Context) ([]Thing[role.Role], error) {
	all, err := v.roleMemo.Get(v, "", func() ([]Thing[role.Role], error) { return things[role.Role](ctx, v, `kind = 'role'`) })
	return slices.Clone(all), err
}

// AllClients returns all clients, oldest first.
func (v *View) AllClients(ctx context.Context) ([]Thing[client.Client], error) {
	return things[client.Client](ctx, v, `kind = 'client'`)
}

// Group returns the group of an aggregate's id, or ErrNone.
func (v *View) Group(ctx context.Context, id string) (Thing[group.Group], error) {
	return only(things[group.Group](ctx, v, `kind = 'group' AND id = ?`, id))
}

// Role returns the role of an id, or ErrNone.
func (v *View) Role(ctx context.Context, id string) (Thing[role.Role], error) {
	return only(things[role.Role](ctx, v, `kind = 'role' AND id = ?`, id))
}

// Client returns the client of an aggregate's id, or ErrNone.
func (v *View) Client(ctx context.Context, id string) (Thing[client.Client], error) {
	return v.clientMemo.Get(v, id, func() (Thing[client.Client], error) {
		return only(things[client.Client](ctx, v, `kind = 'client' AND id = ?`, id))
	})
}

func things[S any](ctx context.Context, v *View, where string, args ...any) ([]Thing[S], error) {
	var out []Thing[S]
	err := v.eachStamped(ctx, where, args, func(raw []byte, s Stamp) error {
		t := Thing[S]{Stamp: s}
		err := json.Unmarshal(raw, &t.State)
		out = append(out, t)
		return err
	})
	return out, err
}
