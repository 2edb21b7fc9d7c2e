package native

import (
	"context"
	"net/http"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

func (d *door) tokenRoutes() []rest.Route {
	tags := []string{"tokens"}
	return []rest.Route{
		rest.Handle("POST /tokens", who.Authenticated, rest.Doc{
			Title: "Make an API key", Tags: tags,
			Text: "For programs of yours. The `secret` is shown this once; send it as `Authorization: Bearer SECRET` or `X-API-Key: SECRET`. " +
				"It may do what its scopes say (`api:read` if you name none, `api` for everything) as long as you may. " +
				"You have to be here in person, with name and password or a certificate: no token makes another.",
			Request:  newToken{Name: "nightly report", Scopes: []string{"api:read"}, ExpiresIn: 2592000},
			Response: authapi.APIKeySecret{APIKey: exampleKey, Secret: "hdl_0f3k9m2p1qs_dGhpcyBpcyBvbmx5IGFuIGV4YW1wbGU_1a2b3c4d"},
			Errors:   []fault.Kind{fault.Conflict, fault.Exhausted},
		}, d.createToken),
		rest.Handle("GET /tokens", who.Authenticated, rest.Doc{
			Title: "List your API keys", Tags: tags,
			Text:     "Without their secrets, with the hour of their last use.",
			Response: Tokens{Tokens: []authapi.APIKey{exampleKey}},
		}, d.tokens),
		rest.Handle("DELETE /tokens/{id}", who.Authenticated, rest.Doc{
			Title: "Revoke an API key", Tags: tags,
			Text:   "It is good for nothing within two seconds.",
			Errors: []fault.Kind{fault.Missing},
		}, d.revokeToken),
		rest.Handle("GET /grants", who.Authenticated, rest.Doc{
			Title: "List the applications that act for you", Tags: tags,
			Text:     "Each grant is what you once allowed an application, with all tokens that came of it.",
			Response: Grants{Grants: []authapi.Grant{exampleGrant}},
		}, d.grants),
		rest.Handle("DELETE /grants/{id}", who.Authenticated, rest.Doc{
			Title: "Take back what you allowed an application", Tags: tags,
			Text:   "All tokens of the grant end within two seconds.",
			Errors: []fault.Kind{fault.Missing},
		}, d.revokeGrant),
	}
}

type newToken struct {
	Name      string   `json:"name" required:"true" doc:"what it is for, in your words"`
	Scopes    []string `json:"scopes,omitempty" doc:"what it may do; default: api:read"`
	Group     string   `json:"group,omitempty" doc:"the group to act in; default: yours"`
	ExpiresIn int64    `json:"expires_in,omitempty" doc:"seconds until it ends; the default and the limit are configured"`
}

type newTokenRequest struct {
	Body newToken `body:"json" required:"true"`
}

// maxSeconds is what a time.Duration holds.
const maxSeconds = int64(1<<63-1) / int64(time.Second)

func (d *door) createToken(ctx context.Context, q newTokenRequest) (rest.Reply, error) {
	if n := q.Body.ExpiresIn; n < 0 || n > maxSeconds {
		return rest.Reply{}, fault.New(fault.Invalid, "request.invalid", "The request is not acceptable.").
			WithField("expires_in", "is %d; it is a number of seconds", n)
	}
	made, err := d.Backend.APIKeys.CreateAPIKey(ctx, authapi.NewAPIKey{
		Name: q.Body.Name, Scopes: q.Body.Scopes, Group: q.Body.Group, Lifetime: time.Duration(q.Body.ExpiresIn) * time.Second})
	if err != nil {
		return rest.Reply{}, err
	}
	return rest.Reply{Status: http.StatusCreated, Body: made, Header: secret()}, nil
}

// secret are the headers of an answer that nobody may keep for another.
func secret() http.Header { return http.Header{"Cache-Control": {"no-store"}} }

// Tokens and Grants are pages.
type (
	Tokens struct {
		Tokens []authapi.APIKey `json:"tokens"`
		Next   string           `json:"next,omitempty" doc:"cursor of the following page; absent at the end"`
	}
	Grants struct {
		Grants []authapi.Grant `json:"grants"`
		Next   string          `json:"next,omitempty" doc:"cursor of the following page; absent at the end"`
	}
)

func (d *door) tokens(ctx context.Context, q paging) (rest.Reply, error) {
	return d.tokensOf(ctx, "/tokens", "", q)
}

func (d *door) tokensOf(ctx context.Context, path, user string, q paging) (rest.Reply, error) {
	l, err := d.Backend.APIKeys.APIKeys(ctx, authapi.Owner{User: user})
	if err != nil {
		return rest.Reply{}, err
	}
	part, next, err := cut(l.Keys, func(k authapi.APIKey) string { return k.ID }, q)
	return paged(ctx, path, next, Tokens{part, next}), err
}

func (d *door) grants(ctx context.Context, q paging) (rest.Reply, error) {
	return d.grantsOf(ctx, "/grants", "", q)
}

func (d *door) grantsOf(ctx context.Context, path, user string, q paging) (rest.Reply, error) {
	l, err := d.Backend.Grants.Grants(ctx, authapi.Owner{User: user})
	if err != nil {
		return rest.Reply{}, err
	}
	part, next, err := cut(l.Grants, func(g authapi.Grant) string { return g.ID }, q)
	return paged(ctx, path, next, Grants{part, next}), err
}

type credentialRequest struct {
	ID string `path:"id" doc:"its id, as the list shows it"`
}

func (d *door) revokeToken(ctx context.Context, q credentialRequest) (struct{}, error) {
	ctx, cancel := outliving(ctx)
	defer cancel()
	_, err := d.Backend.APIKeys.RevokeAPIKey(ctx, authapi.APIKeyRef(q))
	return struct{}{}, err
}

func (d *door) revokeGrant(ctx context.Context, q credentialRequest) (struct{}, error) {
	ctx, cancel := outliving(ctx)
	defer cancel()
	_, err := d.Backend.Grants.RevokeGrant(ctx, authapi.GrantRef(q))
	return struct{}{}, err
}
