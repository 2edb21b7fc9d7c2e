package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/client"
)

// maxClientName bounds a client's name, in bytes; maxClientList bounds its
// redirects and its grants.
const (
	maxClientName = 200
	maxClientList = 50
)

// RegisterClient implements authapi.Service. A client without an id gets one
// that follows from its name.
func (a *App) RegisterClient(ctx context.Context, r authapi.OAuthClient) (authapi.OAuthClient, error) {
	cmd, err := parseClient(r)
	if err != nil {
		return authapi.OAuthClient{}, err
	}
	id := idOf("client", string(cmd.ID)) // client ids may have capitals and dots, topics may not
	out, err := handle(ctx, a, clients(), authapi.ClientTopic(id), "client/"+id, client.Command(cmd))
	return publishedClient(out.State), err
}

func parseClient(r authapi.OAuthClient) (client.Register, error) {
	var c checks
	if r.ID == "" && r.Name != "" {
		r.ID = idOf("client-name", r.Name)
	}
	cmd := client.Register{ID: parsed(&c, "id", r.ID, client.ParseID), Details: client.Details{Name: r.Name, Public: r.Public}}
	if r.Name == "" || len(r.Name) > maxClientName {
		c.add("name", fmt.Errorf("must have 1 to %d bytes", maxClientName))
	}
	if len(r.Redirects) > maxClientList || len(r.Grants) > maxClientList {
		c.add("redirect_uris, grant_types", errors.New("are too many"))
		return cmd, c.err()
	}
	for i, s := range r.Redirects {
		cmd.Redirects = append(cmd.Redirects, parsed(&c, fmt.Sprintf("redirect_uris[%d]", i), s, client.ParseRedirect))
	}
	for i, s := range r.Grants {
		cmd.Grants = append(cmd.Grants, parsed(&c, fmt.Sprintf("grant_types[%d]", i), s, client.ParseGrant))
	}
	return cmd, c.err()
}

// Clients implements authapi.Service.
func (a *App) Clients(ctx context.Context, _ authapi.Empty) (authapi.Clients, error) {
	if err := a.View.Fresh(ctx); err != nil {
		return authapi.Clients{}, problem(err)
	}
	cs, err := a.View.Clients(ctx)
	out := authapi.Clients{Clients: make([]authapi.OAuthClient, 0, len(cs))}
	for _, c := range cs {
		out.Clients = append(out.Clients, publishedClient(c))
	}
	return out, problem(err)
}

func publishedClient(c client.Client) authapi.OAuthClient {
	return authapi.OAuthClient{ID: string(c.ID), Name: c.Name, Redirects: texts(c.Redirects), Grants: texts(c.Grants), Public: c.Public}
}
