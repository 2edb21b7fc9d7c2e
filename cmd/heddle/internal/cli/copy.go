package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
)

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
