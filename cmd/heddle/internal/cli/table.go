package cli

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
)

// column is one of a table, or one line of a description.
type column[T any] struct {
	head string
	cell func(T) string
}

// showList writes things as a table, or as --output asks; the first column is
// their name.
func showList[T any](e *env, things []T, columns ...column[T]) error {
	if things == nil {
		things = []T{}
	}
	if e.output == "json" {
		return e.json(things)
	}
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	if e.output == "" || e.output == "table" {
		var heads []string
		for _, c := range columns {
			heads = append(heads, strings.ToUpper(c.head))
		}
		fmt.Fprintln(w, strings.Join(heads, "\t"))
	}
	for _, t := range things {
		if err := showRow(e, w, t, columns); err != nil {
			return err
		}
	}
	return w.Flush()
}

func showRow[T any](e *env, w *tabwriter.Writer, t T, columns []column[T]) error {
	switch e.output {
	case "jsonl":
		return e.json(t)
	case "name":
		_, err := fmt.Fprintln(w, columns[0].cell(t))
		return err
	}
	var cells []string
	for _, c := range columns {
		cells = append(cells, line(c.cell(t)))
	}
	_, err := fmt.Fprintln(w, strings.Join(cells, "\t"))
	return err
}

// showOne describes one thing, leaving out what is not set.
func showOne[T any](e *env, t T, columns ...column[T]) error {
	switch {
	case e.isJSON():
		return e.json(t)
	case e.output == "name":
		_, err := fmt.Fprintln(e.out, columns[0].cell(t))
		return err
	}
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	for _, c := range columns {
		if v := line(c.cell(t)); v != "" {
			fmt.Fprintf(w, "%s\t%s\n", c.head, v)
		}
	}
	return w.Flush()
}

// line keeps a value on one line of a table.
func line(s string) string { return clean(strings.NewReplacer("\n", " ", "\t", " ").Replace(s)) }

func words(list []string) string { return strings.Join(list, " ") }

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("2006-01-02 15:04")
}

// remote makes a command that calls the API.
func (e *env) remote(c *cobra.Command, f func(ctx context.Context, cl *api.Client, args []string) error) *cobra.Command {
	c.RunE = func(cmd *cobra.Command, args []string) error {
		cl, err := e.client()
		if err != nil {
			return err
		}
		return f(cmd.Context(), cl, args)
	}
	return c
}

// group makes a command that only has others below it.
func group(use, short, long string, below ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{
		Use: use, Short: short, Long: long,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("%q is no command of %q", args[0], cmd.CommandPath())
			}
			return cmd.Help()
		},
	}
	c.AddCommand(below...)
	return c
}

// sure is the --yes of commands that end something for somebody.
type sure struct{ yes bool }

func (s *sure) flag(c *cobra.Command) *cobra.Command {
	c.Flags().BoolVar(&s.yes, "yes", false, "yes, I mean it")
	return c
}

func (s *sure) check(format string, args ...any) error {
	if s.yes {
		return nil
	}
	return usagef("this "+format+"; add --yes if you mean it", args...)
}
