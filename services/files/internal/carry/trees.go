package carry

import (
	"context"
	"io"
	"io/fs"
	"path"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// place is where files are on this machine: a tree, a path in it, and how users
// call a file of it.
type place struct {
	tree *storage.Tree
	path string
	name func(path string) string
}

// bringFrom copies what a place names into the storage.
func (t *Task) bringFrom(ctx context.Context, from place) error {
	files, err := find(ctx, from.tree, from.path, t.left.bounds())
	if err != nil {
		return Blame(from.name(from.path), err)
	}
	return each(ctx, files.names, func(ctx context.Context, name string) error {
		at, to := path.Join("/", files.dir, name), path.Join(t.Path.Path, name)
		if files.alone {
			to = t.To(name)
		}
		err := copyFile(from.tree, at, func(body io.Reader, mode fs.FileMode) error { return t.Store(ctx, to, body, mode) })
		return Blame(from.name(at), err)
	})
}

// sendTo copies what the task's path names to a place.
func (t *Task) sendTo(ctx context.Context, to place) error {
	files, err := find(ctx, t.Tree, t.Path.Path, t.left.bounds())
	if err != nil {
		return Blame(t.Path.Path, err)
	}
	return each(ctx, files.names, func(ctx context.Context, name string) error {
		at, target := path.Join("/", files.dir, name), path.Join(to.path, name)
		there := *t // as if it were brought there
		there.Tree, there.Path.Path = to.tree, to.path
		there.arrived = func(c carried) { t.arrived(carried{Path: at, Bytes: c.Bytes}) }
		if files.alone {
			target = there.To(name)
		}
		err := copyFile(t.Tree, at, func(body io.Reader, mode fs.FileMode) error { return there.Store(ctx, target, body, mode) })
		return Blame(at, Blame(to.name(target), err))
	})
}

// copyFile gives a file of a tree to store, as long as it is now.
func copyFile(tree *storage.Tree, at string, store func(io.Reader, fs.FileMode) error) error {
	f, fi, err := tree.Open(at)
	if err != nil {
		return err
	}
	defer f.Close()
	return store(&whole{file: f, left: fi.Size()}, fi.Mode().Perm())
}

// whole reads a file up to the length that it had; what grows meanwhile is no
// part of it, and what has become shorter is no whole file.
type whole struct {
	file io.Reader
	left int64
}

func (w *whole) Read(b []byte) (int, error) {
	if w.left == 0 {
		return 0, io.EOF
	}
	n, err := w.file.Read(b[:min(int64(len(b)), w.left)])
	w.left -= int64(n)
	switch {
	case err == io.EOF:
		return n, fault.New(fault.Unavailable, "files.changed", "The file became shorter while it was read.").WithRetry(retryShortly)
	case err != nil:
		return n, fault.Wrap(err, fault.Unavailable, "files.disk", "The file cannot be read now.").WithRetry(retryShortly)
	}
	return n, nil
}
