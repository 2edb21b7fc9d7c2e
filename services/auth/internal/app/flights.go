package app

import (
	"context"
	"crypto/sha256"
	"sync"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// flights lets those who prove the same at the same time share one proof.
type flights struct {
	mu  sync.Mutex
	now map[[sha256.Size]byte]*flight
}

type flight struct {
	done chan struct{}
	err  error
}

// errNoVerdict is what the others hear if the proof panics: nobody comes in by that.
var errNoVerdict = fault.New(fault.Internal, "auth.no_verdict", "The credentials could not be checked.")

// do proves it, or waits for who is proving it already. Only a verdict is
// shared; whatever else came of the other's try, this one makes its own.
func (f *flights) do(ctx context.Context, what [sha256.Size]byte, prove func() error) error {
	f.mu.Lock()
	other, found := f.now[what]
	if !found {
		mine := &flight{done: make(chan struct{}), err: errNoVerdict}
		if f.now == nil {
			f.now = map[[sha256.Size]byte]*flight{}
		}
		f.now[what] = mine
		f.mu.Unlock()
		defer f.end(what, mine)
		mine.err = prove()
		return mine.err
	}
	f.mu.Unlock()
	select {
	case <-other.done:
	case <-ctx.Done():
		return fault.From(ctx.Err())
	}
	if other.err == nil || fault.Is(other.err, fault.Unauthenticated) {
		return other.err
	}
	return prove()
}

func (f *flights) end(what [sha256.Size]byte, mine *flight) {
	f.mu.Lock()
	delete(f.now, what)
	f.mu.Unlock()
	close(mine.done)
}
