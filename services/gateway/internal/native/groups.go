package native

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

func (d *door) groupRoutes() []rest.Route {
	change := groupChange{Properties: &exampleGroup.Properties, Lifetime: ptr(exampleGroup.Lifetime)}
	return []rest.Route{
		rest.Handle("GET /admin/groups", operator, rest.Doc{
			Title: "List the groups", Tags: adminTags, Text: "By name.",
			Response: Groups{Groups: []Group{exampleGroup}},
		}, d.groups),
		rest.Handle("POST /admin/groups", operator, rest.Doc{
			Title: "Add a group", Tags: adminTags, Text: "A group of the name that is there already is 409.",
			Request: newGroup{Name: exampleGroup.Name, groupChange: change}, Response: exampleGroup, Errors: []fault.Kind{fault.Conflict},
		}, d.addGroup),
		rest.Handle("GET /admin/groups/{name}", operator, rest.Doc{
			Title: "Look at a group", Tags: adminTags, Text: "The `ETag` is its version.",
			Response: exampleGroup, Errors: []fault.Kind{fault.Missing},
		}, d.group),
		rest.Handle("PATCH /admin/groups/{name}", operator, rest.Doc{
			Title: "Change what membership of a group entitles to", Tags: adminTags,
			Text:    "What is left out stays as it is; an empty list or text removes. " + ifMatchText,
			Request: change, Response: exampleGroup, Errors: []fault.Kind{fault.Missing, fault.Conflict},
		}, d.changeGroup),
	}
}

// Group is a group; its lifetime is in seconds.
type Group struct {
	authapi.Group
	Lifetime int64 `json:"lifetime,omitempty" doc:"longest life of a grant in the group, in seconds; 0 is the server's"`
}

func showGroup(g authapi.Group) Group { return Group{g, int64(g.Lifetime / time.Second)} }

// Groups is a page of groups.
type Groups struct {
	Groups []Group `json:"groups"`
	Next   string  `json:"next,omitempty" doc:"cursor of the following page; absent at the end"`
}

func (d *door) groups(ctx context.Context, q paging) (rest.Reply, error) {
	l, err := d.Backend.Admin.Groups(ctx, authapi.Empty{})
	if err != nil {
		return rest.Reply{}, err
	}
	part, next, err := cut(l.Groups, func(g authapi.Group) string { return g.Name }, q)
	out := Groups{make([]Group, len(part)), next}
	for i, g := range part {
		out.Groups[i] = showGroup(g)
	}
	return paged(ctx, "/admin/groups", next, out), err
}

// groupNamed finds a group.
func (d *door) groupNamed(ctx context.Context, name string) (authapi.Group, error) {
	l, err := d.Backend.Admin.Groups(ctx, authapi.Empty{})
	if err != nil {
		return authapi.Group{}, err
	}
	return pick(l.Groups, "group", func(g authapi.Group) bool { return g.Name == name })
}

func (d *door) group(ctx context.Context, q struct {
	Name string `path:"name"`
}) (rest.Reply, error) {
	g, err := d.groupNamed(ctx, q.Name)
	return versioned(0, g.Version, showGroup(g)), err
}

type groupChange struct {
	Properties *[]string `json:"properties,omitempty" doc:"DIRAC's properties, such as ServiceAdministrator"`
	VO         *string   `json:"vo,omitempty" doc:"virtual organisation"`
	Setups     *[]string `json:"setups,omitempty" doc:"DIRAC's setups; none are all"`
	IdPRoles   *[]string `json:"idp_roles,omitempty" doc:"roles at federated providers that put users in the group"`
	Lifetime   *int64    `json:"lifetime,omitempty" doc:"longest life of a grant in the group, in seconds; 0 is the server's"`
}

func (c groupChange) apply(g *authapi.Group) error {
	set(&g.Properties, c.Properties)
	set(&g.VO, c.VO)
	set(&g.Setups, c.Setups)
	set(&g.IdPRoles, c.IdPRoles)
	if c.Lifetime == nil {
		return nil
	}
	if *c.Lifetime < 0 || *c.Lifetime > maxSeconds {
		return fault.New(fault.Invalid, "request.invalid", "The request is not acceptable.").
			WithField("lifetime", "is %d; it is a number of seconds", *c.Lifetime)
	}
	g.Lifetime = time.Duration(*c.Lifetime) * time.Second
	return nil
}

type newGroup struct {
	Name string `json:"name" required:"true" doc:"its name"`
	groupChange
}

func (d *door) addGroup(ctx context.Context, q struct {
	Body newGroup `body:"json" required:"true"`
}) (rest.Reply, error) {
	_, err := d.groupNamed(ctx, q.Body.Name)
	if err := free(err, "group", "name"); err != nil {
		return rest.Reply{}, err
	}
	g := authapi.Group{Name: q.Body.Name}
	if err := q.Body.apply(&g); err != nil {
		return rest.Reply{}, err
	}
	g, err = d.Backend.Admin.PutGroup(ctx, g)
	reply := versioned(http.StatusCreated, g.Version, showGroup(g))
	reply.Header.Set("Location", placeOf(ctx).base+"/admin/groups/"+url.PathEscape(g.Name))
	return reply, err
}

func (d *door) changeGroup(ctx context.Context, q struct {
	precondition
	Name string      `path:"name"`
	Body groupChange `body:"json" required:"true"`
}) (rest.Reply, error) {
	ctx, cancel := outliving(ctx)
	defer cancel()
	g, err := d.groupNamed(ctx, q.Name)
	if err == nil {
		err = q.unchanged(g.Version)
	}
	if err == nil {
		err = q.Body.apply(&g)
	}
	if err != nil {
		return rest.Reply{}, err
	}
	g, err = d.Backend.Admin.PutGroup(ctx, g)
	return versioned(0, g.Version, showGroup(g)), err
}
