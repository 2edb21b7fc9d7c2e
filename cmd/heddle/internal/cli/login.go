package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
	"github.com/heddle-dev/heddle/cmd/heddle/internal/profile"
	"github.com/heddle-dev/heddle/cmd/heddle/internal/signin"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// defaultScopes are for somebody at their own terminal: all that they may do.
var defaultScopes = []string{"api", "operator"}

func (e *env) login() *cobra.Command {
	var user, group string
	var fromStdin bool
	var scopes []string
	c := &cobra.Command{
		Use: "login", Short: "Sign in and stay signed in",
		Long: `Shows an address and a code: open the address in any browser, on any machine,
sign in there and enter the code. You stay signed in until you sign out, for 30
days at most; heddle keeps the tokens in a file that only you can read.

With --user it asks for the password here instead; that lasts an hour.`,
		Example: `  heddle login
  heddle login --url https://heddle.example.org
  heddle login --scope api:read --group users
  echo test123 | heddle login -u demouser --password-stdin`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			k, err := e.keeper()
			if err != nil {
				return err
			}
			if user == "" && fromStdin {
				return usagef("whose password is it? Give --user")
			}
			if user != "" {
				return e.loginByPassword(cmd.Context(), k, user, fromStdin)
			}
			words := append([]string{"openid", "offline_access"}, scopes...)
			if group != "" {
				words = append(words, "g:"+group)
			}
			return e.loginByDevice(cmd.Context(), k, strings.Join(words, " "))
		},
	}
	c.Flags().StringVarP(&user, "user", "u", "", "login name: sign in by password")
	c.Flags().BoolVar(&fromStdin, "password-stdin", false, "read the password from standard input")
	c.Flags().StringSliceVar(&scopes, "scope", defaultScopes, "what this machine may do for you: api, api:read, operator")
	c.Flags().StringVar(&group, "group", "", "group to act in (default: you are asked, or your only one)")
	return c
}

func (e *env) loginByPassword(ctx context.Context, k *signin.Keeper, user string, fromStdin bool) error {
	password, err := e.password(fromStdin)
	if err != nil {
		return err
	}
	t, err := api.New(k.Profile.URL, api.NoToken, k.Server.HTTP).Login(ctx, user, password)
	if err != nil {
		return err
	}
	return e.remember(ctx, k, user, authapi.Tokens{AccessToken: t.AccessToken, ExpiresIn: t.ExpiresIn})
}

func (e *env) loginByDevice(ctx context.Context, k *signin.Keeper, scope string) error {
	d, err := k.Server.Start(ctx, scope)
	if signin.Missing(err) {
		return fmt.Errorf("%s has no sign-in by browser; give --user and your password", k.Profile.URL)
	}
	if err != nil {
		return answered(k.Profile.URL, err)
	}
	if err := e.showCode(d); err != nil {
		return err
	}
	t, err := k.Server.Wait(ctx, d, signin.Pause)
	if err != nil {
		return answered(k.Profile.URL, err)
	}
	me, err := api.New(k.Profile.URL, func(context.Context) (string, error) { return t.AccessToken, nil }, k.Server.HTTP).Me(ctx)
	if err != nil {
		return err
	}
	return e.remember(ctx, k, me.Name, t)
}

// showCode is what a person copies into a browser that may be on another
// machine, so it is shown even with --quiet.
func (e *env) showCode(d authapi.Device) error {
	if e.isJSON() {
		return e.json(map[string]any{
			"verification_uri": d.VerificationURI, "verification_uri_complete": d.VerificationURIComplete,
			"user_code": d.UserCode, "expires_in": d.ExpiresIn,
		})
	}
	_, err := fmt.Fprintf(e.err, `
  Open in any browser:   %s
  and enter the code:    %s

  (or, with the code in it: %s)

`, clean(d.VerificationURI), clean(d.UserCode), clean(d.VerificationURIComplete))
	e.note("Waiting for you; the code is good for %s.", time.Duration(d.ExpiresIn)*time.Second)
	return err
}

// remember writes the profile and says who is signed in.
func (e *env) remember(ctx context.Context, k *signin.Keeper, user string, t authapi.Tokens) error {
	release, err := profile.Lock(ctx, k.Path)
	if err != nil {
		return err
	}
	defer release()
	p := signin.Signed(profile.Profile{URL: k.Profile.URL, User: user}, t, time.Now())
	if err := profile.Save(k.Path, p); err != nil {
		return err
	}
	if p.Refresh != "" {
		e.note("Signed in to %s as %s. `heddle logout` signs out.", p.URL, user)
		return nil
	}
	e.note("Signed in to %s as %s until %s.", p.URL, user, p.Expires.Format("15:04"))
	return nil
}

// password asks on the terminal, without echo, or reads one line.
func (e *env) password(fromStdin bool) (string, error) {
	if f, ok := e.in.(*os.File); ok && !fromStdin && term.IsTerminal(int(f.Fd())) {
		fmt.Fprint(e.err, "Password: ")
		b, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(e.err)
		return string(b), err
	}
	line, err := bufio.NewReader(io.LimitReader(e.in, 4096)).ReadString('\n')
	if err != nil && line == "" {
		return "", usagef("no password on standard input")
	}
	return strings.TrimRight(line, "\r\n"), nil
}

func (e *env) whoami() *cobra.Command {
	return &cobra.Command{
		Use: "whoami", Short: "Say who the server takes you for", Args: cobra.NoArgs,
		Example: "  heddle whoami\n  heddle whoami -o json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cl, err := e.client()
			if err != nil {
				return err
			}
			me, err := cl.Me(cmd.Context())
			if err != nil {
				return err
			}
			if e.isJSON() {
				return e.json(me)
			}
			fmt.Fprintln(e.out, strings.TrimSpace(me.Name+" "+strings.Join(append(me.Groups, me.Roles...), " ")))
			return nil
		},
	}
}
