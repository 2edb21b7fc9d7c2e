package data

import (
	"context"
	"net/http"

	"github.com/heddle-dev/heddle/services/files/internal/disk"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// archive answers with the files that match, as tar.gz. Which they are, and
// that they are not too many, is settled before the first byte.
func (d *door) archive(ctx context.Context, c call) (none, error) {
	tree, err := d.open(ctx, c.leave)
	if err != nil {
		return none{}, err
	}
	defer tree.Close()
	files, err := disk.Do(ctx, d.Gate, func(ctx context.Context) (storage.Selected, error) {
		return tree.Select(ctx, c.leave.Path, c.leave.Patterns, d.Bounds)
	})
	if err != nil {
		return none{}, err
	}
	c.w.Header().Set("Content-Type", "application/gzip")
	c.w.WriteHeader(http.StatusOK)
	if c.r.Method == http.MethodHead {
		return none{}, nil
	}
	return none{}, gone(c.r, tree.Archive(ctx, c.w, files))
}
