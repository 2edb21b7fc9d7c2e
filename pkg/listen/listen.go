// Package listen opens TCP addresses for programs that were killed a moment
// ago. It is separate because the doors of several services need it, and
// nothing else of package run.
package listen

import (
	"context"
	"errors"
	"net"
	"syscall"
	"time"
)

// patience covers the moment in which a child of the killed program, forked
// and not executed yet, still holds a copy of its sockets.
const patience = 2 * time.Second

// TCP listens at an address. One that is in use is tried again for two
// seconds, or until ctx ends.
func TCP(ctx context.Context, address string) (net.Listener, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for wait := 5 * time.Millisecond; ; wait = min(2*wait, 200*time.Millisecond) {
		l, err := net.Listen("tcp", address)
		if !errors.Is(err, syscall.EADDRINUSE) {
			return l, err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, err
		}
	}
}
