package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/schollz/progressbar/v3"
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

func (e *env) cp() *cobra.Command {
	return &cobra.Command{
		Use: "cp FROM TO", Short: "Copy a file to or from the server",
		Example: `  heddle cp data.csv home:/inputs/data.csv
  heddle cp 0f3k9m2p1qs:/stdout result.txt
  heddle cp home:/inputs/data.csv -`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			from, fromRemote := parseRemote(args[0])
			to, toRemote := parseRemote(args[1])
			if fromRemote == toRemote {
				return usagef("one of FROM and TO must be on the server, such as home:/data")
			}
			cl, err := e.client()
			if err != nil {
				return err
			}
			if fromRemote {
				return e.download(cmd.Context(), cl, from, args[1])
			}
			return e.upload(cmd.Context(), cl, args[0], to)
		},
	}
}

func (e *env) upload(ctx context.Context, cl *api.Client, from string, to place) error {
	if to.path == "" || strings.HasSuffix(to.path, "/") {
		to.path = path.Join(to.path, filepath.Base(from))
	}
	if from == "-" {
		return cl.Upload(ctx, to.storage, to.path, e.in, 0)
	}
	f, err := os.Open(from)
	if err != nil {
		return usage(err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	if st.IsDir() {
		return usagef("%s is a directory; copy its files one by one", from)
	}
	bar := e.progress(st.Size(), filepath.Base(from))
	defer bar.Close()
	return cl.Upload(ctx, to.storage, to.path, io.TeeReader(f, bar), st.Size())
}

func (e *env) download(ctx context.Context, cl *api.Client, from place, to string) error {
	body, size, err := cl.Download(ctx, from.storage, from.path)
	if err != nil {
		return err
	}
	defer body.Close()
	if to == "-" {
		_, err := io.Copy(e.out, body)
		return err
	}
	if st, err := os.Stat(to); err == nil && st.IsDir() {
		to = filepath.Join(to, path.Base(from.path))
	}
	bar := e.progress(size, filepath.Base(to))
	defer bar.Close()
	return writeWhole(to, io.TeeReader(body, bar), size, 0o644)
}

// writeWhole writes a file so that a broken transfer leaves what was there.
func writeWhole(name string, r io.Reader, size int64, mode os.FileMode) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return usage(err)
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	n, err := io.Copy(f, r)
	if err == nil && size >= 0 && n != size {
		err = errors.New("the transfer broke off; try again")
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Chmod(f.Name(), mode)
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	return err
}

// progress shows a bar where somebody looks at it.
func (e *env) progress(size int64, what string) io.WriteCloser {
	if e.quiet || !terminal(e.err) {
		return nopCloser{io.Discard}
	}
	return progressbar.DefaultBytes(size, what)
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }
