package tokenfile

import (
	"context"
	"errors"
)

// maxWaiting is how many may wait for the work of one.
const maxWaiting = 32

var errFull = errors.New("tokenfile: the line is full")

// gate lets one at a time do expensive work, and few wait for it: strangers
// who try tokens get one core to burn, and no memory.
type gate struct{ line, work chan struct{} }

func newGate() gate {
	return gate{line: make(chan struct{}, maxWaiting+1), work: make(chan struct{}, 1)}
}

// enter waits in line; whoever entered must leave.
func (g gate) enter(ctx context.Context) error {
	select {
	case g.line <- struct{}{}:
	default:
		return busy(errFull)
	}
	select {
	case g.work <- struct{}{}:
		return nil
	case <-ctx.Done():
		<-g.line
		return busy(ctx.Err())
	}
}

func (g gate) leave() {
	<-g.work
	<-g.line
}
