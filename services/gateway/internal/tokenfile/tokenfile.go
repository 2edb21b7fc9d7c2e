// Package tokenfile keeps the list of ecFlow's API tokens: a JSON file that
// the operator edits and that is read again while the gateway runs. It is
// separate from the dialect because it knows no HTTP, and because nothing but
// this list may decide about such a token: the tokens of other dialects mean
// nothing here.
package tokenfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"sync/atomic"
	"time"
)

const (
	lookEvery = 20 * time.Second // as ecFlow's gateway promises
	maxFile   = 4 << 20
)

// File is the list as it was last read.
type File struct {
	path string
	log  *slog.Logger
	gate gate
	list atomic.Pointer[list]

	// What the last look found; only that, and not the time of the file's last
	// change, says whether there is something new: copies keep times.
	seen    string
	trouble string
}

// Open reads the list. A file that is missing or broken is logged and makes
// an empty list, which the next look may fill.
func Open(path string, log *slog.Logger) *File {
	f := &File{path: path, log: log.With("tokens_file", path), gate: newGate()}
	f.list.Store(newList(nil))
	f.look(context.Background())
	return f
}

// Run looks at the file every 20 seconds until ctx ends.
func (f *File) Run(ctx context.Context) error {
	t := time.NewTicker(lookEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
			f.look(ctx)
		}
	}
}

// look takes over what has changed. A broken file changes nothing, and is
// said once.
func (f *File) look(ctx context.Context) {
	text, err := read(f.path)
	if err == nil && text == f.seen {
		f.trouble = ""
		return
	}
	var entries []entry
	var skipped []error
	if err == nil {
		entries, skipped, err = parse(text)
	}
	if err != nil {
		f.complain(ctx, err)
		return
	}
	f.seen, f.trouble = text, ""
	for _, why := range skipped {
		f.log.WarnContext(ctx, "a token is left out", "err", why)
	}
	f.list.Store(newList(entries))
	f.log.InfoContext(ctx, "tokens read", "tokens", len(entries))
}

// complain says what is wrong once. Nobody has to have a list where it is
// looked for unasked.
func (f *File) complain(ctx context.Context, err error) {
	switch {
	case f.trouble == err.Error():
	case f.path == DefaultPath && f.seen == "" && errors.Is(err, fs.ErrNotExist):
		f.log.InfoContext(ctx, "there is no list of tokens", "err", err)
	default:
		f.log.ErrorContext(ctx, "the list of tokens cannot be read; the one before stays", "err", err)
	}
	f.trouble = err.Error()
}

func read(path string) (string, error) {
	if fi, err := os.Stat(path); err != nil {
		return "", err
	} else if !fi.Mode().IsRegular() {
		return "", errors.New("this is not a regular file") // a pipe would never end
	}
	r, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("the file is larger than %d bytes", maxFile)
	}
	return string(text), err
}
