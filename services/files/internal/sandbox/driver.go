package sandbox

import (
	"context"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/files/internal/carry"
	"github.com/heddle-dev/heddle/services/files/internal/disk"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// Source is where the sandboxes are that a carry brings.
type Source struct {
	Disk   *storage.Disk
	Gate   *disk.Gate
	Limits Limits
	Now    func() time.Time
}

// Bring unpacks the user's sandbox that the URL names; it is a carry.Bringer.
func (s Source) Bring(ctx context.Context, t *carry.Task) error {
	name, ok := filesapi.SandboxOf(t.URL)
	if !ok {
		return fault.New(fault.Invalid, "carry.url", "The URL is not valid.").WithField("url", "is not like sandbox:sha256/ and 64 hexadecimal digits")
	}
	archive, err := s.open(ctx, t.As, name)
	if err != nil {
		return err
	}
	defer archive.Close()
	err = Unpack(ctx, t.Tree, t.Path.Path, archive, s.Limits, func(ctx context.Context, to string, content io.Reader, _ int64, mode fs.FileMode) error {
		return t.Store(ctx, to, content, mode)
	})
	return carry.Blame(t.URL, err)
}

// open opens a sandbox, which counts as a use.
func (s Source) open(ctx context.Context, owner, name string) (*os.File, error) {
	f, err := disk.Do(ctx, s.Gate, func(context.Context) (*os.File, error) {
		tree, err := s.Disk.Open(Key(owner), false)
		if err != nil {
			return nil, err
		}
		defer tree.Close()
		if err := tree.Touch(name, s.Now()); err != nil {
			return nil, err
		}
		f, _, err := tree.Open(name)
		return f, err
	})
	if fault.Is(err, fault.Missing) {
		err = Unknown(name)
	}
	return f, err
}
