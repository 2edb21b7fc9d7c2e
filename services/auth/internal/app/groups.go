package app

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/group"
)

// CreateGroup implements authapi.Service.
func (a *App) CreateGroup(ctx context.Context, r authapi.GroupRequest) (authapi.Empty, error) {
	var c checks
	name := parsed(&c, "name", r.Name, group.ParseName)
	if err := c.err(); err != nil {
		return authapi.Empty{}, err
	}
	id := idOf("group", string(name))
	_, err := handle(ctx, a, groups(), authapi.GroupTopic(id), "group/"+id, group.Command(group.Create{ID: id, Name: name}))
	return authapi.Empty{}, err
}

// groupExists asks the journal, not a view: a group may just have been made.
func (a *App) groupExists(ctx context.Context, text string) (bool, error) {
	name, err := group.ParseName(text)
	if err != nil {
		return false, nil
	}
	g, err := es.Fold(ctx, a.Store, groups(), authapi.GroupTopic(idOf("group", string(name))))
	return g.Exists(), problem(err)
}
