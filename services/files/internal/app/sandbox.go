package app

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/files/internal/sandbox"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// Naming says whether a job names a sandbox.
type Naming interface {
	Names(ctx context.Context, owner string, job id.ID, box string) (bool, error)
}

// Sandbox describes a sandbox, and notes that it is used.
func (a *App) Sandbox(ctx context.Context, r filesapi.SandboxRequest) (filesapi.Sandbox, error) {
	at, err := a.sandboxes(ctx, r)
	if err != nil {
		return filesapi.Sandbox{}, err
	}
	return a.sandbox(ctx, at, r.Name)
}

func (a *App) sandbox(ctx context.Context, at place, name string) (filesapi.Sandbox, error) {
	f, err := in(ctx, a, at, func(_ context.Context, t *storage.Tree) (filesapi.File, error) {
		if err := t.Touch(name, a.Now()); err != nil {
			return filesapi.File{}, err
		}
		return t.Stat(name)
	})
	if fault.Is(err, fault.Missing) {
		err = sandbox.Unknown(name)
	}
	return filesapi.Sandbox{Name: name, Size: f.Size, Used: f.Modified}, err
}

// sandboxes is where a sandbox is, if the caller may read it.
func (a *App) sandboxes(ctx context.Context, r filesapi.SandboxRequest) (place, error) {
	caller := who.From(ctx)
	if caller.Anonymous() {
		return place{}, who.Authenticated.Check(caller)
	}
	if err := sandbox.Check(r.Name); err != nil {
		return place{}, err
	}
	if r.Job == 0 {
		return ownSandboxes(caller), nil
	}
	dir, err := a.workDir(ctx, caller, r.Job, reading)
	if err != nil {
		return place{}, err
	}
	named, err := a.Naming.Names(ctx, dir.Owner, r.Job, r.Name)
	if err == nil && !named {
		err = sandbox.Unknown(r.Name)
	}
	return place{key: sandbox.Key(dir.Owner)}, err
}

// ownSandboxes is where the caller's sandboxes are. It is no storage: nobody
// can list it, or change what is in it.
func ownSandboxes(caller who.Principal) place {
	return place{key: sandbox.Key(caller.ID), make: true}
}

// sandboxPlace checks a ticket for sandboxes, and that one which is to be
// read is there.
func (a *App) sandboxPlace(ctx context.Context, r filesapi.TicketRequest) (place, error) {
	caller := who.From(ctx)
	name := r.Path.Path
	switch {
	case caller.Anonymous():
		return place{}, who.Authenticated.Check(caller)
	case r.For == filesapi.SandboxRead:
		return a.readable(ctx, r)
	case r.Storage != filesapi.Sandboxes:
		return place{}, unknown(r.Storage)
	case name != "" && (r.For == filesapi.SandboxPack || !filesapi.IsSandbox(name)):
		return place{}, fault.New(fault.Invalid, "ticket.sandbox", "The ticket is not valid.").
			WithField("path", "is not sha256/ and 64 hexadecimal digits, or not for this")
	}
	return ownSandboxes(caller), nil
}

func (a *App) readable(ctx context.Context, r filesapi.TicketRequest) (place, error) {
	asked := filesapi.SandboxRequest{Name: r.Path.Path}
	if job, ok := jobOf(r.Storage); ok {
		asked.Job = job
	} else if r.Storage != filesapi.Sandboxes {
		return place{}, unknown(r.Storage)
	}
	at, err := a.sandboxes(ctx, asked)
	if err == nil {
		_, err = a.sandbox(ctx, at, asked.Name)
	}
	return at, err
}
