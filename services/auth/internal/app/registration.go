package app

import (
	"context"
	"errors"
	"slices"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/assertion"
	"github.com/heddle-dev/heddle/services/auth/internal/client"
	"github.com/heddle-dev/heddle/services/auth/internal/scope"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// parseRegistration reads a registration and looks up what it names. No two
// clients have one name: it is what people see when they are asked for their
// consent.
func (a *App) parseRegistration(ctx context.Context, r authapi.Registration, all []view.Thing[client.Client]) (client.Register, error) {
	r = completed(r)
	var c checks
	method := parsed(&c, "token_endpoint_auth_method", r.Method, client.ParseMethod)
	cmd := client.Register{ID: parsed(&c, "client_id", r.ID, client.ParseID), Details: client.Details{
		Name: parsed(&c, "client_name", r.Name, client.ParseName), Method: method, Public: method == client.None,
		URL: parsed(&c, "client_uri", r.URL, client.ParseLink), Icon: parsed(&c, "logo_uri", r.Icon, client.ParseLink),
		Redirects:  parsedList(&c, "redirect_uris", r.Redirects, client.ParseRedirect),
		PostLogout: parsedList(&c, "post_logout_redirect_uris", r.PostLogout, client.ParseRedirect),
		Grants:     parsedList(&c, "grant_types", r.Grants, client.ParseGrant),
		Scopes:     parsedList(&c, "scopes", r.Scopes, plainScope),
		IDTokenAlg: parsed(&c, "id_token_signed_response_alg", r.IDTokenAlg, client.ParseIDTokenAlg),
		Bound:      r.Bound, Native: r.Native, Trusted: r.Trusted, Steady: r.Steady, Resource: r.Resource,
	}}
	if len(r.Keys) > 0 {
		var err error
		cmd.Keys, err = assertion.PublicKeys(r.Keys)
		c.add("jwks", err)
	}
	if r.TLSSubject != "" {
		cmd.TLSSubject = string(parsed(&c, "tls_client_auth_subject_dn", r.TLSSubject, user.ParseDN))
	}
	if slices.ContainsFunc(all, func(t view.Thing[client.Client]) bool { return t.State.Name == r.Name && string(t.State.ID) != r.ID }) {
		c.taken("client_name", "client", r.Name)
	}
	if err := a.runAs(ctx, &c, r.RunAs, &cmd); err != nil {
		return cmd, err
	}
	return cmd, c.err()
}

// completed is the registration of who has said no more than where codes go,
// as DIRAC's clients are registered.
func completed(r authapi.Registration) authapi.Registration {
	if r.Method == "" {
		r.Method = string(client.None)
	}
	if len(r.Grants) == 0 {
		r.Grants = []string{string(client.AuthorizationCode), string(client.RefreshToken)}
	}
	return r
}

func plainScope(word string) (string, error) {
	if scope.Known([]string{word}) != nil {
		return "", errors.New("is not known")
	}
	return word, nil
}

// runAs finds the user that a client acts as by itself.
func (a *App) runAs(ctx context.Context, c *checks, name string, cmd *client.Register) error {
	if name == "" {
		return nil
	}
	u, err := a.named(ctx, name)
	if errors.Is(err, view.ErrNone) {
		c.missing("run_as", "user", name)
		return nil
	}
	cmd.RunAs = u.ID
	return problem(err)
}
