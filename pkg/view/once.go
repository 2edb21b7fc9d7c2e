package view

import (
	"context"
	"sync"
)

type onceKey struct{}

// once is how far the journal was when a request first asked.
type once struct {
	mu   sync.Mutex
	view *View
	last uint64
}

// Once returns a context in which Fresh asks the journal the first time only:
// for a request that looks at one view several times, and must see what was
// acknowledged before it came. What the request itself writes, it waits for.
func Once(ctx context.Context) context.Context {
	return context.WithValue(ctx, onceKey{}, new(once))
}

// AsSeen returns a context in which Fresh asks nothing: for work whose result
// says how old it may be, which is the position.
func (v *View) AsSeen(ctx context.Context) (seen context.Context, position uint64) {
	position = v.Position()
	return context.WithValue(ctx, onceKey{}, &once{view: v, last: position}), position
}

// Behind reports whether the journal has gone on after a position.
func (v *View) Behind(ctx context.Context, position uint64) (bool, error) {
	last, err := v.store.Last(ctx)
	return last > position, err
}

// fresh is Fresh in such a context.
func (o *once) fresh(ctx context.Context, v *View) (uint64, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.view == v {
		return o.last, nil
	}
	last, err := v.store.Last(ctx)
	if err == nil && o.view == nil {
		o.view, o.last = v, last
	}
	return last, err
}
