package native

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

func (d *door) clientRoutes() []rest.Route {
	change := clientChange{Name: ptr(exampleClient.Name), Redirects: &exampleClient.Redirects, Grants: &exampleClient.Grants, Method: ptr(exampleClient.Method)}
	withSecret := authapi.RegistrationSecret{Registration: exampleClient, Secret: "c2hvd24gb25jZSwgdGhpcyBvbmUgaXMgYW4gZXhhbXBsZQ"}
	return []rest.Route{
		rest.Handle("GET /admin/clients", operator, rest.Doc{
			Title: "List the registered applications", Tags: adminTags, Text: "The OAuth clients, by id.",
			Response: Clients{Clients: []authapi.Registration{exampleClient}},
		}, d.clients),
		rest.Handle("POST /admin/clients", operator, rest.Doc{
			Title: "Register an application", Tags: adminTags,
			Text:    "In the words of RFC 7591. `client_id` is made if you give none. If the application proves itself by a secret, it is in the answer, and only there.",
			Request: newClient{ID: "report", clientChange: change}, Response: withSecret, Errors: []fault.Kind{fault.Conflict},
		}, d.addClient),
		rest.Handle("GET /admin/clients/{id}", operator, rest.Doc{
			Title: "Look at an application", Tags: adminTags, Text: "The `ETag` is its version.",
			Response: exampleClient, Errors: []fault.Kind{fault.Missing},
		}, d.client),
		rest.Handle("PATCH /admin/clients/{id}", operator, rest.Doc{
			Title: "Change an application", Tags: adminTags,
			Text:    "What is left out stays as it is; an empty list or text removes. If it may less than before, what it was given so far ends. " + ifMatchText,
			Request: change, Response: withSecret, Errors: []fault.Kind{fault.Missing, fault.Conflict},
		}, d.changeClient),
		rest.Handle("DELETE /admin/clients/{id}", operator, rest.Doc{
			Title: "Remove an application", Tags: adminTags,
			Text:   "Everything that it was given ends within two seconds.",
			Errors: []fault.Kind{fault.Missing},
		}, d.removeClient),
		rest.Handle("POST /admin/clients/{id}/secret", operator, rest.Doc{
			Title: "Give an application a new secret", Tags: adminTags,
			Text:    "The old one is good for `grace` more seconds. Without that it ends at once, with every token that was got with it.",
			Request: secretGrace{3600}, Response: withSecret, Errors: []fault.Kind{fault.Missing, fault.Conflict},
		}, d.rotateSecret),
	}
}

// Clients is a page of registrations.
type Clients struct {
	Clients []authapi.Registration `json:"clients"`
	Next    string                 `json:"next,omitempty" doc:"cursor of the following page; absent at the end"`
}

func (d *door) clients(ctx context.Context, q paging) (rest.Reply, error) {
	l, err := d.Backend.Admin.Registrations(ctx, authapi.Empty{})
	if err != nil {
		return rest.Reply{}, err
	}
	part, next, err := cut(l.Clients, func(c authapi.Registration) string { return c.ID }, q)
	return paged(ctx, "/admin/clients", next, Clients{part, next}), err
}

// clientOf finds a registration.
func (d *door) clientOf(ctx context.Context, id string) (authapi.Registration, error) {
	l, err := d.Backend.Admin.Registrations(ctx, authapi.Empty{})
	if err != nil {
		return authapi.Registration{}, err
	}
	return pick(l.Clients, "client", func(c authapi.Registration) bool { return c.ID == id })
}

type clientRequest struct {
	ID string `path:"id" doc:"client_id"`
}

func (d *door) client(ctx context.Context, q clientRequest) (rest.Reply, error) {
	c, err := d.clientOf(ctx, q.ID)
	return versioned(0, c.Version, c), err
}

type clientChange struct {
	Name       *string          `json:"client_name,omitempty" doc:"as the page of consent shows it"`
	URL        *string          `json:"client_uri,omitempty" doc:"a page about it"`
	Icon       *string          `json:"logo_uri,omitempty" doc:"its icon; shown as a link"`
	Method     *string          `json:"token_endpoint_auth_method,omitempty" doc:"none (default), client_secret_basic, client_secret_post, private_key_jwt, tls_client_auth or self_signed_tls_client_auth"`
	Redirects  *[]string        `json:"redirect_uris,omitempty" doc:"where a code may go"`
	PostLogout *[]string        `json:"post_logout_redirect_uris,omitempty" doc:"where people may go after signing out"`
	Grants     *[]string        `json:"grant_types,omitempty" doc:"authorization_code, refresh_token, device_code, client_credentials"`
	Scopes     *[]string        `json:"scopes,omitempty" doc:"what it may ask for; none are all but operator"`
	Keys       *json.RawMessage `json:"jwks,omitempty" doc:"its public keys"`
	TLSSubject *string          `json:"tls_client_auth_subject_dn,omitempty" doc:"name of its certificate, slash form"`
	Bound      *bool            `json:"tls_client_certificate_bound_access_tokens,omitempty" doc:"its tokens are good with its certificate only"`
	IDTokenAlg *string          `json:"id_token_signed_response_alg,omitempty" doc:"RS256 or EdDSA"`
	Native     *bool            `json:"native,omitempty" doc:"it is on people's own machines: loopback redirects may have any port"`
	Trusted    *bool            `json:"trusted,omitempty" doc:"a consent given once is not asked again"`
	Steady     *bool            `json:"steady_refresh_token,omitempty" doc:"its refresh token is not replaced at each use: for clients that prove themselves and cannot keep a new one"`
	Resource   *bool            `json:"resource,omitempty" doc:"it may introspect tokens of others"`
	RunAs      *string          `json:"run_as,omitempty" doc:"login name that client_credentials act as"`
}

func (c clientChange) apply(r *authapi.Registration) {
	set(&r.Name, c.Name)
	set(&r.URL, c.URL)
	set(&r.Icon, c.Icon)
	set(&r.Method, c.Method)
	set(&r.Redirects, c.Redirects)
	set(&r.PostLogout, c.PostLogout)
	set(&r.Grants, c.Grants)
	set(&r.Scopes, c.Scopes)
	set(&r.Keys, c.Keys)
	set(&r.TLSSubject, c.TLSSubject)
	set(&r.Bound, c.Bound)
	set(&r.IDTokenAlg, c.IDTokenAlg)
	set(&r.Native, c.Native)
	set(&r.Trusted, c.Trusted)
	set(&r.Steady, c.Steady)
	set(&r.Resource, c.Resource)
	set(&r.RunAs, c.RunAs)
}

type newClient struct {
	ID string `json:"client_id,omitempty" doc:"its id; made if there is none"`
	clientChange
}

// addClient registers. A client that names no grant gets codes, as those who
// have a redirect and nothing else expect.
func (d *door) addClient(ctx context.Context, q struct {
	Body newClient `body:"json" required:"true"`
}) (rest.Reply, error) {
	if q.Body.ID != "" {
		_, err := d.clientOf(ctx, q.Body.ID)
		if err := free(err, "client", "client_id"); err != nil {
			return rest.Reply{}, err
		}
	}
	r := authapi.Registration{ID: q.Body.ID, Method: "none", Grants: []string{"authorization_code", "refresh_token"}}
	q.Body.apply(&r)
	made, err := d.Backend.Admin.PutRegistration(ctx, r)
	if err != nil {
		return rest.Reply{}, err
	}
	reply := rest.Reply{Status: http.StatusCreated, Body: made, Header: secret()}
	reply.Header.Set("Etag", quoted(made.Version))
	reply.Header.Set("Location", placeOf(ctx).base+"/admin/clients/"+url.PathEscape(made.ID))
	return reply, nil
}

func (d *door) changeClient(ctx context.Context, q struct {
	precondition
	ID   string       `path:"id" doc:"client_id"`
	Body clientChange `body:"json" required:"true"`
}) (rest.Reply, error) {
	ctx, cancel := outliving(ctx)
	defer cancel()
	r, err := d.clientOf(ctx, q.ID)
	if err == nil {
		err = q.unchanged(r.Version)
	}
	if err != nil {
		return rest.Reply{}, err
	}
	q.Body.apply(&r)
	changed, err := d.Backend.Admin.PutRegistration(ctx, r)
	reply := rest.Reply{Body: changed, Header: secret()}
	reply.Header.Set("Etag", quoted(changed.Version))
	return reply, err
}

func (d *door) removeClient(ctx context.Context, q clientRequest) (struct{}, error) {
	ctx, cancel := outliving(ctx)
	defer cancel()
	_, err := d.Backend.Admin.RemoveRegistration(ctx, authapi.ClientRef(q))
	return struct{}{}, err
}

type secretGrace struct {
	Grace int64 `json:"grace,omitempty" doc:"seconds for which the old secret is good"`
}

func (d *door) rotateSecret(ctx context.Context, q struct {
	ID   string      `path:"id" doc:"client_id"`
	Body secretGrace `body:"json"`
}) (rest.Reply, error) {
	ctx, cancel := outliving(ctx)
	defer cancel()
	if n := q.Body.Grace; n < 0 || n > maxSeconds {
		return rest.Reply{}, fault.New(fault.Invalid, "request.invalid", "The request is not acceptable.").
			WithField("grace", "is %d; it is a number of seconds", n)
	}
	made, err := d.Backend.Admin.RotateSecret(ctx, authapi.SecretRotation{ID: q.ID, Grace: time.Duration(q.Body.Grace) * time.Second})
	reply := rest.Reply{Body: made, Header: secret()}
	reply.Header.Set("Etag", quoted(made.Version))
	return reply, err
}
