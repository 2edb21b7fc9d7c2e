package storage

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"syscall"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
)

// Exists says what becomes of a file that is there already.
type Exists int

// What Store does with a file that is there already.
const (
	Replace Exists = iota
	Extend         // the content comes behind the old one
	Refuse         // a Conflict
)

// Mode is what a request's word for it means; empty: Replace.
func Mode(word string) (e Exists, ok bool) {
	switch word {
	case "", filesapi.CarryOverwrite:
		return Replace, true
	case filesapi.CarryAppend:
		return Extend, true
	case filesapi.CarryNoOverwrite:
		return Refuse, true
	}
	return Replace, false
}

// How says how Store stores a file.
type How struct {
	Limit  int64 // bytes that the file may have in the end
	Exists Exists
	New    fs.FileMode  // permissions of a file that was not there; 0: 0600
	Always *fs.FileMode // permissions, whatever was there; nil: New, or those of the old file
}

// Asked reads how somebody wants files to be stored: the words of Mode and
// Permissions, neither of them required. Its fault names mode and permissions.
func Asked(mode, permissions string, limit int64) (How, error) {
	f := fault.New(fault.Invalid, "file.how", "Files cannot be stored as asked.")
	how := How{Limit: limit}
	var ok bool
	if how.Exists, ok = Mode(mode); !ok {
		f = f.WithField("mode", "%q is none of overwrite, append, nooverwrite", mode)
	}
	if permissions != "" {
		p, ok := Permissions(permissions)
		how.Always = &p
		if !ok {
			f = f.WithField("permissions", "%q is not like r-x or r-xr--r--", permissions)
		}
	}
	if len(f.Fields) > 0 {
		return how, f
	}
	return how, nil
}

// Store stores what body gives as a file, making its parents. The content
// appears whole, under its name, once it is on the disk; whatever goes wrong
// before, what was there stays and nothing else is seen. A body that fails is
// Invalid: its sender broke off; one that fails with a fault keeps it.
func (t *Tree) Store(ctx context.Context, raw string, body io.Reader, how How) (filesapi.File, error) {
	rel, mode, err := t.prepare(raw, how, true)
	if err != nil {
		return filesapi.File{}, err
	}
	if how.Exists == Extend {
		old, err := t.before(raw)
		if err != nil {
			return filesapi.File{}, err
		}
		defer old.Close()
		body = io.MultiReader(old, body)
	}
	part := path.Join(path.Dir(rel), partPrefix+rand.Text())
	err = t.fill(ctx, part, mode, body, how.Limit)
	if err == nil {
		err = t.appear(part, rel, raw, how.Exists)
	}
	if err != nil {
		_ = t.root.Remove(part)
		return filesapi.File{}, toFault(err, raw)
	}
	return t.Stat(raw)
}

// Link makes a symbolic link to a path outside of all storages, which the tree
// itself will not follow, making its parents. What is there is treated as by
// Store; there is nothing to extend.
func (t *Tree) Link(raw, target string, how How) (filesapi.File, error) {
	rel, _, err := t.prepare(raw, how, false)
	if err != nil {
		return filesapi.File{}, err
	}
	part := path.Join(path.Dir(rel), partPrefix+rand.Text())
	err = t.root.Symlink(target, part)
	if err == nil {
		err = t.appear(part, rel, raw, how.Exists)
	}
	if err != nil {
		_ = t.root.Remove(part)
		return filesapi.File{}, toFault(err, raw)
	}
	fi, err := t.root.Lstat(rel)
	if err != nil {
		return filesapi.File{}, toFault(err, raw)
	}
	return describe(rel, fi), nil
}

// prepare finds where a file is to be put and with which permissions, and
// makes its parents.
func (t *Tree) prepare(raw string, how How, follow bool) (rel string, mode fs.FileMode, err error) {
	rel, mode, there, err := t.target(raw, follow)
	switch {
	case err != nil:
		return "", 0, err
	case there && how.Exists == Refuse:
		return "", 0, exists(raw)
	case how.Always != nil:
		mode = how.Always.Perm()
	case !there && how.New != 0:
		mode = how.New.Perm()
	}
	return rel, mode, t.makeDirs(path.Dir(rel), raw)
}

// appear gives a finished file its name.
func (t *Tree) appear(part, rel, raw string, e Exists) error {
	if e != Refuse {
		return t.root.Rename(part, rel)
	}
	err := t.root.Link(part, rel) // which, unlike a rename, replaces nothing
	switch {
	case err == nil:
		return t.root.Remove(part)
	case errors.Is(err, fs.ErrExist):
		return exists(raw)
	case !errors.Is(err, syscall.EPERM) && !errors.Is(err, syscall.EOPNOTSUPP) && !errors.Is(err, syscall.ENOSYS):
		return err
	}
	if _, err := t.root.Lstat(rel); err == nil { // a file system without links
		return exists(raw)
	}
	return t.root.Rename(part, rel)
}

// before opens what a file is to be extended from; nothing, if it is not there.
func (t *Tree) before(raw string) (io.ReadCloser, error) {
	f, fi, err := t.Open(raw)
	if fault.Is(err, fault.Missing) {
		return io.NopCloser(eof{}), nil
	}
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(f, fi.Size()), f}, nil
}

type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, io.EOF }

func exists(raw string) error {
	return fault.Wrap(os.ErrExist, fault.Conflict, "files.exists", "%q is there already.", raw)
}
