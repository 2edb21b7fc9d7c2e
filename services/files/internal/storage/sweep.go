package storage

import (
	"context"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// Sweep finishes what processes that died have left: it removes directories
// that were set aside, and uploads that were not continued since a time. A
// living upload keeps its file's time fresh.
func (d *Disk) Sweep(ctx context.Context, before time.Time) error {
	for kind := range d.dirs {
		err := d.Names(kind, func(names []string) error {
			for _, name := range names {
				if err := d.sweep(ctx, Key{kind, name}, before); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *Disk) sweep(ctx context.Context, k Key, before time.Time) error {
	t, err := d.Open(k, false)
	if fault.Is(err, fault.Missing) || fault.Is(err, fault.Unavailable) {
		return ctx.Err() // gone, or not a tree at all
	}
	if err != nil {
		return err
	}
	defer t.Close()
	return t.sweep(ctx, ".", before)
}

func (t *Tree) sweep(ctx context.Context, rel string, before time.Time) error {
	dir, err := t.root.Open(rel)
	if err != nil {
		return nil // gone, or closed to us: then nothing was uploaded there either
	}
	defer dir.Close()
	return batches(dir, func(names []string) error {
		for _, name := range names {
			if err := ctx.Err(); err != nil {
				return err
			}
			at := path.Join(rel, name)
			fi, err := t.root.Lstat(at)
			switch {
			case err != nil:
			case strings.HasPrefix(name, gonePrefix):
				_ = removeAll(t.root, at)
			case fi.IsDir():
				if err := t.sweep(ctx, at, before); err != nil {
					return err
				}
			case strings.HasPrefix(name, partPrefix) && fi.Mode()&fs.ModeType == 0 && fi.ModTime().Before(before):
				_ = t.root.Remove(at)
			}
		}
		return nil
	})
}
