// Package view runs read models: it folds a journal into an SQLite file in
// batches, with the position in the same transaction, so that the file can be
// deleted at any time and grows again. It is separate from es because a
// domain needs no database, and from the services because all of them read in
// the same way.
package view

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/metric"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/pause"
)

// Projection folds events into tables.
type Projection struct {
	Name    string // of the read model: "jobs"
	Version int    // raise it when Schema or Apply change: the file is grown anew
	Schema  string // DDL, run once in a new file
	// Apply folds a batch, in order, inside a transaction. It must give the
	// same tables however the journal is cut into batches. If it fails, the
	// batch is tried again one commit at a time, and a commit that fails alone
	// is parked (kept in the table _parked, counted, logged) and passed over.
	// Failures of the database itself (no room, a damaged file) park nothing.
	Apply func(tx *sql.Tx, batch []es.Recorded) error
	// Statements, if set, are those that Apply keeps from batch to batch.
	Statements *Statements
	// Applied, if set, is called after a batch is visible to readers.
	Applied func(batch []es.Recorded)
	// Watched, if set, tells whether somebody waits for Applied, so that the
	// view rests less between batches; see Hurry.
	Watched func() bool
}

// View is one read model of one replica.
type View struct {
	path   string
	store  es.Store
	p      Projection
	log    *slog.Logger
	parked metric.Int64Counter

	mu     sync.Mutex // guards changes of file
	file   atomic.Pointer[file]
	closed bool

	seen  *waiters
	ready chan struct{}
	once  sync.Once
}

// Open opens or makes the file; a file of another version, of another
// journal, or one that is damaged is replaced by a new one. Whose journal it
// is, Run finds out; until then readers that Wait are kept waiting.
func Open(path string, st es.Store, p Projection, log *slog.Logger) (*View, error) {
	f, err := openFile(path, p, log)
	if err != nil {
		return nil, err
	}
	if p.Statements == nil {
		p.Statements = &Statements{}
	}
	v := &View{path: path, store: st, p: p, log: log.With("view", p.Name), parked: parkedCounter(), ready: make(chan struct{}), seen: newWaiters()}
	v.file.Store(f)
	return v, nil
}

// The rests of Run between two tries.
const (
	minRest = 10 * time.Millisecond
	maxRest = 2 * time.Second
)

// How long a view that has caught up rests after a batch while nobody waits
// for a position, so that commits gather: many in one transaction cost far
// less than many transactions, and a thing that changes again within the rest
// is written once. A commit that comes alone is not delayed.
const (
	gather        = 25 * time.Millisecond
	gatherWatched = 4 * time.Millisecond
	gatherBusy    = 100 * time.Millisecond // after a batch of busy commits
	busy          = 100
)

// restAfter is how long commits gather after a batch of n.
func (v *View) restAfter(n int) time.Duration {
	switch {
	case v.p.Watched != nil && v.p.Watched():
		return gatherWatched
	case n >= busy:
		return gatherBusy
	default:
		return gather
	}
}

// Hurry ends the rest that the view may be in. Whoever begins to wait for
// Applied calls it.
func (v *View) Hurry() { v.seen.call() }

// Run follows the journal until ctx ends, and returns ctx's error. While the
// journal is unavailable, or the disk has no room, it waits and tries again.
// A journal that is another one than the file was grown from, or no longer
// reaches back to the file's position, makes it grow a new file: DB gives the
// new one then, and readers that Wait are kept waiting until it has come far
// enough.
func (v *View) Run(ctx context.Context) error {
	anew := false
	for wait := minRest; ; wait = min(2*wait, maxRest) {
		before := v.Position()
		var err error
		if anew {
			err = v.regrow()
		}
		if err == nil {
			anew = false
			err = v.follow(ctx)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		anew = anew || v.useless(err)
		v.log.Warn("the read model waits", "reason", err, "for", wait, "anew", anew)
		if v.Position() != before {
			wait = minRest
		}
		if pause.For(ctx, wait) != nil {
			return ctx.Err()
		}
	}
}

// useless tells that only a new file can help. One that is empty already
// cannot help if the journal has lost its beginning.
func (v *View) useless(err error) bool {
	return damaged(err) || errors.Is(err, es.ErrGap) && !v.file.Load().empty()
}

// follow tails the journal from where the file stands.
func (v *View) follow(ctx context.Context) error {
	f := v.file.Load()
	journal, err := v.store.Identity(ctx)
	if err != nil {
		return err
	}
	if err := f.belongTo(journal); err != nil {
		return err
	}
	v.seen.reach(f.position)
	return v.store.Tail(ctx, f.position, func(batch []es.Recorded, caught bool) error {
		if err := v.apply(ctx, f, batch); err != nil {
			return err
		}
		if caught {
			v.once.Do(func() { close(v.ready) })
			v.seen.quiet(ctx, v.restAfter(len(batch)))
		}
		return nil
	})
}

// regrow empties the file, or replaces it if that is impossible.
func (v *View) regrow() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed {
		return errClosed
	}
	v.seen.restart()
	old := v.file.Load()
	if old.reset(v.p) == nil {
		return nil
	}
	old.close() // before the new one: SQLite removes files by name
	f, err := newFile(v.path, v.p)
	if err != nil {
		return err
	}
	v.file.Store(f)
	return nil
}

// Ready is closed when the view has caught up with the journal for the first time.
func (v *View) Ready() <-chan struct{} { return v.ready }

// DB is the file, for reading. Ask for it for every query and do not keep it:
// if the file is damaged, another one takes its place.
func (v *View) DB() *sql.DB { return v.file.Load().readers }

// Position is the journal position that readers see; 0 until Run has begun.
func (v *View) Position() uint64 { return v.seen.position() }

// Wait returns when readers see the given position. If ctx ends first the
// error is ctx's own, or, at its deadline, a fault of kind Unavailable that
// wraps it.
func (v *View) Wait(ctx context.Context, position uint64) error {
	return v.seen.wait(ctx, position)
}

// Fresh returns when readers see everything that was acknowledged before the
// call, on whatever replica: it asks the journal how far it is (es.Store.Last,
// where calls at the same time share a question) and waits for that.
func (v *View) Fresh(ctx context.Context) error {
	last, err := v.last(ctx)
	if err != nil {
		return err
	}
	return v.Wait(ctx, last)
}

func (v *View) last(ctx context.Context) (uint64, error) {
	if o, ok := ctx.Value(onceKey{}).(*once); ok {
		return o.fresh(ctx, v)
	}
	return v.store.Last(ctx)
}

var errClosed = errors.New("view: closed")

// Close closes the file; Run must have ended.
func (v *View) Close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed {
		return nil
	}
	v.closed = true
	return v.file.Load().close()
}
