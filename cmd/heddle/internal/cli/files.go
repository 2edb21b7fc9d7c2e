package cli

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// place is one on the server: "home:/data/x", or "JOB:/stdout" for a
// file in a job's working directory.
type place struct{ storage, path string }

// parseRemote reads a remote place; ok is false for a local path. A colon
// behind a slash belongs to a local name, as with scp.
func parseRemote(s string) (r place, ok bool) {
	before, after, found := strings.Cut(s, ":")
	if !found || before == "" || strings.Contains(before, "/") {
		return place{}, false
	}
	if job, err := id.Parse(before); err == nil {
		before = jobsapi.WorkDir(job)
	}
	return place{before, after}, true
}

func (e *env) ls() *cobra.Command {
	var long bool
	c := &cobra.Command{
		Use: "ls [STORAGE:PATH]", Short: "List files (default: home:/)",
		Example: "  heddle ls\n  heddle ls -l home:/data\n  heddle ls 0f3k9m2p1qs:/",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			at := place{filesapi.Home, "/"}
			if len(args) == 1 {
				var ok bool
				if at, ok = parseRemote(args[0]); !ok {
					return usagef("%q is not STORAGE:PATH, such as home:/data or JOB:/", args[0])
				}
			}
			cl, err := e.client()
			if err != nil {
				return err
			}
			return e.list(cmd.Context(), cl, at, long)
		},
	}
	c.Flags().BoolVarP(&long, "long", "l", false, "sizes and times too")
	return c
}

func (e *env) list(ctx context.Context, cl *api.Client, at place, long bool) error {
	f, err := cl.Stat(ctx, at.storage, at.path)
	if err != nil {
		return err
	}
	entries := []filesapi.File{f}
	for after := ""; f.Dir; {
		if after == "" {
			entries = nil
		}
		page, err := cl.List(ctx, at.storage, at.path, after)
		if err != nil {
			return err
		}
		entries = append(entries, page.Entries...)
		if after = page.Next; after == "" {
			break
		}
	}
	return e.printFiles(entries, long)
}

func (e *env) printFiles(files []filesapi.File, long bool) error {
	if e.output == "json" {
		return e.json(files)
	}
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, f := range files {
		name := f.Name
		if f.Dir {
			name += "/"
		}
		switch {
		case e.output == "jsonl":
			if err := e.json(f); err != nil {
				return err
			}
		case long:
			fmt.Fprintf(w, "%d\t%s\t  %s\n", f.Size, f.Modified.Local().Format("2006-01-02 15:04"), clean(name))
		default:
			fmt.Fprintln(e.out, clean(name))
		}
	}
	return w.Flush()
}
