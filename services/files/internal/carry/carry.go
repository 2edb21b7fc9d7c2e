// Package carry brings files into storages and sends files away from them: an
// engine, and a driver for each scheme of URLs. It is separate from the door
// that asks for one carry and waits for it, so that transfers that outlive
// their client can be built upon the same engine.
package carry

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/turns"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// Driver moves the files of a scheme. Both report each file by the task as soon
// as it has arrived, and return a fault that Blame has put the file's name to.
// What they do can be done again; a context that ends, ends it.
type Driver interface {
	// Bring brings what t.URL names to t.Path.
	Bring(ctx context.Context, t *Task) error
	// Send sends what t.Path names to t.URL.
	Send(ctx context.Context, t *Task) error
}

// Bringer is a driver from which files only come.
type Bringer func(ctx context.Context, t *Task) error

// Bring implements Driver.
func (b Bringer) Bring(ctx context.Context, t *Task) error { return b(ctx, t) }

// Send implements Driver.
func (b Bringer) Send(_ context.Context, t *Task) error {
	scheme, _, _ := strings.Cut(t.URL, ":")
	return fault.New(fault.Invalid, "carry.one_way", "Nothing can be sent to a URL of the scheme %s.", scheme).WithField("url", "is for bringing files only")
}

// Limits bound one carry, and how many there are.
type Limits struct {
	storage.Bounds       // files and bytes of one carry
	File           int64 // bytes of one file
	AtOnce         int   // carries that move; others wait for their turn
	AtOnceUser     int   // the same of one user
}

// Engine carries.
type Engine struct {
	limits  Limits
	drivers map[string]Driver
	turns   *turns.Turns
}

// queue is how many carries of one user may wait.
const queue = 1000

// New returns an engine; drivers are by scheme.
func New(l Limits, drivers map[string]Driver) *Engine {
	return &Engine{limits: l, drivers: drivers, turns: turns.New(l.AtOnce, l.AtOnceUser, queue)}
}

// Carry carries between a tree, which is c.Storage opened, and c.URL, for the
// user c.As, whose leave to touch the tree the caller has checked. It tells of
// each file that has arrived, and returns a fault, as filesapi.Carrier has it.
func (e *Engine) Carry(ctx context.Context, tree *storage.Tree, c filesapi.Carry, arrived func(filesapi.Carried)) error {
	d, err := e.driver(c.URL)
	if err != nil {
		return err
	}
	how, err := storage.Asked(c.Mode, c.Permissions, e.limits.File)
	if err != nil {
		return err
	}
	if _, err := storage.Clean(c.Path.Path); err != nil {
		return err
	}
	done, err := e.turns.Take(ctx, c.As)
	switch {
	case errors.Is(err, turns.ErrFull):
		return fault.New(fault.Unavailable, "carry.busy", "%d imports and exports of yours are waiting already; try again later.", queue).WithRetry(retryShortly)
	case err != nil:
		return fault.From(err)
	}
	defer done()
	t := newTask(c, tree, how, e.limits.Bounds, arrived)
	if c.Out {
		return faultOf(d.Send(ctx, t))
	}
	return faultOf(d.Bring(ctx, t))
}

// faultOf keeps a nil from becoming a fault that is nil.
func faultOf(err error) error {
	if err == nil {
		return nil
	}
	return fault.From(err)
}

func (e *Engine) driver(url string) (Driver, error) {
	scheme, _, ok := strings.Cut(url, ":")
	if d := e.drivers[strings.ToLower(scheme)]; ok && d != nil {
		return d, nil
	}
	if !ok || len(scheme) > 32 {
		scheme = "none"
	}
	var offered []string
	for s := range e.drivers {
		offered = append(offered, s)
	}
	slices.Sort(offered)
	return nil, fault.New(fault.Invalid, "carry.scheme", "Files cannot be carried to or from a URL of the scheme %q; offered are %s.", scheme, strings.Join(offered, ", ")).
		WithField("url", "has the scheme %q; offered are %s", scheme, strings.Join(offered, ", "))
}
