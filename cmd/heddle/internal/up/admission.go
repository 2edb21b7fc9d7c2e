package up

import (
	"context"
	"net"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/up/broker"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// admission lets people in at the broker as at every other door: guesses count
// wherever they are made.
func admission(c authapi.Credentials) broker.Verify {
	return func(ctx context.Context, name, password string, from net.Addr) (who.Principal, error) {
		proof := authapi.PasswordProof{Name: name, Password: password}
		if tcp, ok := from.(*net.TCPAddr); ok {
			proof.Peer.Address = authapi.Network(tcp.AddrPort().Addr())
		}
		r, err := c.Password(ctx, proof)
		return r.Principal, err
	}
}
