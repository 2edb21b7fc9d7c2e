package cli

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
	"github.com/heddle-dev/heddle/cmd/heddle/internal/profile"
)

func (e *env) login() *cobra.Command {
	var user string
	var fromStdin bool
	c := &cobra.Command{
		Use: "login", Short: "Sign in and remember the token",
		Example: `  heddle login -u demouser
  echo test123 | heddle login -u demouser --password-stdin
  heddle login --url https://heddle.example.org -u jane`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			path := profile.Path(e.getenv)
			p, err := profile.Load(path)
			if err != nil {
				return err
			}
			if p, err = profile.Resolve(p, e.url, e.getenv); err != nil {
				return err
			}
			if user == "" {
				return usagef("who are you? Give --user")
			}
			password, err := e.password(fromStdin)
			if err != nil {
				return err
			}
			cl, err := api.New(p.URL, "", e.ca())
			if err != nil {
				return err
			}
			t, err := cl.Login(cmd.Context(), user, password)
			if err != nil {
				return err
			}
			p.User, p.Token = user, t.AccessToken
			p.Expires = time.Now().Add(time.Duration(t.ExpiresIn) * time.Second).Truncate(time.Second)
			if err := profile.Save(path, p); err != nil {
				return err
			}
			e.note("Signed in to %s as %s until %s.", p.URL, user, p.Expires.Format("15:04"))
			return nil
		},
	}
	c.Flags().StringVarP(&user, "user", "u", "", "login name")
	c.Flags().BoolVar(&fromStdin, "password-stdin", false, "read the password from standard input")
	return c
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
