package app

import (
	"bytes"
	"context"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/files/internal/disk"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
	"github.com/heddle-dev/heddle/services/files/internal/ticket"
)

// Write writes a small file at once.
func (a *App) Write(ctx context.Context, r filesapi.WriteRequest) (filesapi.File, error) {
	if len(r.Data) > filesapi.MaxInline {
		return filesapi.File{}, storage.TooLarge(filesapi.MaxInline)
	}
	how, err := a.howOf(r)
	if err != nil {
		return filesapi.File{}, err
	}
	return on(ctx, a, r.Storage, writing, func(ctx context.Context, t *storage.Tree) (filesapi.File, error) {
		return t.Store(ctx, r.Path.Path, bytes.NewReader(r.Data), how)
	})
}

// howOf reads how a small file is to be written. What is added to may be as
// large as any file.
func (a *App) howOf(r filesapi.WriteRequest) (storage.How, error) {
	how, err := storage.Asked(r.Mode, r.Permissions, filesapi.MaxInline)
	if how.Exists == storage.Extend {
		how.Limit = max(a.MaxFile, how.Limit)
	}
	return how, err
}

// Ticket gives leave to move bytes. What is wrong already now is said here,
// where every dialect can put it in its own form.
func (a *App) Ticket(ctx context.Context, r filesapi.TicketRequest) (filesapi.Ticket, error) {
	if len(r.Patterns) > 0 && r.For != filesapi.Archive {
		return filesapi.Ticket{}, fault.New(fault.Invalid, "ticket.patterns", "The ticket is not valid.").
			WithField("patterns", "are for archives only")
	}
	ctx, err := acting(ctx, r)
	if err != nil {
		return filesapi.Ticket{}, err
	}
	at, err := a.ticketPlace(ctx, r)
	if err != nil {
		return filesapi.Ticket{}, err
	}
	expires := a.Now().Add(ticket.Life)
	token, err := a.Signer.Sign(ticket.Leave{
		Tree: at.key, Path: r.Path.Path, For: r.For, Patterns: r.Patterns, User: who.From(ctx).ID, Expires: expires,
	})
	if err != nil {
		return filesapi.Ticket{}, err
	}
	return filesapi.Ticket{URL: a.URL, Token: token, Expires: expires}, nil
}

// ticketPlace is where a ticket leads, once it is clear that it may.
func (a *App) ticketPlace(ctx context.Context, r filesapi.TicketRequest) (place, error) {
	switch r.For {
	case filesapi.SandboxRead, filesapi.SandboxWrite, filesapi.SandboxPack:
		return a.sandboxPlace(ctx, r)
	}
	use := writing
	switch r.For {
	case filesapi.Read, filesapi.Archive, filesapi.CarryOut:
		use = reading
	}
	at, err := a.locate(ctx, r.Storage, use)
	if err != nil {
		return place{}, err
	}
	_, err = in(ctx, a, at, func(_ context.Context, t *storage.Tree) (filesapi.Empty, error) { return filesapi.Empty{}, check(t, r) })
	return at, err
}

// check says whether the request that a ticket is for can succeed as things are.
func check(t *storage.Tree, r filesapi.TicketRequest) error {
	switch r.For {
	case filesapi.Read:
		f, _, err := t.Open(r.Path.Path)
		if err != nil {
			return err
		}
		return f.Close()
	case filesapi.Write:
		return t.Target(r.Path.Path)
	case filesapi.CarryIn, filesapi.CarryOut:
		_, err := storage.Clean(r.Path.Path)
		return err
	case filesapi.Archive:
		if err := storage.CheckPatterns(r.Patterns); err != nil {
			return err
		}
		return t.IsDir(r.Path.Path)
	default:
		return fault.New(fault.Invalid, "ticket.purpose", "There are no such tickets.").
			WithField("for", "%q is none of read, write, archive, carry-in, carry-out, sandbox.read, sandbox.write, sandbox.pack", r.For)
	}
}

// acting returns the context of whoever files are carried for: a component
// carries for others, anybody else for themselves. A component has no storage
// of its own.
func acting(ctx context.Context, r filesapi.TicketRequest) (context.Context, error) {
	caller := who.From(ctx)
	if r.For != filesapi.CarryIn && r.For != filesapi.CarryOut {
		if r.As != "" {
			return nil, fault.New(fault.Invalid, "ticket.as", "The ticket is not valid.").WithField("as", "is for carrying only")
		}
		return ctx, nil
	}
	switch component := caller.Has(who.RoleService); {
	case component && r.As == "":
		return nil, fault.New(fault.Invalid, "ticket.as", "The ticket is not valid.").WithField("as", "is needed: a component carries for somebody")
	case component:
		return who.With(ctx, who.Principal{ID: r.As, Method: caller.Method}), nil
	case r.As != "" && r.As != caller.ID:
		return nil, fault.New(fault.Denied, "ticket.as", "Only Heddle's own services may carry files for others.").WithField("as", "is somebody else")
	}
	return ctx, nil
}

// OpenFor opens a storage on behalf of a user, if they may read it, or write.
func (a *App) OpenFor(ctx context.Context, user, storageID string, write bool) (*storage.Tree, error) {
	use := reading
	if write {
		use = writing
	}
	at, err := a.locate(who.With(ctx, who.Principal{ID: user}), storageID, use)
	if err != nil {
		return nil, err
	}
	return disk.Do(ctx, a.Gate, func(context.Context) (*storage.Tree, error) { return a.Disk.Open(at.key, at.make) })
}
