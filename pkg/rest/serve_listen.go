package rest

import (
	"context"
	"fmt"
	"net"

	"github.com/heddle-dev/heddle/pkg/listen"
)

// listenShared listens at an address that other processes of the same user may
// listen at, too: the kernel gives each connection to one of them.
func listenShared(ctx context.Context, address string) (net.Listener, error) {
	cfg := net.ListenConfig{Control: reusePort}
	l, err := cfg.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%w; another --port may be free", err)
	}
	return l, nil
}

// listenAlone listens at an address that nobody else has.
func listenAlone(ctx context.Context, address string) (net.Listener, error) {
	l, err := listen.TCP(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("%w; another --port may be free", err)
	}
	return l, nil
}
