package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/services/gateway"
)

func (e *env) ecflow() *cobra.Command {
	return group("ecflow", "Prepare what ecFlow's clients need", "", e.ecflowToken())
}

func (e *env) ecflowToken() *cobra.Command {
	var ttl, file string
	c := &cobra.Command{
		Use: "token DESCRIPTION [TOKEN]", Short: "Make an entry of ecFlow's token file",
		Long: `Writes a token file (api-tokens.json) with one token to standard output, or adds
the token to a file that is there. Without TOKEN a random one is made, and shown
this once; - reads it from standard input. The file keeps only its hash, and the
gateway looks at the file every 20 seconds.`,
		Example: `  heddle ecflow token "my app" > api-tokens.json
  heddle ecflow token "my app" --ttl 90d --add-to api-tokens.json
  echo myrandomtokenstring | heddle ecflow token "my app" -`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(_ *cobra.Command, args []string) error {
			lifetime, err := parseTTL(ttl)
			if err != nil {
				return err
			}
			var expires time.Time
			if lifetime > 0 {
				expires = time.Now().Add(lifetime)
			}
			token, err := e.chosenToken(args[1:])
			if err != nil {
				return err
			}
			return e.addToken(file, args[0], token, expires)
		},
	}
	c.Flags().StringVar(&ttl, "ttl", "", "how long it is good, such as 12h or 30d (default: for ever)")
	c.Flags().StringVar(&file, "add-to", "", "add it to this file")
	return c
}

// chosenToken is the token that the person wants, if any.
func (e *env) chosenToken(args []string) (string, error) {
	if len(args) == 0 {
		return "", nil
	}
	token := args[0]
	if token == "-" {
		b, err := e.readFile("-")
		if err != nil {
			return "", err
		}
		token = strings.TrimRight(string(b), "\r\n")
	}
	if strings.TrimSpace(token) == "" || strings.ContainsAny(token, "\r\n") {
		return "", usagef("the token must be one line with something on it")
	}
	return token, nil
}

func (e *env) addToken(file, description, token string, expires time.Time) error {
	var list []byte
	mode := os.FileMode(0o600)
	if file != "" {
		var err error
		if list, err = os.ReadFile(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return usage(err)
		}
		if st, err := os.Stat(file); err == nil {
			mode = st.Mode().Perm()
		}
	}
	list, shown, err := gateway.AddToken(list, description, token, expires)
	if err != nil {
		return usagef("%s: %w", file, err)
	}
	if file == "" {
		_, err = e.out.Write(list)
	} else {
		err = writeWhole(file, bytes.NewReader(list), int64(len(list)), mode)
	}
	if err == nil && token == "" {
		_, err = fmt.Fprintf(e.err, "The token of %q, shown only this once:\n%s\n", clean(description), shown)
	}
	return err
}
