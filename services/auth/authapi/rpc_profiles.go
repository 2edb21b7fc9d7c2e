package authapi

import (
	"context"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/who"
)

// ProfilesEndpoints are for everybody, about themselves.
func ProfilesEndpoints(p Profiles) []natsrpc.Endpoint {
	return []natsrpc.Endpoint{
		natsrpc.Handle(qryMe, who.Authenticated, p.Me),
		natsrpc.Handle(cmdChangeMe, who.Authenticated, p.ChangeMe),
		natsrpc.Handle(cmdSignOut, who.Authenticated, p.SignOut),
	}
}

// ProfilesRPC is Profiles over NATS.
type ProfilesRPC struct {
	me       func(context.Context, Empty) (Account, error)
	changeMe func(context.Context, ProfileChange) (Account, error)
	signOut  func(context.Context, Empty) (Empty, error)
}

var _ Profiles = (*ProfilesRPC)(nil)

// NewProfilesRPC returns Profiles as reached over nc.
func NewProfilesRPC(nc *nats.Conn) *ProfilesRPC {
	c := natsrpc.NewClient(nc)
	return &ProfilesRPC{
		me:       natsrpc.Call[Empty, Account](c, qryMe),
		changeMe: natsrpc.Call[ProfileChange, Account](c, cmdChangeMe),
		signOut:  natsrpc.Call[Empty, Empty](c, cmdSignOut),
	}
}

func (c *ProfilesRPC) Me(ctx context.Context, r Empty) (Account, error) {
	return c.me(ctx, r)
}

func (c *ProfilesRPC) ChangeMe(ctx context.Context, r ProfileChange) (Account, error) {
	return c.changeMe(ctx, r)
}

func (c *ProfilesRPC) SignOut(ctx context.Context, r Empty) (Empty, error) {
	return c.signOut(ctx, r)
}
