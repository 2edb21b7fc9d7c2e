package app

import (
	"context"
	"crypto/rand"
	"strings"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/client"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
)

// Seed is who is there from the start. It fills gaps and changes nothing: a
// user or client that exists, whatever became of it, stays as it is.
type Seed struct {
	Groups  []string
	Users   []authapi.RegisterRequest
	Clients []authapi.OAuthClient
	Own     []client.Register // Heddle's own programs
	Roles   []authapi.Role    // of core4
}

// Sow makes what of the seed does not exist.
func (a *App) Sow(ctx context.Context, s Seed) error {
	for _, name := range s.Groups {
		if _, err := a.CreateGroup(ctx, authapi.GroupRequest{Name: name}); err != nil {
			return err
		}
	}
	for _, r := range s.Users {
		if err := a.sowUser(ctx, r); err != nil {
			return err
		}
	}
	for _, r := range s.Clients {
		if err := a.sowClient(ctx, r); err != nil {
			return err
		}
	}
	for _, r := range s.Own {
		if err := a.sowOwn(ctx, r); err != nil {
			return err
		}
	}
	for _, r := range s.Roles {
		if err := a.sowRole(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) sowRole(ctx context.Context, r authapi.Role) error {
	have, err := es.Fold(ctx, a.Store, roles(), authapi.RoleTopic(idOf("role", r.Name)))
	if err != nil || have.Exists() {
		return problem(err)
	}
	_, err = a.PutRole(ctx, r)
	return err
}

func (a *App) sowUser(ctx context.Context, r authapi.RegisterRequest) error {
	name, err := user.ParseName(r.Name)
	if err == nil {
		u, err := a.user(ctx, idOf("user", string(name)))
		if err != nil || u.Exists() {
			return err
		}
	}
	_, err = a.RegisterUser(ctx, r)
	return err
}

func (a *App) sowClient(ctx context.Context, r authapi.OAuthClient) error {
	cmd, err := parseClient(r)
	if err == nil {
		known, err := a.clientExists(ctx, cmd.ID)
		if err != nil || known {
			return err
		}
	}
	_, err = a.RegisterClient(ctx, r)
	return err
}

func (a *App) sowOwn(ctx context.Context, r client.Register) error {
	known, err := a.clientExists(ctx, r.ID)
	if err != nil || known {
		return err
	}
	topic := idOf("client", string(r.ID))
	_, err = handle(ctx, a, clients(), authapi.ClientTopic(topic), "client/"+topic, client.Command(r))
	return err
}

func (a *App) clientExists(ctx context.Context, id client.ID) (bool, error) {
	c, err := es.Fold(ctx, a.Store, clients(), authapi.ClientTopic(idOf("client", string(id))))
	return c.Exists(), problem(err)
}

// operatorName is the login name of the operator of a new installation.
const operatorName = "admin"

// Bootstrap makes, where there is no user at all, an operator with a random
// password, and returns both; otherwise it returns empty texts. Of several
// replicas one gets the password.
func (a *App) Bootstrap(ctx context.Context) (name, password string, err error) {
	if err := a.View.Fresh(ctx); err != nil {
		return "", "", problem(err)
	}
	us, err := a.View.Users(ctx)
	if err != nil || len(us) > 0 {
		return "", "", problem(err)
	}
	password = strings.ToLower(rand.Text())
	_, err = a.RegisterUser(ctx, authapi.RegisterRequest{Name: operatorName, Password: password, Roles: []string{string(user.Operator)}})
	switch {
	case err != nil && fault.From(err).Code == "user.taken": // another replica was faster
		return "", "", nil
	case err != nil:
		return "", "", err
	default:
		return operatorName, password, nil
	}
}
