package cli

import (
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
	"github.com/heddle-dev/heddle/cmd/heddle/internal/newapp"
)

func (e *env) apps() *cobra.Command {
	var doors bool
	c := &cobra.Command{
		Use: "apps", Short: "List the programs that have joined Heddle",
		Example: "  heddle apps\n  heddle apps --doors\n  heddle apps -o name",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cl, err := e.client()
			if err != nil {
				return err
			}
			apps, err := cl.Apps(cmd.Context(), doors)
			if err != nil {
				return err
			}
			return showList(e, apps,
				column[api.App]{"root", func(a api.App) string { return a.Root }},
				column[api.App]{"title", func(a api.App) string { return a.Title }},
				column[api.App]{"owner", func(a api.App) string { return or(a.Owner, "-") }},
				column[api.App]{"instances", func(a api.App) string { return strconv.Itoa(a.Instances) }})
		},
	}
	c.Flags().BoolVar(&doors, "doors", false, "list Heddle's own APIs, too")
	return c
}

func (e *env) app() *cobra.Command {
	return group("app", "Begin a program that joins Heddle", "", e.appNew())
}

func (e *env) appNew() *cobra.Command {
	var source string
	c := &cobra.Command{
		Use: "new NAME", Short: "Write the beginning of a program into the directory NAME",
		Long: `Writes a small program that answers REST requests, alone or as a part of a
running Heddle: main.go, go.mod and README.md, which says how to go on. Heddle's
modules are not published yet, so that it is built against Heddle's source.`,
		Example: "  heddle app new greeter\n  heddle app new greeter --source ~/heddle",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if source == "" {
				here, err := os.Getwd()
				if err != nil {
					return err
				}
				if source, err = newapp.Source(here); err != nil {
					return usage(err)
				}
			}
			if err := newapp.Write(args[0], filepath.Base(args[0]), source); err != nil {
				return err
			}
			e.note("%s is a program now: cd %s && go build && ./%s --help", args[0], args[0], filepath.Base(args[0]))
			return nil
		},
	}
	c.Flags().StringVar(&source, "source", "", "directory of Heddle's source (default: found above this one)")
	return c
}
