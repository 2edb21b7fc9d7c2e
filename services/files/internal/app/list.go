package app

import (
	"context"
	"encoding/json"

	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// maxListing bounds a page in bytes of JSON, well below what one NATS message
// takes: a page of long names is a shorter one.
const maxListing = 512 << 10

// List returns a page of a directory.
func (a *App) List(ctx context.Context, r filesapi.ListRequest) (filesapi.Listing, error) {
	limit, err := limits(r.Limit, 1000, 10000, "limit")
	if err != nil {
		return filesapi.Listing{}, err
	}
	return on(ctx, a, r.Storage, reading, func(_ context.Context, t *storage.Tree) (filesapi.Listing, error) {
		l, err := t.List(r.Path.Path, r.After, limit)
		if err != nil {
			return filesapi.Listing{}, err
		}
		return shorten(l)
	})
}

func shorten(l filesapi.Listing) (filesapi.Listing, error) {
	size := 0
	for i, e := range l.Entries {
		b, err := json.Marshal(e)
		if err != nil {
			return filesapi.Listing{}, err
		}
		if size += len(b) + 1; size > maxListing && i > 0 {
			l.Entries = l.Entries[:i]
			l.Next = l.Entries[i-1].Name
			break
		}
	}
	return l, nil
}
