package carry

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// retryShortly is when to try again what the disk refused.
const retryShortly = 5 * time.Second

type carried = filesapi.Carried

// Storages carries between storages of this installation. Open opens one that
// the user may touch; what they may not is Denied or Missing.
type Storages struct {
	Open func(ctx context.Context, user, storageID string, write bool) (*storage.Tree, error)
}

// Bring implements Driver.
func (s Storages) Bring(ctx context.Context, t *Task) error { return s.with(ctx, t, t.bringFrom) }

// Send implements Driver.
func (s Storages) Send(ctx context.Context, t *Task) error { return s.with(ctx, t, t.sendTo) }

func (s Storages) with(ctx context.Context, t *Task, f func(context.Context, place) error) error {
	id, at, err := parseStorage(t.URL)
	if err != nil {
		return err
	}
	name := func(p string) string { return filesapi.SchemeStorage + ":" + id + "/" + strings.TrimLeft(p, "/") }
	tree, err := s.Open(ctx, t.As, id, t.Out)
	if err != nil {
		return Blame(name(at), err)
	}
	defer tree.Close()
	return f(ctx, place{tree, at, name})
}

// parseStorage reads storage:ID/path. Signs that mean something in other URLs
// mean nothing here, as patterns need them.
func parseStorage(raw string) (id, at string, err error) {
	_, rest, _ := strings.Cut(raw, ":")
	id, at, _ = strings.Cut(rest, "/")
	at, err = url.PathUnescape(at)
	if id == "" || err != nil {
		return "", "", fault.New(fault.Invalid, "carry.url", "The URL is not valid.").WithField("url", "is not like storage:ID/path")
	}
	return id, at, nil
}
