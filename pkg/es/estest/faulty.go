package estest

import (
	"context"
	"errors"
	"sync"

	"github.com/heddle-dev/heddle/pkg/es"
)

// ErrLost is what the writer sees of an append whose acknowledgement got lost.
var ErrLost = errors.New("estest: the acknowledgement got lost")

// Faulty is a store that fails on demand. The zero faults are none.
type Faulty struct {
	es.Store

	mu    sync.Mutex
	acks  int
	down  error
	meets func()
}

// LoseAcks makes the next n appends succeed and say ErrLost.
func (f *Faulty) LoseAcks(n int) { f.set(func() { f.acks = n }) }

// Down makes everything fail with err until Down(nil); a tail under way ends.
func (f *Faulty) Down(err error) { f.set(func() { f.down = err }) }

// Meet calls meet before the next append, for instance to let another writer
// go first.
func (f *Faulty) Meet(meet func()) { f.set(func() { f.meets = meet }) }

func (f *Faulty) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

func (f *Faulty) fault() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.down
}

// Load loads unless the store is down.
func (f *Faulty) Load(ctx context.Context, topic string, after uint64) ([]es.Recorded, error) {
	if err := f.fault(); err != nil {
		return nil, err
	}
	return f.Store.Load(ctx, topic, after)
}

// Append appends and may lose the acknowledgement.
func (f *Faulty) Append(ctx context.Context, topic string, expect uint64, c es.Commit) (uint64, error) {
	if err := f.fault(); err != nil {
		return 0, err
	}
	var meet func()
	f.set(func() { meet, f.meets = f.meets, nil })
	if meet != nil {
		meet()
	}
	seq, err := f.Store.Append(ctx, topic, expect, c)
	lost := false
	f.set(func() {
		if lost = err == nil && f.acks > 0; lost {
			f.acks--
		}
	})
	if lost {
		return 0, ErrLost
	}
	return seq, err
}

// Last asks unless the store is down.
func (f *Faulty) Last(ctx context.Context) (uint64, error) {
	if err := f.fault(); err != nil {
		return 0, err
	}
	return f.Store.Last(ctx)
}

// Identity asks unless the store is down.
func (f *Faulty) Identity(ctx context.Context) (string, error) {
	if err := f.fault(); err != nil {
		return "", err
	}
	return f.Store.Identity(ctx)
}

// Tail tails until the store is down.
func (f *Faulty) Tail(ctx context.Context, after uint64, do func([]es.Recorded, bool) error) error {
	if err := f.fault(); err != nil {
		return err
	}
	return f.Store.Tail(ctx, after, func(batch []es.Recorded, caught bool) error {
		if err := f.fault(); err != nil {
			return err
		}
		return do(batch, caught)
	})
}
