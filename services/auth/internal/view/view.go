// Package view is what the auth service reads from: the users, groups, roles,
// clients, keys, grants and API keys of the journal as rows of an SQLite file,
// whom others recognise users by, what was revoked, and the
// audit. It is separate
// from the domains because it is made of their events and can be deleted at
// any time, and from app because it knows SQL.
package view

import (
	"context"
	"log/slog"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/view"
	"github.com/heddle-dev/heddle/services/auth/internal/client"
	"github.com/heddle-dev/heddle/services/auth/internal/group"
	"github.com/heddle-dev/heddle/services/auth/internal/role"
)

// View is the read model of one replica.
type View struct {
	*view.View
	userMemo   Memo[User]
	clientMemo Memo[Thing[client.Client]]
	groupMemo  Memo[[]group.Group]
	roleMemo   Memo[[]Thing[role.Role]]
}

// Open opens or makes the file.
func Open(path string, st es.Store, log *slog.Logger) (*View, error) {
	v, err := view.Open(path, st, view.Projection{Name: "auth", Version: 6, Schema: schema, Apply: apply}, log)
	if err != nil {
		return nil, err
	}
	return &View{View: v}, nil
}

// Once returns a context in which Fresh asks the journal the first time only.
func Once(ctx context.Context) context.Context { return view.Once(ctx) }
