package app

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/client"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

var _ authapi.Admin = (*App)(nil)

// Registrations implements authapi.Admin.
func (a *App) Registrations(ctx context.Context, _ authapi.Empty) (authapi.Registrations, error) {
	if err := mayRegister(ctx); err != nil {
		return authapi.Registrations{}, err
	}
	all, err := a.clients(ctx)
	if err != nil {
		return authapi.Registrations{}, err
	}
	out := authapi.Registrations{Clients: make([]authapi.Registration, 0, len(all))}
	for _, c := range all {
		one, err := a.publishedClient(ctx, c)
		if err != nil {
			return authapi.Registrations{}, err
		}
		out.Clients = append(out.Clients, one)
	}
	slices.SortFunc(out.Clients, func(c, d authapi.Registration) int { return strings.Compare(c.Name, d.Name) })
	return out, nil
}

func (a *App) clients(ctx context.Context) ([]view.Thing[client.Client], error) {
	if err := a.View.Fresh(ctx); err != nil {
		return nil, problem(err)
	}
	all, err := a.View.AllClients(ctx)
	return all, problem(err)
}

// PutRegistration implements authapi.Admin.
func (a *App) PutRegistration(ctx context.Context, r authapi.Registration) (authapi.RegistrationSecret, error) {
	if err := mayRegister(ctx); err != nil {
		return authapi.RegistrationSecret{}, err
	}
	all, err := a.clients(ctx)
	if err != nil {
		return authapi.RegistrationSecret{}, err
	}
	if r.ID == "" {
		r.ID = strings.ToLower(rand.Text())
	}
	i := slices.IndexFunc(all, func(c view.Thing[client.Client]) bool { return string(c.State.ID) == r.ID })
	var now view.Thing[client.Client]
	switch {
	case i >= 0:
		now = all[i]
	case r.Version != 0:
		return authapi.RegistrationSecret{}, unknownThing("client")
	}
	cmd, err := a.parseRegistration(ctx, r, all)
	if err != nil {
		return authapi.RegistrationSecret{}, err
	}
	if err := mayPut(ctx, now.State, cmd.Details); err != nil {
		return authapi.RegistrationSecret{}, err
	}
	if err := current(r.Version, now.Version); err != nil {
		return authapi.RegistrationSecret{}, err
	}
	return a.putClient(ctx, r.Version, now.State, cmd)
}

// putClient gives the client a secret if it is to have one and has none yet.
func (a *App) putClient(ctx context.Context, version uint64, now client.Client, cmd client.Register) (authapi.RegistrationSecret, error) {
	secret := ""
	if cmd.AuthMethod().BySecret() && now.Secret == "" {
		var err error
		if secret, cmd.Secret, err = a.newSecret(ctx); err != nil {
			return authapi.RegistrationSecret{}, err
		}
	}
	if now.Exists() {
		return a.writeClient(ctx, version, cmd.ID, now, client.Change{Details: cmd.Details, Secret: cmd.Secret}, secret)
	}
	return a.writeClient(ctx, version, cmd.ID, now, cmd, secret)
}

// writeClient asks something of a client. A secret that was made for it is
// told only if it is the client's now; what is no client's is forgotten.
func (a *App) writeClient(ctx context.Context, version uint64, id client.ID, now client.Client, cmd client.Command, secret string) (authapi.RegistrationSecret, error) {
	topic := idOf("client", string(id)) // client ids may have capitals and dots, topics may not
	out, err := handleAt(ctx, a, version, clients, authapi.ClientTopic(topic), "client/"+topic, cmd)
	if err != nil {
		return authapi.RegistrationSecret{}, err
	}
	for _, old := range []string{now.Secret, now.OldSecret} {
		if old != "" && old != out.State.Secret && old != out.State.OldSecret {
			_ = a.Vault.ForgetHash(ctx, clientSecrets, old) // nothing names it any more; left behind it is harmless
		}
	}
	c, err := a.View.Client(ctx, topic)
	if err != nil {
		return authapi.RegistrationSecret{}, problem(err)
	}
	answer := authapi.RegistrationSecret{}
	if len(out.Events) > 0 {
		answer.Secret = secret
	}
	answer.Registration, err = a.publishedClient(ctx, c)
	return answer, err
}

// clientRef is the client of an id, or else of a name.
func (a *App) clientRef(ctx context.Context, ref string) (client.Client, error) {
	all, err := a.clients(ctx)
	if err != nil {
		return client.Client{}, err
	}
	for _, is := range []func(client.Client) bool{
		func(c client.Client) bool { return string(c.ID) == ref },
		func(c client.Client) bool { return c.Name == ref },
	} {
		for _, c := range all {
			if is(c.State) {
				return c.State, nil
			}
		}
	}
	return client.Client{}, unknownThing("client")
}

func (a *App) publishedClient(ctx context.Context, t view.Thing[client.Client]) (authapi.Registration, error) {
	c := t.State
	out := authapi.Registration{
		ID: string(c.ID), Version: t.Version, Name: c.Name, URL: c.URL, Icon: c.Icon, Method: string(c.AuthMethod()),
		Redirects: texts(c.Redirects), PostLogout: texts(c.PostLogout), Grants: texts(c.Grants), Scopes: c.Scopes, Keys: c.Keys,
		TLSSubject: c.TLSSubject, Bound: c.Bound, IDTokenAlg: c.IDTokenAlg, Native: c.Native, Trusted: c.Trusted, Steady: c.Steady, Resource: c.Resource,
		Created: t.Since,
	}
	if c.RunAs == "" {
		return out, nil
	}
	u, err := a.View.UserByID(ctx, c.RunAs)
	if errors.Is(err, view.ErrNone) {
		return out, nil
	}
	out.RunAs = string(u.Name)
	return out, problem(err)
}
