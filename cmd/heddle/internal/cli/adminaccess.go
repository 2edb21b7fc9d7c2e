package cli

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
)

// newPassword is where the password of somebody else comes from.
type newPassword struct{ fromStdin, generate bool }

func (p *newPassword) flags(c *cobra.Command) {
	c.Flags().BoolVar(&p.fromStdin, "password-stdin", false, "read the password from standard input")
	c.Flags().BoolVar(&p.generate, "generate", false, "make a random password and show it, this once")
}

func (p *newPassword) get(e *env) (string, error) {
	if p.generate {
		return strings.ToLower(rand.Text()), nil
	}
	return e.password(p.fromStdin)
}

// tell shows a password that nobody knows yet.
func (p *newPassword) tell(e *env, name, password string, err error) error {
	if err == nil && p.generate {
		_, err = fmt.Fprintf(e.err, "The password of %s, shown only this once: %s\n", name, password)
	}
	return err
}

func (e *env) usersPassword() *cobra.Command {
	var password newPassword
	c := e.remote(&cobra.Command{
		Use: "password NAME", Short: "Give a user a new password; what they were given before ends",
		Example: "  heddle admin users password bob --generate",
		Args:    cobra.ExactArgs(1),
	}, func(ctx context.Context, cl *api.Client, args []string) error {
		text, err := password.get(e)
		if err != nil {
			return err
		}
		_, err = cl.ActOnUser(ctx, args[0], "password", api.Change{"password": text})
		return password.tell(e, args[0], text, err)
	})
	password.flags(c)
	return c
}

func (e *env) usersLogin() *cobra.Command {
	part := func(use, short string, give bool) *cobra.Command {
		c := e.usersPart(use, short, "alice alice01", give, "logins")
		c.Example = strings.Replace(c.Example, "users ", "users login ", 1)
		return c
	}
	return group("login", "The Unix logins that a user's jobs may run under", "",
		part("add NAME LOGIN", "Let a user's jobs run under a Unix login", true),
		part("remove NAME LOGIN", "Take a Unix login from a user", false))
}

func (e *env) usersCert() *cobra.Command {
	var file, dn string
	add := e.remote(&cobra.Command{
		Use: "add NAME", Short: "Let whoever shows a certificate be a user", Args: cobra.ExactArgs(1),
		Example: `  heddle admin users cert add alice --file usercert.pem
  heddle admin users cert add alice --dn "/C=DE/O=GridGermany/CN=Alice"`,
	}, func(ctx context.Context, cl *api.Client, args []string) error {
		if (file == "") == (dn == "") {
			return usagef("which certificate? Give --file or --dn")
		}
		with := api.Change{"dn": dn}
		if file != "" {
			text, err := e.readFile(file)
			if err != nil {
				return usage(err)
			}
			with = api.Change{"pem": string(text)}
		}
		return e.showUser(cl.ActOnUser(ctx, args[0], "certificates", with))
	})
	add.Flags().StringVar(&file, "file", "", "the certificate, in PEM (- for standard input)")
	add.Flags().StringVar(&dn, "dn", "", "or its distinguished name, in slash form")
	return group("cert", "The certificates that a user is known by", "", add,
		e.remote(&cobra.Command{
			Use: "remove NAME DN", Short: "Take a certificate from a user", Args: cobra.ExactArgs(2),
			Example: `  heddle admin users cert remove alice "/C=DE/O=GridGermany/CN=Alice"`,
		}, func(ctx context.Context, cl *api.Client, args []string) error {
			return e.showUser(cl.RemoveCertificate(ctx, args[0], args[1]))
		}))
}

func (e *env) usersKey() *cobra.Command {
	var file, comment string
	add := e.remote(&cobra.Command{
		Use: "add NAME", Short: "Let a user sign with a key", Args: cobra.ExactArgs(1),
		Long: `The file has the public half: a JSON Web Key, or PEM as of
openssl pkey -in key.pem -pubout.`,
		Example: "  heddle admin users key add alice --file key.pub.pem --comment laptop",
	}, func(ctx context.Context, cl *api.Client, args []string) error {
		text, err := e.readFile(file)
		if err != nil {
			return usage(err)
		}
		jwk, err := publicJWK(text)
		if err != nil {
			return usagef("%s: %w", file, err)
		}
		return e.showUser(cl.ActOnUser(ctx, args[0], "keys", api.Change{"jwk": json.RawMessage(jwk), "comment": comment}))
	})
	add.Flags().StringVar(&file, "file", "", "the public key (- for standard input)")
	add.Flags().StringVar(&comment, "comment", "", "where the private half is")
	_ = add.MarkFlagRequired("file")
	return group("key", "The keys that a user signs with", "", add,
		e.remote(&cobra.Command{
			Use: "remove NAME KEY", Short: "Take a key from a user", Args: cobra.ExactArgs(2), Example: "  heddle admin users key remove alice kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
		}, func(ctx context.Context, cl *api.Client, args []string) error {
			return e.showUser(cl.Take(ctx, args[0], "keys", args[1]))
		}))
}
