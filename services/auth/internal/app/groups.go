package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/group"
	"github.com/heddle-dev/heddle/services/auth/internal/scope"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// CreateGroup implements authapi.Service.
func (a *App) CreateGroup(ctx context.Context, r authapi.GroupRequest) (authapi.Empty, error) {
	var c checks
	name := parsed(&c, "name", r.Name, group.ParseName)
	if err := c.err(); err != nil {
		return authapi.Empty{}, err
	}
	id := idOf("group", string(name))
	_, err := handle(ctx, a, groups, authapi.GroupTopic(id), "group/"+id, group.Command(group.Create{ID: id, Name: name}))
	return authapi.Empty{}, err
}

// groupExists asks the journal, not a view: a group may just have been made.
func (a *App) groupExists(ctx context.Context, text string) (bool, error) {
	name, err := group.ParseName(text)
	if err != nil {
		return false, nil
	}
	g, err := es.Fold(ctx, a.Store, groups, authapi.GroupTopic(idOf("group", string(name))))
	return g.Exists(), problem(err)
}

// Groups implements authapi.Admin.
func (a *App) Groups(ctx context.Context, _ authapi.Empty) (authapi.Groups, error) {
	if err := a.View.Fresh(ctx); err != nil {
		return authapi.Groups{}, problem(err)
	}
	all, err := a.View.AllGroups(ctx)
	out := authapi.Groups{Groups: make([]authapi.Group, 0, len(all))}
	for _, g := range all {
		out.Groups = append(out.Groups, publishedGroup(g))
	}
	slices.SortFunc(out.Groups, func(g, h authapi.Group) int { return strings.Compare(g.Name, h.Name) })
	return out, problem(err)
}

// PutGroup implements authapi.Admin.
func (a *App) PutGroup(ctx context.Context, r authapi.Group) (authapi.Group, error) {
	cmd, err := parseGroup(r)
	if err != nil {
		return authapi.Group{}, err
	}
	if err := a.View.Fresh(ctx); err != nil {
		return authapi.Group{}, problem(err)
	}
	now, err := a.View.Group(ctx, cmd.ID)
	switch {
	case errors.Is(err, view.ErrNone) && r.Version != 0:
		return authapi.Group{}, unknownThing("group")
	case err != nil && !errors.Is(err, view.ErrNone):
		return authapi.Group{}, problem(err)
	}
	if err := current(r.Version, now.Version); err != nil {
		return authapi.Group{}, err
	}
	if err := a.knownSetups(cmd.Setups, now.State.Setups); err != nil {
		return authapi.Group{}, err
	}
	if _, err := handleAt(ctx, a, r.Version, groups, authapi.GroupTopic(cmd.ID), "group/"+cmd.ID, group.Command(cmd)); err != nil {
		return authapi.Group{}, err
	}
	now, err = a.View.Group(ctx, cmd.ID)
	return publishedGroup(now), problem(err)
}

// knownSetups refuses those that the installation has not: nobody could act in
// them. What a group had before it may keep, for setups come and go.
func (a *App) knownSetups(given, before []string) error {
	var c checks
	for i, one := range given {
		if !slices.Contains(a.Config.Setups, one) && !slices.Contains(before, one) {
			c.add(fmt.Sprintf("setups[%d]", i), fmt.Errorf("must be a setup of this installation: %s", strings.Join(a.Config.Setups, ", ")))
		}
	}
	return c.err()
}

func parseGroup(r authapi.Group) (group.Put, error) {
	var c checks
	cmd := group.Put{Name: parsed(&c, "name", r.Name, group.ParseName), Rights: group.Rights{
		Properties: parsedList(&c, "properties", r.Properties, group.ParseProperty),
		Setups:     parsedList(&c, "setups", r.Setups, group.ParseSetup),
		IdPRoles:   parsedList(&c, "idp_roles", r.IdPRoles, group.ParseIdPRole),
		Lifetime:   int64(r.Lifetime / time.Second),
	}}
	if r.VO != "" {
		cmd.VO = parsed(&c, "vo", r.VO, group.ParseVO)
	}
	if r.Lifetime < 0 || r.Lifetime > scope.MaxLifetime || r.Lifetime%time.Second != 0 {
		c.add("lifetime", fmt.Errorf("must be whole seconds, and at most %d", scope.MaxLifetime/time.Second))
	}
	cmd.ID = idOf("group", string(cmd.Name))
	if r.ID != "" && r.ID != cmd.ID {
		c.add("id", errors.New("is not that of the name: a group keeps its name"))
	}
	return cmd, c.err()
}

func publishedGroup(g view.Thing[group.Group]) authapi.Group {
	return authapi.Group{ID: g.State.ID, Version: g.Version, Name: string(g.State.Name), Properties: g.State.Properties, VO: g.State.VO,
		Setups: g.State.Setups, IdPRoles: g.State.IdPRoles, Lifetime: time.Duration(g.State.Lifetime) * time.Second}
}
