package native

import (
	"context"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

func (d *door) accountRoutes() []rest.Route {
	tags := []string{"account"}
	login := rest.Handle("POST /login", who.Public, rest.Doc{
		Title: "Get an access token", Tags: tags,
		Text:     "The token is good for `expires_in` seconds; send it as `Authorization: Bearer TOKEN`.",
		Request:  nameAndPassword{Name: "alice", Password: "alice123"},
		Response: authapi.Token{AccessToken: "eyJhbGciOiJFZERTQSJ9.e30.c2ln", TokenType: "Bearer", ExpiresIn: 3600},
		Errors:   []fault.Kind{fault.Unauthenticated, fault.Exhausted},
	}, d.login)
	login.Unasked = true // who has a token that is over gets a new one here
	return []rest.Route{login}
}

type nameAndPassword struct {
	Name     string `json:"name" required:"true" doc:"login name"`
	Password string `json:"password" required:"true" doc:"password"`
}

type loginRequest struct {
	Body nameAndPassword `body:"json" required:"true"`
}

// login answers with a token, which must not stay in anybody's cache.
func (d *door) login(ctx context.Context, q loginRequest) (rest.Reply, error) {
	token, err := d.Backend.Auth.Login(ctx, authapi.PasswordProof{
		Name: q.Body.Name, Password: q.Body.Password, Peer: edge.Peer(placeOf(ctx).r)})
	if err != nil {
		return rest.Reply{}, err
	}
	return rest.Reply{Header: http.Header{"Cache-Control": {"no-store"}}, Body: token}, nil
}
