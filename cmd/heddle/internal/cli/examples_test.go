package cli

import (
	"io"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestEveryCommandShowsHow: each command says what it is for and has examples
// that are commands: known, with flags that exist and arguments that fit.
func TestEveryCommandShowsHow(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, c := range leaves(testEnv(nil).root()) {
		seen++
		if c.Short == "" || strings.Contains(c.Short, "\n") {
			t.Errorf("%q does not say what it is for", c.CommandPath())
		}
		if c.Example == "" {
			t.Errorf("%q shows no example", c.CommandPath())
		}
		for line := range strings.Lines(c.Example) {
			example(t, c, strings.TrimSpace(line))
		}
	}
	if seen < 60 {
		t.Errorf("only %d commands", seen)
	}
}

func testEnv(getenv func(string) string) *env {
	if getenv == nil {
		getenv = func(string) string { return "" }
	}
	return &env{in: strings.NewReader(""), out: io.Discard, err: io.Discard, getenv: getenv}
}

func leaves(c *cobra.Command) []*cobra.Command {
	if !c.HasSubCommands() {
		return []*cobra.Command{c}
	}
	var out []*cobra.Command
	for _, sub := range c.Commands() {
		out = append(out, leaves(sub)...)
	}
	return out
}

// example tries one line of a shell: one of its commands is the one that it
// is an example of.
func example(t *testing.T, of *cobra.Command, text string) {
	t.Helper()
	found := false
	for _, args := range shellCommands(t, text) {
		if args[0] != "heddle" {
			continue
		}
		root := testEnv(nil).root()
		c, rest, err := root.Find(args[1:])
		if err == nil {
			err = c.ParseFlags(rest)
		}
		if err == nil {
			err = c.ValidateArgs(c.Flags().Args())
		}
		if err != nil {
			t.Errorf("%s: %v", text, err)
			return
		}
		found = found || c.CommandPath() == of.CommandPath()
	}
	if !found {
		t.Errorf("%q is no example of %q", text, of.CommandPath())
	}
}

// shellCommands splits a line into its simple commands, as far as the examples
// need it: quotes, pipes, lists and redirections.
func shellCommands(t *testing.T, text string) [][]string {
	t.Helper()
	var all [][]string
	var words []string
	var word strings.Builder
	quote, begun := rune(0), false
	end := func() {
		if begun {
			words = append(words, word.String())
		}
		word.Reset()
		begun = false
	}
	command := func() {
		end()
		if len(words) > 0 {
			all = append(all, words)
		}
		words = nil
	}
	for _, c := range text {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote, begun = c, true
		case quote == 0 && (c == '|' || c == ';' || c == '>'):
			command()
		case quote == 0 && c == ' ':
			end()
		default:
			word.WriteRune(c)
			begun = true
		}
	}
	if quote != 0 {
		t.Errorf("%s: a quote is open", text)
	}
	command()
	return all
}
