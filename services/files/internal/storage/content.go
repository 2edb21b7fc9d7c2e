package storage

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"time"
)

// Files that are named by their content: what they are called is known only
// when the last byte has come, and when they were last used counts.

// PutNamed stores what body gives, at most limit bytes, under the path that
// name returns once all of it has been read. What is there under that name
// already is replaced: with a name made of the content, by the same.
func (t *Tree) PutNamed(ctx context.Context, body io.Reader, limit int64, name func() (string, error)) error {
	part := partPrefix + rand.Text()
	err := t.fill(ctx, part, 0o600, body, limit)
	if err == nil {
		err = t.settle(part, name)
	}
	if err != nil {
		_ = t.root.Remove(part)
	}
	return toFault(err, "")
}

// settle gives an unfinished file its name.
func (t *Tree) settle(part string, name func() (string, error)) error {
	raw, err := name()
	if err != nil {
		return err
	}
	rel, err := Clean(raw)
	if err != nil {
		return err
	}
	if err := t.makeDirs(path.Dir(rel), raw); err != nil {
		return err
	}
	return t.root.Rename(part, rel)
}

// Scratch returns a file without a name, which is gone when it is closed.
func (t *Tree) Scratch() (*os.File, error) {
	part := partPrefix + rand.Text()
	f, err := t.root.OpenFile(part, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		err = t.root.Remove(part)
	}
	if err != nil && f != nil {
		f.Close()
	}
	return f, toFault(err, "")
}

// Touch says that a file is used now. One that is not there is Missing.
func (t *Tree) Touch(raw string, now time.Time) error {
	rel, err := t.resolve(raw, false)
	if err != nil {
		return err
	}
	return toFault(t.root.Chtimes(rel, now, now), raw)
}

// RemoveUnused removes a file that was not used since a time, and reports
// whether it did. It is set aside before it is looked at: whoever uses it at
// the same moment either finds it, and it stays, or does not.
func (t *Tree) RemoveUnused(raw string, since time.Time) (bool, error) {
	rel, err := Clean(raw)
	if err != nil {
		return false, err
	}
	aside := path.Join(path.Dir(rel), gonePrefix+rand.Text())
	if err := t.root.Rename(rel, aside); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
		return false, toFault(err, raw)
	}
	fi, err := t.root.Lstat(aside)
	if err == nil && !fi.ModTime().Before(since) {
		return false, toFault(t.root.Rename(aside, rel), raw)
	}
	return true, toFault(t.root.Remove(aside), raw)
}
