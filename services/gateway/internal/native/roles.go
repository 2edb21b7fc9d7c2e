package native

import (
	"context"
	"net/http"
	"net/url"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

func (d *door) roleRoutes() []rest.Route {
	change := roleChange{Perms: &exampleRole.Perms, Active: ptr(true)}
	return []rest.Route{
		rest.Handle("GET /admin/roles", operator, rest.Doc{
			Title: "List the roles of core4", Tags: adminTags, Text: "By name.",
			Response: Roles{Roles: []authapi.Role{exampleRole}},
		}, d.roles),
		rest.Handle("POST /admin/roles", operator, rest.Doc{
			Title: "Add a role", Tags: adminTags, Text: "A role is a name for permissions; `parents` are roles whose permissions it has too. It is active unless you say otherwise.",
			Request: newRole{Name: exampleRole.Name, roleChange: change}, Response: exampleRole, Errors: []fault.Kind{fault.Conflict},
		}, d.addRole),
		rest.Handle("GET /admin/roles/{name}", operator, rest.Doc{
			Title: "Look at a role", Tags: adminTags, Text: "The `ETag` is its version.",
			Response: exampleRole, Errors: []fault.Kind{fault.Missing},
		}, d.role),
		rest.Handle("PATCH /admin/roles/{name}", operator, rest.Doc{
			Title: "Change a role", Tags: adminTags,
			Text:    "What is left out stays as it is; an empty list or text removes. " + ifMatchText,
			Request: change, Response: exampleRole, Errors: []fault.Kind{fault.Missing, fault.Conflict},
		}, d.changeRole),
		rest.Handle("DELETE /admin/roles/{name}", operator, rest.Doc{
			Title: "Remove a role", Tags: adminTags,
			Text:   "Who had permissions through it has them no more, within two seconds. " + ifMatchText,
			Errors: []fault.Kind{fault.Missing, fault.Conflict},
		}, d.removeRole),
	}
}

// Roles is a page of roles.
type Roles struct {
	Roles []authapi.Role `json:"roles"`
	Next  string         `json:"next,omitempty" doc:"cursor of the following page; absent at the end"`
}

func (d *door) roles(ctx context.Context, q paging) (rest.Reply, error) {
	l, err := d.Backend.Admin.Roles(ctx, authapi.Empty{})
	if err != nil {
		return rest.Reply{}, err
	}
	part, next, err := cut(l.Roles, func(r authapi.Role) string { return r.Name }, q)
	return paged(ctx, "/admin/roles", next, Roles{part, next}), err
}

// roleNamed finds a role.
func (d *door) roleNamed(ctx context.Context, name string) (authapi.Role, error) {
	l, err := d.Backend.Admin.Roles(ctx, authapi.Empty{})
	if err != nil {
		return authapi.Role{}, err
	}
	return pick(l.Roles, "role", func(r authapi.Role) bool { return r.Name == name })
}

func (d *door) role(ctx context.Context, q struct {
	Name string `path:"name"`
}) (rest.Reply, error) {
	r, err := d.roleNamed(ctx, q.Name)
	return versioned(0, r.Version, r), err
}

type roleChange struct {
	RealName *string   `json:"real_name,omitempty" doc:"as people call it"`
	Perms    *[]string `json:"perms,omitempty" doc:"permissions: cop, api://…, job://…, app://…, mongodb://…"`
	Parents  *[]string `json:"parents,omitempty" doc:"names of roles whose permissions it has too"`
	Active   *bool     `json:"active,omitempty" doc:"an inactive role gives nothing"`
}

func (c roleChange) apply(r *authapi.Role) {
	set(&r.RealName, c.RealName)
	set(&r.Perms, c.Perms)
	set(&r.Parents, c.Parents)
	set(&r.Active, c.Active)
}

type newRole struct {
	Name string `json:"name" required:"true" doc:"its name"`
	roleChange
}

func (d *door) addRole(ctx context.Context, q struct {
	Body newRole `body:"json" required:"true"`
}) (rest.Reply, error) {
	_, err := d.roleNamed(ctx, q.Body.Name)
	if err := free(err, "role", "name"); err != nil {
		return rest.Reply{}, err
	}
	r := authapi.Role{Name: q.Body.Name, Active: true}
	q.Body.apply(&r)
	r, err = d.Backend.Admin.PutRole(ctx, r)
	reply := versioned(http.StatusCreated, r.Version, r)
	reply.Header.Set("Location", placeOf(ctx).base+"/admin/roles/"+url.PathEscape(r.Name))
	return reply, err
}

func (d *door) changeRole(ctx context.Context, q struct {
	precondition
	Name string     `path:"name"`
	Body roleChange `body:"json" required:"true"`
}) (rest.Reply, error) {
	ctx, cancel := outliving(ctx)
	defer cancel()
	r, err := d.roleNamed(ctx, q.Name)
	if err == nil {
		err = q.unchanged(r.Version)
	}
	if err != nil {
		return rest.Reply{}, err
	}
	q.Body.apply(&r)
	r, err = d.Backend.Admin.PutRole(ctx, r)
	return versioned(0, r.Version, r), err
}

func (d *door) removeRole(ctx context.Context, q struct {
	precondition
	Name string `path:"name"`
}) (struct{}, error) {
	ctx, cancel := outliving(ctx)
	defer cancel()
	v, err := q.version()
	if err != nil {
		return struct{}{}, err
	}
	r, err := d.roleNamed(ctx, q.Name)
	if err == nil {
		_, err = d.Backend.Admin.RemoveRole(ctx, authapi.RoleRef{ID: r.ID, Version: v})
	}
	return struct{}{}, err
}
