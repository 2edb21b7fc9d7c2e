package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

func (e *env) token() *cobra.Command {
	return group("token", "Make, list and revoke API keys", `API keys are for your programs: they do not end when you sign out. Give each
program its own, with no more than it needs.`,
		e.tokenCreate(), e.tokenList(), e.tokenRevoke())
}

func (e *env) tokenCreate() *cobra.Command {
	var t api.NewToken
	var ttl, user string
	var fromStdin bool
	c := &cobra.Command{
		Use: "create NAME", Short: "Make an API key and show it, this once",
		Long: `Makes an API key and writes it to standard output. It asks for your password:
what lasts longer than your sign-in is only made by you in person.`,
		Example: `  heddle token create "nightly report"
  echo test123 | heddle token create ci --scope api --ttl 30d --password-stdin`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			t.Name = args[0]
			lifetime, err := parseTTL(ttl)
			if err != nil {
				return err
			}
			t.ExpiresIn = int64(lifetime / time.Second)
			cl, err := e.inPerson(user, fromStdin)
			if err != nil {
				return err
			}
			k, err := cl.CreateToken(cmd.Context(), t)
			if err != nil {
				return err
			}
			return e.showToken(k)
		},
	}
	f := c.Flags()
	f.StringSliceVar(&t.Scopes, "scope", nil, "what it may do: api:read (default) or api")
	f.StringVar(&t.Group, "group", "", "group that it acts in (default: yours)")
	f.StringVar(&ttl, "ttl", "", "how long it is good, such as 12h or 30d (default: the server's)")
	f.StringVarP(&user, "user", "u", "", "login name (default: who is signed in)")
	f.BoolVar(&fromStdin, "password-stdin", false, "read the password from standard input")
	return c
}

// inPerson is a client that shows the password.
func (e *env) inPerson(user string, fromStdin bool) (*api.Client, error) {
	k, err := e.keeper()
	if err != nil {
		return nil, err
	}
	if user = or(user, k.Profile.User); user == "" {
		return nil, usagef("who are you? Sign in with `heddle login`, or give --user")
	}
	password, err := e.password(fromStdin)
	if err != nil {
		return nil, err
	}
	return api.New(k.Profile.URL, api.NoToken, k.Server.HTTP).InPerson(user, password), nil
}

func (e *env) showToken(k authapi.APIKeySecret) error {
	if e.isJSON() {
		return e.json(k)
	}
	ends := "never ends"
	if !k.Expires.IsZero() {
		ends = "is good until " + when(k.Expires)
	}
	e.note("API key %s may do %s and %s. It is shown only this once:", k.ID, strings.Join(k.Scopes, ", "), ends)
	_, err := fmt.Fprintln(e.out, k.Secret)
	return err
}

// parseTTL reads a duration that may be in days.
func parseTTL(s string) (time.Duration, error) {
	if s == "" {
		return 0, nil
	}
	if days, found := strings.CutSuffix(s, "d"); found {
		var n int
		if _, err := fmt.Sscanf(days+"\n", "%d\n", &n); err == nil && n > 0 && n < 36500 {
			return time.Duration(n) * 24 * time.Hour, nil
		}
		return 0, usagef("--ttl %q is no number of days", s)
	}
	d, err := parseDuration(s)
	if err != nil || d < time.Second {
		return 0, usagef("--ttl %q is no duration such as 12h or 30d", s)
	}
	return d, nil
}

func (e *env) tokenList() *cobra.Command {
	return e.remote(&cobra.Command{
		Use: "list", Short: "List your API keys", Args: cobra.NoArgs,
		Example: "  heddle token list\n  heddle token list -o json",
	}, func(ctx context.Context, cl *api.Client, _ []string) error { return e.tokens(ctx, cl, "") })
}

func (e *env) tokens(ctx context.Context, cl *api.Client, user string) error {
	keys, err := cl.Tokens(ctx, user)
	if err != nil {
		return err
	}
	return showList(e, keys,
		column[authapi.APIKey]{"id", func(k authapi.APIKey) string { return k.ID }},
		column[authapi.APIKey]{"name", func(k authapi.APIKey) string { return k.Name }},
		column[authapi.APIKey]{"scopes", func(k authapi.APIKey) string { return words(k.Scopes) }},
		column[authapi.APIKey]{"group", func(k authapi.APIKey) string { return k.Group }},
		column[authapi.APIKey]{"created", func(k authapi.APIKey) string { return when(k.Created) }},
		column[authapi.APIKey]{"ends", func(k authapi.APIKey) string { return when(k.Expires) }},
		column[authapi.APIKey]{"last used", func(k authapi.APIKey) string { return or(when(k.Used), "never") }})
}

func (e *env) tokenRevoke() *cobra.Command {
	return e.remote(&cobra.Command{
		Use: "revoke ID...", Short: "End API keys", Args: cobra.MinimumNArgs(1),
		Example: "  heddle token revoke 0f3k9m2p1qs",
	}, func(ctx context.Context, cl *api.Client, ids []string) error { return each(ctx, ids, cl.RevokeToken) })
}

// each does the same to all, and stops at the first that does not work.
func each(ctx context.Context, names []string, f func(context.Context, string) error) error {
	for _, n := range names {
		if err := f(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

func (e *env) grant() *cobra.Command {
	return group("grant", "List and take back what you allowed applications", "",
		e.remote(&cobra.Command{
			Use: "list", Short: "List the applications that act for you", Args: cobra.NoArgs, Example: "  heddle grant list",
		}, func(ctx context.Context, cl *api.Client, _ []string) error { return e.grants(ctx, cl, "") }),
		e.remote(&cobra.Command{
			Use: "revoke ID...", Short: "Take back what you allowed, with all tokens that came of it", Args: cobra.MinimumNArgs(1),
			Example: "  heddle grant revoke 0f3k9m2p1qv",
		}, func(ctx context.Context, cl *api.Client, ids []string) error { return each(ctx, ids, cl.RevokeGrant) }))
}

func (e *env) grants(ctx context.Context, cl *api.Client, user string) error {
	grants, err := cl.Grants(ctx, user)
	if err != nil {
		return err
	}
	return showList(e, grants,
		column[authapi.Grant]{"id", func(g authapi.Grant) string { return g.ID }},
		column[authapi.Grant]{"application", func(g authapi.Grant) string { return or(g.Client.Name, g.Client.ID) }},
		column[authapi.Grant]{"scopes", func(g authapi.Grant) string { return words(g.Scopes) }},
		column[authapi.Grant]{"group", func(g authapi.Grant) string { return g.Group }},
		column[authapi.Grant]{"since", func(g authapi.Grant) string { return when(g.Begun) }},
		column[authapi.Grant]{"last used", func(g authapi.Grant) string { return when(g.Used) }},
		column[authapi.Grant]{"ends", func(g authapi.Grant) string { return when(g.Expires) }})
}
