package storage

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// Remove removes a file, a link (never what it leads to), or a directory with
// all that is in it. A directory is first set aside, so that it goes as a
// whole and at once however much it holds: when gone is called, nobody sees
// it any more, and what Remove may still fail at is for Sweep to finish.
func (t *Tree) Remove(raw string, gone func()) error {
	rel, err := t.resolve(raw, false)
	if err != nil {
		return err
	}
	if rel == "." {
		return fault.New(fault.Invalid, "files.root", "The root of a storage cannot be removed.").WithField("path", "is the root")
	}
	fi, err := t.root.Lstat(rel)
	if err != nil {
		if missing(err) {
			err = fs.ErrNotExist
		}
		return toFault(err, raw)
	}
	if fi.IsDir() {
		aside := path.Join(path.Dir(rel), gonePrefix+rand.Text())
		if err := t.root.Rename(rel, aside); err != nil {
			return toFault(err, raw)
		}
		gone()
		rel = aside
	}
	return toFault(removeAll(t.root, rel), raw)
}

// removeAll removes a tree even where programs left directories behind that
// their owner may not write to, as package managers do.
func removeAll(root *os.Root, name string) error {
	err := root.RemoveAll(name)
	if errors.Is(err, fs.ErrPermission) {
		unlock(root, name)
		err = root.RemoveAll(name)
	}
	return err
}

// unlock lets the owner into all directories below; what cannot be changed
// stays, and the removal reports it.
func unlock(root *os.Root, name string) {
	fi, err := root.Lstat(name)
	if err != nil || !fi.IsDir() {
		return
	}
	if fi.Mode().Perm()&0o700 != 0o700 {
		_ = root.Chmod(name, 0o700)
	}
	dir, err := root.Open(name)
	if err != nil {
		return
	}
	defer dir.Close()
	_ = batches(dir, func(names []string) error {
		for _, n := range names {
			unlock(root, path.Join(name, n))
		}
		return nil
	})
}
