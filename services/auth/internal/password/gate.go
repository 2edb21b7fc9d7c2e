package password

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// Gate lets a bounded number of hashes be computed at once and a bounded
// number wait; whoever comes on top of that is told to come back. Each takes
// 19 MiB and about 50 ms of one processor.
type Gate struct {
	running chan struct{} // a place for each at work
	inside  chan struct{} // a place for each at work or waiting
	dummy   string        // what the passwords of unknown users are compared with
}

// patience is how long somebody waits for a place at work: less than their
// request does, so that they are told to come back and not left in doubt.
const patience = 3 * time.Second

// retryAfter is when a turned-away caller should come back.
const retryAfter = 2 * time.Second

// NewGate returns a gate for so many workers and so many that wait for them.
func NewGate(workers, queue int) *Gate {
	return &Gate{
		running: make(chan struct{}, workers),
		inside:  make(chan struct{}, workers+queue),
		dummy:   hash(""),
	}
}

// Hash returns the PHC string of a password. It fails with Exhausted if too
// many wait, and with ctx.
func (g *Gate) Hash(ctx context.Context, password string) (phc string, err error) {
	err = g.through(ctx, func() error { phc = hash(password); return nil })
	return phc, err
}

// Verify reports whether the password is the one that was hashed. It fails
// with Exhausted if too many wait, with ctx, and with ErrHash.
func (g *Gate) Verify(ctx context.Context, phc, password string) (ok bool, err error) {
	err = g.through(ctx, func() (err error) { ok, err = matches(phc, password); return err })
	return ok, err
}

// Refuse takes as long as Verify and is never satisfied: who asks for a user
// that does not exist cannot tell it by the time.
func (g *Gate) Refuse(ctx context.Context, password string) error {
	_, err := g.Verify(ctx, g.dummy, password)
	return err
}

func (g *Gate) through(ctx context.Context, work func() error) error {
	select {
	case g.inside <- struct{}{}:
	default:
		return busy()
	}
	defer func() { <-g.inside }()
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case g.running <- struct{}{}:
	case <-late.C:
		return busy()
	case <-ctx.Done():
		return fault.From(ctx.Err())
	}
	defer func() { <-g.running }()
	return work()
}

func busy() error {
	return fault.New(fault.Exhausted, "auth.busy",
		"Too many passwords are being checked at the moment; try again shortly.").WithRetry(retryAfter).WithStatus(429)
}
