package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

func (e *env) adminClients() *cobra.Command {
	var changed changes
	set := &cobra.Command{
		Use: "set ID", Short: "Change an application", Args: cobra.ExactArgs(1),
		Long:    "Changes what the flags name and leaves the rest. If it may less than before, what it was given so far ends.",
		Example: "  heddle admin clients set report -b https://report.example.org/callback --trusted",
	}
	e.remote(set, func(ctx context.Context, cl *api.Client, args []string) error {
		with, err := changed.needed()
		if err != nil {
			return err
		}
		var r authapi.RegistrationSecret
		err = cl.Set(ctx, "clients", args[0], with, &r)
		return e.showSecret(r, err)
	})
	changed.text(set, "name", "", "client_name", "its name, as people are shown it")
	e.clientFlags(set, &changed)
	return group("clients", "The applications that may sign users in (OAuth clients)", "",
		e.remote(&cobra.Command{Use: "list", Short: "List all applications", Args: cobra.NoArgs, Example: "  heddle admin clients list"},
			func(ctx context.Context, cl *api.Client, _ []string) error {
				all, err := cl.Clients(ctx)
				if err != nil {
					return err
				}
				return showList(e, all, clientColumns()[:5]...)
			}),
		e.clientsAdd(),
		e.remote(&cobra.Command{Use: "show ID", Short: "Show an application", Args: cobra.ExactArgs(1), Example: "  heddle admin clients show heddle-cli"},
			func(ctx context.Context, cl *api.Client, args []string) error {
				var r authapi.Registration
				if err := cl.One(ctx, "clients", args[0], &r); err != nil {
					return err
				}
				return showOne(e, r, clientColumns()...)
			}),
		set, e.clientsSecret(), e.removing("clients", "client", "ends everything that %s was given"))
}

func clientColumns() []column[authapi.Registration] {
	return []column[authapi.Registration]{
		{"id", func(r authapi.Registration) string { return r.ID }},
		{"name", func(r authapi.Registration) string { return r.Name }},
		{"proves itself by", func(r authapi.Registration) string { return r.Method }},
		{"grants", func(r authapi.Registration) string { return words(r.Grants) }},
		{"redirects", func(r authapi.Registration) string { return words(r.Redirects) }},
		{"scopes", func(r authapi.Registration) string { return words(r.Scopes) }},
		{"after sign-out", func(r authapi.Registration) string { return words(r.PostLogout) }},
		{"page", func(r authapi.Registration) string { return r.URL }},
		{"icon", func(r authapi.Registration) string { return r.Icon }},
		{"certificate", func(r authapi.Registration) string { return r.TLSSubject }},
		{"bound tokens", func(r authapi.Registration) string { return yes(r.Bound) }},
		{"on people's machines", func(r authapi.Registration) string { return yes(r.Native) }},
		{"trusted", func(r authapi.Registration) string { return yes(r.Trusted) }},
		{"steady refresh token", func(r authapi.Registration) string { return yes(r.Steady) }},
		{"may introspect", func(r authapi.Registration) string { return yes(r.Resource) }},
		{"runs as", func(r authapi.Registration) string { return r.RunAs }},
		{"registered", func(r authapi.Registration) string { return when(r.Created) }},
		{"version", func(r authapi.Registration) string { return fmt.Sprint(r.Version) }},
	}
}

// clientFlags begin with RESTDIRAC's, by the same letters.
func (e *env) clientFlags(c *cobra.Command, cs *changes) {
	cs.list(c, "redirect", "b", "redirect_uris", "where a code may go (repeatable)")
	cs.text(c, "page", "u", "client_uri", "a page about it")
	cs.text(c, "icon", "i", "logo_uri", "its icon")
	cs.text(c, "method", "", "token_endpoint_auth_method", "none, client_secret_basic, client_secret_post, private_key_jwt, tls_client_auth or self_signed_tls_client_auth")
	cs.list(c, "grant", "", "grant_types", "authorization_code, refresh_token, device_code or client_credentials (repeatable)")
	cs.list(c, "scope", "", "scopes", "what it may ask for (repeatable; none are all but operator)")
	cs.list(c, "post-logout", "", "post_logout_redirect_uris", "where people may go after signing out (repeatable)")
	cs.text(c, "tls-subject", "", "tls_client_auth_subject_dn", "name of its certificate, slash form")
	cs.truth(c, "bound", "tls_client_certificate_bound_access_tokens", "its tokens are good with its certificate only")
	cs.text(c, "id-token-alg", "", "id_token_signed_response_alg", "RS256 or EdDSA")
	cs.truth(c, "native", "native", "it is on people's own machines: loopback redirects may have any port")
	cs.truth(c, "trusted", "trusted", "a consent given once is not asked again")
	cs.truth(c, "steady-refresh", "steady_refresh_token", "its refresh token is not replaced at each use, as PyUNICORE's RefreshHandler needs it")
	cs.truth(c, "resource", "resource", "it may introspect tokens of others")
	cs.text(c, "run-as", "", "run_as", "login name that client_credentials act as")
	cs.file(e, c, "jwks", "jwks", "file with its public keys (a JWK set)")
}

const registerText = `The answer has the client_id, and the secret if the application proves itself by
one: it is shown only this once.`

func (e *env) clientsAdd() *cobra.Command {
	var with changes
	c := &cobra.Command{
		Use: "add NAME -b REDIRECT", Short: "Register an application", Long: registerText, Args: cobra.ExactArgs(1),
		Example: `  heddle admin clients add "My app" -b https://app.example.org/callback -u https://app.example.org
  heddle admin clients add Nightly --id nightly --method client_secret_basic --grant client_credentials --run-as alice`,
	}
	e.remote(c, func(ctx context.Context, cl *api.Client, args []string) error {
		return e.register(ctx, cl, args[0], &with)
	})
	with.text(c, "id", "", "client_id", "its client_id (default: one is made)")
	e.clientFlags(c, &with)
	return c
}

// registerClient has the switches of dirac-register-client.
func (e *env) registerClient() *cobra.Command {
	var with changes
	var name string
	c := &cobra.Command{
		Use: "register-client -n NAME -b REDIRECT", Short: "Register an application, with RESTDIRAC's switches", Long: registerText, Args: cobra.NoArgs,
		Example: `  heddle admin register-client -n "My app" -b https://app.example.org/callback -u https://app.example.org -i https://app.example.org/icon.png`,
	}
	e.remote(c, func(ctx context.Context, cl *api.Client, _ []string) error {
		if name == "" {
			return usagef("what is it called? Give -n")
		}
		return e.register(ctx, cl, name, &with)
	})
	c.Flags().StringVarP(&name, "name", "n", "", "its name")
	e.clientFlags(c, &with)
	return c
}

func (e *env) register(ctx context.Context, cl *api.Client, name string, with *changes) error {
	what, err := with.change()
	if err != nil {
		return err
	}
	what["client_name"] = name
	var r authapi.RegistrationSecret
	err = cl.Add(ctx, "clients", what, &r)
	return e.showSecret(r, err)
}

// showSecret shows a registration, and its secret if it is new.
func (e *env) showSecret(r authapi.RegistrationSecret, err error) error {
	if err != nil {
		return err
	}
	var columns []column[authapi.RegistrationSecret]
	for _, c := range clientColumns() {
		columns = append(columns, column[authapi.RegistrationSecret]{c.head, func(r authapi.RegistrationSecret) string { return c.cell(r.Registration) }})
	}
	columns = append(columns, column[authapi.RegistrationSecret]{"secret, only now", func(r authapi.RegistrationSecret) string { return r.Secret }})
	return showOne(e, r, columns...)
}

func (e *env) clientsSecret() *cobra.Command {
	var s sure
	var grace string
	c := s.flag(e.remote(&cobra.Command{
		Use: "secret ID", Short: "Give an application a new secret", Args: cobra.ExactArgs(1),
		Long:    "With --grace the old one is good for a while. Without, it ends at once, with every token that was got with it.",
		Example: "  heddle admin clients secret report --grace 24h\n  heddle admin clients secret report --yes",
	}, func(ctx context.Context, cl *api.Client, args []string) error {
		d, err := parseTTL(grace)
		if err == nil && d == 0 {
			err = s.check("ends everything that %s was given", args[0])
		}
		if err != nil {
			return err
		}
		return e.showSecret(cl.NewSecret(ctx, args[0], int64(d/time.Second)))
	}))
	c.Flags().StringVar(&grace, "grace", "", "how long the old one is good, such as 1h or 7d")
	return c
}
