package native

import (
	"context"
	"slices"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// operator is the rule of everything below /admin but the audit.
var operator = who.Role(who.RoleOperator)

// adminTags groups the routes in the documentation.
var adminTags = []string{"administration"}

func (d *door) adminRoutes() []rest.Route {
	return slices.Concat(d.userRoutes(), d.userEditRoutes(), d.groupRoutes(), d.roleRoutes(), d.clientRoutes(),
		d.credentialRoutes(), d.keyRoutes(), d.auditRoutes(), d.slotRoutes())
}

// credentialRoutes are what users gave to programs, as an operator sees it.
func (d *door) credentialRoutes() []rest.Route {
	return []rest.Route{
		rest.Handle("GET /admin/grants", operator, rest.Doc{
			Title: "List the applications that act for a user", Tags: adminTags, Text: "One grant for each consent that they gave.",
			Response: Grants{Grants: []authapi.Grant{exampleGrant}}, Errors: []fault.Kind{fault.Missing},
		}, func(ctx context.Context, q ownedRequest) (rest.Reply, error) {
			return d.grantsOf(ctx, "/admin/grants", q.User, q.paging)
		}),
		rest.Handle("DELETE /admin/grants/{id}", operator, rest.Doc{
			Title: "End a grant", Tags: adminTags, Text: "All its tokens end within two seconds.", Errors: []fault.Kind{fault.Missing},
		}, d.revokeGrant),
		rest.Handle("GET /admin/tokens", operator, rest.Doc{
			Title: "List the API keys of a user", Tags: adminTags, Text: "Without their secrets, which nobody can see again.",
			Response: Tokens{Tokens: []authapi.APIKey{exampleKey}}, Errors: []fault.Kind{fault.Missing},
		}, func(ctx context.Context, q ownedRequest) (rest.Reply, error) {
			return d.tokensOf(ctx, "/admin/tokens", q.User, q.paging)
		}),
		rest.Handle("DELETE /admin/tokens/{id}", operator, rest.Doc{
			Title: "End an API key", Tags: adminTags, Text: "It is good for nothing within two seconds.", Errors: []fault.Kind{fault.Missing},
		}, d.revokeToken),
	}
}

type ownedRequest struct {
	paging
	User string `query:"user" required:"true" doc:"login name of the user whose they are"`
}
