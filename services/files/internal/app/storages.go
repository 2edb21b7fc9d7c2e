package app

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/files/internal/disk"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// Storages returns a page of the caller's storages: the home, then their
// jobs' working directories, newest first.
func (a *App) Storages(ctx context.Context, r filesapi.StoragesRequest) (filesapi.Storages, error) {
	limit, err := limits(r.Limit, 50, 1000, "limit")
	if err != nil {
		return filesapi.Storages{}, err
	}
	if r.Offset < 0 {
		return filesapi.Storages{}, fault.New(fault.Invalid, "files.page", "The page is not valid.").WithField("offset", "is negative")
	}
	mine, err := a.locate(ctx, filesapi.Home, reading)
	if err != nil {
		return filesapi.Storages{}, err
	}
	out := filesapi.Storages{Storages: []filesapi.Storage{}, Total: 1}
	if r.Offset == 0 {
		out.Storages = append(out.Storages, a.sized(ctx, mine))
	}
	if !r.WorkDirs {
		return out, nil
	}
	if err := a.Jobs.Fresh(ctx); err != nil {
		return filesapi.Storages{}, err
	}
	jobs, total, err := a.Jobs.Jobs(ctx, who.From(ctx).ID, limit-len(out.Storages), max(0, r.Offset-1))
	if err != nil {
		return filesapi.Storages{}, err
	}
	out.Total += total
	var size *filesapi.Storage // all working directories lie on one file system
	for _, job := range jobs {
		p := placeOf(job)
		if size == nil {
			s := a.sized(ctx, p)
			size = &s
		}
		p.Free, p.Total = size.Free, size.Total
		out.Storages = append(out.Storages, p.Storage)
	}
	return out, nil
}

// Storage describes one storage. One's own home and the working directory of
// a job are there as soon as they are asked for.
func (a *App) Storage(ctx context.Context, r filesapi.StorageRequest) (filesapi.Storage, error) {
	at, err := a.locate(ctx, r.ID, reading)
	if err != nil {
		return filesapi.Storage{}, err
	}
	_, err = in(ctx, a, at, func(context.Context, *storage.Tree) (filesapi.Empty, error) { return filesapi.Empty{}, nil })
	if err != nil {
		return filesapi.Storage{}, err
	}
	return a.sized(ctx, at), nil
}

// sized adds the size of the file system, or -1 if it does not answer.
func (a *App) sized(ctx context.Context, p place) filesapi.Storage {
	type size struct{ free, total int64 }
	s, err := disk.Do(ctx, a.Gate, func(context.Context) (size, error) {
		free, total := a.Disk.Space(p.key.Kind)
		return size{free, total}, nil
	})
	if err != nil {
		s = size{-1, -1}
	}
	p.Free, p.Total = s.free, s.total
	return p.Storage
}
