package storage

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
)

// copyBuffer is what an upload holds in memory.
const copyBuffer = 128 << 10

// Put stores what body gives as a file of at most limit bytes, making its
// parents. The content appears whole, under its name, once it is on the disk;
// whatever goes wrong before, the old content stays and nothing else is seen.
// A body that fails is Invalid: its sender broke off.
func (t *Tree) Put(ctx context.Context, raw string, body io.Reader, limit int64) (filesapi.File, error) {
	return t.Store(ctx, raw, body, How{Limit: limit})
}

// Target checks that a file can be put at a path: it is inside, and neither a
// directory nor a special file is there.
func (t *Tree) Target(raw string) error {
	_, _, _, err := t.target(raw, true)
	return err
}

// target returns where a file is to be put, whether one is there, and with
// which permissions it is: those of the file that it replaces, so that a script
// stays executable. With follow false, a link may be there and is not followed.
func (t *Tree) target(raw string, follow bool) (rel string, mode fs.FileMode, there bool, err error) {
	rel, err = t.resolve(raw, follow)
	if err != nil {
		return "", 0, false, err
	}
	if rel == "." {
		return "", 0, false, isDirectory(raw)
	}
	fi, err := t.root.Lstat(rel)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return rel, 0o600, false, nil
	case err != nil:
		return "", 0, false, toFault(err, raw)
	case !follow && fi.Mode()&fs.ModeSymlink != 0:
		return rel, 0o600, true, nil
	}
	return rel, fi.Mode().Perm(), true, regular(fi, raw)
}

// fill writes the unfinished file.
func (t *Tree) fill(ctx context.Context, part string, mode fs.FileMode, body io.Reader, limit int64) error {
	f, err := t.root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	src := &source{ctx: ctx, body: io.LimitReader(body, limit+1)}
	// Only Write is shown, lest the copy take a way around the buffer.
	n, err := io.CopyBuffer(struct{ io.Writer }{f}, src, make([]byte, copyBuffer))
	switch {
	case src.err != nil:
		return src.err
	case err != nil:
		return err
	case n > limit:
		return TooLarge(limit)
	}
	if err := f.Chmod(mode); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return f.Close()
}

// source tells the sender's failures from the disk's.
type source struct {
	ctx  context.Context
	body io.Reader
	err  error
}

func (s *source) Read(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		s.err = err
		return 0, err
	}
	n, err := s.body.Read(b)
	if err != nil && err != io.EOF {
		s.err = broken(err)
	}
	return n, err
}

func broken(err error) error {
	var known *fault.Error
	if errors.As(err, &known) {
		return err
	}
	return fault.Wrap(err, fault.Invalid, "files.cut", "The upload broke off; nothing was stored.")
}
