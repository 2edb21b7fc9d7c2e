package storage

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"syscall"

	"github.com/heddle-dev/heddle/services/files/filesapi"
)

// Tree is one storage's files. All paths are relative to its root and are
// cleaned here; all errors are faults.
type Tree struct {
	root *os.Root
	at   []string // absolute paths of the root
}

// Close releases the tree.
func (t *Tree) Close() error { return t.root.Close() }

// Stat describes a file or directory, following links that stay inside.
func (t *Tree) Stat(raw string) (filesapi.File, error) {
	f, _, err := t.stat(raw)
	return f, err
}

// stat also returns the path without links.
func (t *Tree) stat(raw string) (filesapi.File, string, error) {
	rel, err := t.resolve(raw, true)
	if err != nil {
		return filesapi.File{}, "", err
	}
	fi, err := t.root.Lstat(rel)
	if err != nil {
		if missing(err) {
			err = fs.ErrNotExist
		}
		return filesapi.File{}, "", toFault(err, raw)
	}
	asked, _ := Clean(raw)
	return describe(asked, fi), rel, nil
}

// IsDir checks that a directory is there; anything else is a Conflict.
func (t *Tree) IsDir(raw string) error {
	_, _, err := t.dir(raw)
	return err
}

func (t *Tree) dir(raw string) (filesapi.File, string, error) {
	f, rel, err := t.stat(raw)
	if err == nil && !f.Dir {
		err = toFault(syscall.ENOTDIR, raw)
	}
	return f, rel, err
}

func describe(rel string, fi fs.FileInfo) filesapi.File {
	f := filesapi.File{
		Path: shown(rel), Name: path.Base(shown(rel)), Dir: fi.IsDir(),
		Mode: uint32(fi.Mode().Perm()), Modified: fi.ModTime().UTC(),
		Link: fi.Mode()&fs.ModeSymlink != 0,
	}
	if fi.Mode().IsRegular() {
		f.Size = fi.Size()
	}
	return f
}

// Open opens a regular file for reading. It never waits: a pipe or a device
// is a Conflict, and so is a directory.
func (t *Tree) Open(raw string) (*os.File, fs.FileInfo, error) {
	rel, err := t.resolve(raw, true)
	if err != nil {
		return nil, nil, err
	}
	before, err := t.root.Lstat(rel)
	if err == nil {
		err = regular(before, raw)
	}
	if missing(err) {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, nil, toFault(err, raw)
	}
	// Whoever puts a pipe in now must not make the open wait either.
	f, err := t.root.OpenFile(rel, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, toFault(err, raw)
	}
	fi, err := f.Stat()
	if err == nil {
		err = regular(fi, raw)
	}
	if err != nil {
		f.Close()
		return nil, nil, toFault(err, raw)
	}
	return f, fi, nil
}

func regular(fi fs.FileInfo, raw string) error {
	switch {
	case fi.IsDir():
		return isDirectory(raw)
	case !fi.Mode().IsRegular():
		return notRegular(raw)
	}
	return nil
}

// MakeDir makes a directory and its parents; an existing one is fine.
func (t *Tree) MakeDir(raw string) (filesapi.File, error) {
	rel, err := t.resolve(raw, true)
	if err != nil {
		return filesapi.File{}, err
	}
	if err := t.makeDirs(rel, raw); err != nil {
		return filesapi.File{}, err
	}
	return t.Stat(raw)
}

func (t *Tree) makeDirs(rel, raw string) error {
	if rel == "." {
		return nil
	}
	err := t.root.MkdirAll(rel, 0o700)
	if errors.Is(err, fs.ErrExist) { // by a file: an existing directory is no error
		err = syscall.ENOTDIR
	}
	return toFault(err, raw)
}
