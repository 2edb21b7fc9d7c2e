package cli

import (
	"context"
	"errors"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
	"github.com/heddle-dev/heddle/cmd/heddle/internal/profile"
	"github.com/heddle-dev/heddle/cmd/heddle/internal/signin"
)

func (e *env) logout() *cobra.Command {
	var everywhere, local bool
	c := &cobra.Command{
		Use: "logout", Short: "Sign out, and end the tokens of this machine",
		Example: `  heddle logout
  heddle logout --everywhere`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			k, err := e.keeper()
			if err != nil {
				return err
			}
			if k.Profile.Token == "" && k.Profile.Refresh == "" {
				e.note("You are not signed in to %s.", k.Profile.URL)
				return nil
			}
			if everywhere {
				if err := api.New(k.Profile.URL, k.Token, k.Server.HTTP).SignOut(cmd.Context()); err != nil {
					return err
				}
			}
			return e.forget(cmd.Context(), k, local || everywhere)
		},
	}
	c.Flags().BoolVar(&everywhere, "everywhere", false, "end your sessions, tokens and grants on all machines and in all applications")
	c.Flags().BoolVar(&local, "local", false, "only forget the tokens here, though the server cannot be reached")
	return c
}

// forget ends the sign-in at the server, unless that is done or cannot be, and
// then here: a token that is forgotten first could be ended by nobody.
func (e *env) forget(ctx context.Context, k *signin.Keeper, local bool) error {
	release, err := profile.Lock(ctx, k.Path)
	if err != nil {
		return err
	}
	defer release()
	p, err := profile.Load(k.Path)
	if err != nil {
		return err
	}
	if p.URL != k.Profile.URL {
		return usagef("what HEDDLE_TOKEN says is not remembered here; unset it")
	}
	if p.Refresh != "" && !local {
		if err := k.Server.Revoke(ctx, p.Refresh); err != nil {
			return answered(p.URL, err)
		}
	}
	if err := profile.Save(k.Path, profile.Profile{URL: p.URL}); err != nil {
		return err
	}
	e.note("Signed out of %s.", p.URL)
	return nil
}

// answered makes an error of the authorization server one of the API, so that
// both mean the same exit code.
func answered(server string, err error) error {
	var r *signin.Refusal
	var away *url.Error
	switch {
	case errors.As(err, &r):
		return &api.Problem{Status: r.Status, Detail: r.Error(), Code: r.Code}
	case errors.As(err, &away):
		return &api.Unreachable{Server: server, Err: away.Err}
	default:
		return err
	}
}
