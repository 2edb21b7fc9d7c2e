package app

import (
	"context"
	"crypto/rand"
	"errors"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// Seed is who is there from the start. It fills gaps and changes nothing: what
// ever was there, whatever became of it, stays as it is.
type Seed struct {
	Groups  []authapi.Group
	Roles   []authapi.Role
	Users   []authapi.RegisterRequest
	Clients []authapi.Registration
}

// Sow makes what of the seed there never was.
func (a *App) Sow(ctx context.Context, s Seed) error {
	var steps []func() error
	add := func(topic string, make func() error) {
		steps = append(steps, func() error { return a.fill(ctx, topic, make) })
	}
	for _, g := range s.Groups {
		add(authapi.GroupTopic(idOf("group", g.Name)), func() error { _, err := a.PutGroup(ctx, g); return err })
	}
	for _, r := range s.Roles {
		add(authapi.RoleTopic(idOf("role", r.Name)), func() error { _, err := a.PutRole(ctx, r); return err })
	}
	for _, u := range s.Users {
		name, _ := user.ParseName(u.Name)
		add(authapi.UserTopic(idOf("user", string(name))), func() error { _, err := a.RegisterUser(ctx, u); return err })
	}
	for _, c := range s.Clients {
		add(authapi.ClientTopic(idOf("client", c.ID)), func() error { _, err := a.PutRegistration(ctx, c); return err })
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// fill makes a thing if nothing was ever written of it. Of several replicas
// that do so at once the first one counts.
func (a *App) fill(ctx context.Context, topic string, make func() error) error {
	written, err := a.Store.Load(ctx, topic, 0)
	if err != nil || len(written) > 0 {
		return problem(err)
	}
	err = make()
	if fault.Is(err, fault.Conflict) {
		if written, look := a.Store.Load(ctx, topic, 0); look == nil && len(written) > 0 {
			return nil
		}
	}
	return err
}

// operatorName is the login name of the operator of a new installation.
const operatorName = "admin"

// Bootstrap makes, where there is no active operator, one with a random
// password, and returns name and password; otherwise it returns empty texts.
// Of several replicas one gets the password.
func (a *App) Bootstrap(ctx context.Context) (name, password string, err error) {
	none, err := a.lastOperator(ctx, "")
	if err != nil || !none {
		return "", "", err
	}
	if name, err = a.freeName(ctx); err != nil {
		return "", "", err
	}
	password = strings.ToLower(rand.Text())
	_, err = a.RegisterUser(ctx, authapi.RegisterRequest{Name: name, Password: password, Roles: []string{string(user.Operator)}})
	switch {
	case err != nil && fault.From(err).Code == "user.taken": // another replica was faster
		return "", "", nil
	case err != nil:
		return "", "", err
	default:
		return name, password, nil
	}
}

// freeName is a login name for an operator: of one who is kept out the name
// stays theirs.
func (a *App) freeName(ctx context.Context) (string, error) {
	for n := 1; ; n++ {
		name := operatorName
		if n > 1 {
			name += strconv.Itoa(n)
		}
		_, err := a.named(ctx, name)
		if errors.Is(err, view.ErrNone) {
			return name, nil
		}
		if err != nil {
			return "", problem(err)
		}
	}
}
