// Package app is the files service itself: who may touch which storage, and
// what happens there. It is separate from the doors, so that NATS and tests
// reach it alike, and from storage, which knows no users.
package app

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/files/internal/disk"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
	"github.com/heddle-dev/heddle/services/files/internal/ticket"
	"github.com/heddle-dev/heddle/services/files/internal/view"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Jobs says whose a working directory is.
type Jobs interface {
	// Fresh returns when the other two know all that was acknowledged before.
	Fresh(context.Context) error
	Job(context.Context, id.ID) (job view.Job, ok bool, err error)
	Jobs(ctx context.Context, owner string, limit, offset int) (page []view.Job, total int, err error)
}

// Rights says what the caller may do with a job: its owner has shared it, or
// they have a right to jobs of others. jobsapi.Service does.
type Rights interface {
	Access(context.Context, jobsapi.AccessRequest) (jobsapi.Access, error)
}

// Config is what the service needs.
type Config struct {
	Disk   *storage.Disk
	Gate   *disk.Gate
	Jobs   Jobs
	Rights Rights
	Naming Naming
	Signer *ticket.Signer
	URL    string // of the door for bytes
	Now    func() time.Time
	// MaxFile bounds a small file that is added to, in bytes.
	MaxFile int64
}

// App is the service.
type App struct{ Config }

var _ filesapi.Service = (*App)(nil)

// New returns the service.
func New(cfg Config) *App { return &App{cfg} }

// on runs f with a storage's tree, if the caller may use it so.
func on[T any](ctx context.Context, a *App, storageID string, use use, f func(context.Context, *storage.Tree) (T, error)) (T, error) {
	at, err := a.locate(ctx, storageID, use)
	if err != nil {
		var none T
		return none, err
	}
	return in(ctx, a, at, f)
}

// in runs f with the tree of a place.
func in[T any](ctx context.Context, a *App, at place, f func(context.Context, *storage.Tree) (T, error)) (T, error) {
	return disk.Do(ctx, a.Gate, func(ctx context.Context) (T, error) {
		tree, err := a.Disk.Open(at.key, at.make)
		if err != nil {
			var none T
			return none, err
		}
		defer tree.Close()
		return f(ctx, tree)
	})
}

// Stat describes a file or directory.
func (a *App) Stat(ctx context.Context, r filesapi.Path) (filesapi.File, error) {
	return on(ctx, a, r.Storage, reading, func(_ context.Context, t *storage.Tree) (filesapi.File, error) { return t.Stat(r.Path) })
}

// MakeDir makes a directory and its parents.
func (a *App) MakeDir(ctx context.Context, r filesapi.Path) (filesapi.File, error) {
	return on(ctx, a, r.Storage, writing, func(_ context.Context, t *storage.Tree) (filesapi.File, error) { return t.MakeDir(r.Path) })
}

// Remove removes a file, or a directory with all that is in it. Once a
// directory is out of sight it is removed, for its owner; how long the disk
// takes over the rest is not theirs to wait for.
func (a *App) Remove(ctx context.Context, r filesapi.Path) (filesapi.Empty, error) {
	var gone atomic.Bool
	_, err := on(ctx, a, r.Storage, writing, func(_ context.Context, t *storage.Tree) (filesapi.Empty, error) {
		return filesapi.Empty{}, t.Remove(r.Path, func() { gone.Store(true) })
	})
	if gone.Load() {
		err = nil
	}
	return filesapi.Empty{}, err
}

func limits(limit, usual, most int, name string) (int, error) {
	switch {
	case limit < 0:
		return 0, fault.New(fault.Invalid, "files.page", "The page is not valid.").WithField(name, "is negative")
	case limit == 0:
		return usual, nil
	}
	return min(limit, most), nil
}
