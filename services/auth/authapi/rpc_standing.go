package authapi

import (
	"context"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/who"
)

// StandingEndpoints are for the platform's own components.
func StandingEndpoints(s Standing) []natsrpc.Endpoint {
	return []natsrpc.Endpoint{
		natsrpc.Handle(qryRevocations, who.Service, s.Revocations),
		natsrpc.Handle(cmdAnnounceSite, who.Service, s.AnnounceSite),
	}
}

// StandingRPC is Standing over NATS.
type StandingRPC struct {
	revocations  func(context.Context, Empty) (Revocations, error)
	announceSite func(context.Context, SiteKey) (Empty, error)
}

var _ Standing = (*StandingRPC)(nil)

// NewStandingRPC returns Standing as reached over nc.
func NewStandingRPC(nc *nats.Conn) *StandingRPC {
	c := natsrpc.NewClient(nc)
	return &StandingRPC{
		revocations:  natsrpc.Call[Empty, Revocations](c, qryRevocations),
		announceSite: natsrpc.Call[SiteKey, Empty](c, cmdAnnounceSite),
	}
}

func (c *StandingRPC) Revocations(ctx context.Context, r Empty) (Revocations, error) {
	return c.revocations(ctx, r)
}

func (c *StandingRPC) AnnounceSite(ctx context.Context, r SiteKey) (Empty, error) {
	return c.announceSite(ctx, r)
}
