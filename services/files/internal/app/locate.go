package app

import (
	"context"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
	"github.com/heddle-dev/heddle/services/files/internal/view"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// place is a storage that the caller may touch.
type place struct {
	filesapi.Storage
	key  storage.Key
	make bool // if the tree is not there yet
}

// use is what somebody wants to do in a storage.
type use int

const (
	reading use = iota
	writing
)

// locate finds the storage of an id and checks that the caller may use it so.
// It denies by default.
func (a *App) locate(ctx context.Context, storageID string, use use) (place, error) {
	caller := who.From(ctx)
	if caller.Anonymous() {
		return place{}, who.Authenticated.Check(caller)
	}
	if storageID == filesapi.Home {
		return home(caller, caller.ID)
	}
	if owner, ok := strings.CutPrefix(storageID, filesapi.Home+"-"); ok {
		return home(caller, owner)
	}
	if job, ok := jobOf(storageID); ok {
		return a.workDir(ctx, caller, job, use)
	}
	return place{}, unknown(storageID)
}

func home(caller who.Principal, owner string) (place, error) {
	p := place{
		Storage: filesapi.Storage{ID: filesapi.Home, Kind: filesapi.KindHome, Owner: owner},
		key:     storage.Key{Kind: storage.Homes, Name: owner},
		make:    true,
	}
	if owner == caller.ID {
		return p, nil
	}
	if !caller.Operator() {
		return place{}, notYours()
	}
	// Who users are is not known here: a home is only made for its owner.
	p.ID, p.make = filesapi.Home+"-"+owner, false
	return p, nil
}

func (a *App) workDir(ctx context.Context, caller who.Principal, n id.ID, use use) (place, error) {
	if err := a.Jobs.Fresh(ctx); err != nil {
		return place{}, err
	}
	job, ok, err := a.Jobs.Job(ctx, n)
	switch {
	case err != nil:
		return place{}, err
	case !ok:
		return place{}, unknown(jobsapi.WorkDir(n))
	case job.Owner == caller.ID || caller.Operator():
		return placeOf(job), nil
	}
	if err := a.allowed(ctx, n, use); err != nil {
		return place{}, err
	}
	return placeOf(job), nil
}

// allowed refuses those whom the jobs service does not let use the files of a
// job of somebody else's. It alone knows the rule.
func (a *App) allowed(ctx context.Context, n id.ID, use use) error {
	may, err := a.Rights.Access(ctx, jobsapi.AccessRequest{ID: n})
	switch {
	case fault.Is(err, fault.Missing):
		return unknown(jobsapi.WorkDir(n))
	case err != nil:
		return err
	case use == writing && may.Write, use == reading && may.Read:
		return nil
	case may.Read:
		return fault.New(fault.Denied, "storage.read_only", "You may read the files of this job, but not change them.")
	}
	return notYours()
}

func placeOf(job view.Job) place {
	return place{
		Storage: filesapi.Storage{
			ID: jobsapi.WorkDir(job.ID), Kind: filesapi.KindWorkDir, Owner: job.Owner, Job: job.ID.String(),
		},
		key:  storage.Key{Kind: storage.WorkDirs, Name: job.ID.String()},
		make: true,
	}
}

// jobOf returns the job that a storage id belongs to.
func jobOf(storageID string) (id.ID, bool) {
	name, _, _ := strings.Cut(storageID, "-")
	n, err := id.Parse(name)
	return n, err == nil && jobsapi.WorkDir(n) == storageID
}

func unknown(storageID string) error {
	return fault.New(fault.Missing, "storage.unknown", "There is no storage %q.", storageID)
}

func notYours() error {
	return fault.New(fault.Denied, "storage.not_yours", "This storage belongs to somebody else.")
}
