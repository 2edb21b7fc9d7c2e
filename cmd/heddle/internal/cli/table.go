package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
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

// changes are the flags that say what is to be different: only those given.
type changes struct{ set []func(api.Change) error }

// flag registers a flag and says what its value becomes.
func flag[T any](cs *changes, c *cobra.Command, name, member string, v *T, value func(T) (any, error)) {
	cs.set = append(cs.set, func(to api.Change) (err error) {
		if c.Flags().Changed(name) {
			to[member], err = value(*v)
		}
		return err
	})
}

func as[T any](v T) (any, error) { return v, nil }

func (cs *changes) text(c *cobra.Command, name, short, member, help string) {
	flag(cs, c, name, member, c.Flags().StringP(name, short, "", help), as)
}

func (cs *changes) number(c *cobra.Command, name, member, help string) {
	flag(cs, c, name, member, c.Flags().Int64(name, 0, help), as)
}

func (cs *changes) truth(c *cobra.Command, name, member, help string) {
	flag(cs, c, name, member, c.Flags().Bool(name, false, help), as)
}

// list is repeatable; an empty text alone makes an empty list.
func (cs *changes) list(c *cobra.Command, name, short, member, help string) {
	flag(cs, c, name, member, c.Flags().StringArrayP(name, short, nil, help), func(v []string) (any, error) {
		return slices.DeleteFunc(v, func(s string) bool { return s == "" }), nil
	})
}

// file is the JSON in a file.
func (cs *changes) file(e *env, c *cobra.Command, name, member, help string) {
	flag(cs, c, name, member, c.Flags().String(name, "", help), func(path string) (any, error) {
		text, err := e.readFile(path)
		if err == nil && !json.Valid(text) {
			err = fmt.Errorf("%s is no JSON", path)
		}
		if err != nil {
			return nil, usage(err)
		}
		return json.RawMessage(text), nil
	})
}

func (cs *changes) change() (api.Change, error) {
	out := api.Change{}
	for _, f := range cs.set {
		if err := f(out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// needed is the change, which must say something.
func (cs *changes) needed() (api.Change, error) {
	out, err := cs.change()
	if err == nil && len(out) == 0 {
		err = usagef("what is to change? Give a flag")
	}
	return out, err
}
