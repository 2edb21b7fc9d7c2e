package authapi

import (
	"context"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/who"
)

// GrantsEndpoints are for everybody; the service sees to it that they get their
// own.
func GrantsEndpoints(g Grants) []natsrpc.Endpoint {
	return []natsrpc.Endpoint{
		natsrpc.Handle(qryGrants, who.Authenticated, g.Grants),
		natsrpc.Handle(cmdGrantRevoke, who.Authenticated, g.RevokeGrant),
	}
}

// GrantsRPC is Grants over NATS.
type GrantsRPC struct {
	grants      func(context.Context, Owner) (GrantList, error)
	revokeGrant func(context.Context, GrantRef) (Empty, error)
}

var _ Grants = (*GrantsRPC)(nil)

// NewGrantsRPC returns Grants as reached over nc.
func NewGrantsRPC(nc *nats.Conn) *GrantsRPC {
	c := natsrpc.NewClient(nc)
	return &GrantsRPC{
		grants:      natsrpc.Call[Owner, GrantList](c, qryGrants),
		revokeGrant: natsrpc.Call[GrantRef, Empty](c, cmdGrantRevoke),
	}
}

func (c *GrantsRPC) Grants(ctx context.Context, r Owner) (GrantList, error) {
	return c.grants(ctx, r)
}

func (c *GrantsRPC) RevokeGrant(ctx context.Context, r GrantRef) (Empty, error) {
	return c.revokeGrant(ctx, r)
}
