package authapi

import (
	"context"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Core4Endpoints let only components mint; a reset proves itself.
func Core4Endpoints(c Core4) []natsrpc.Endpoint {
	return []natsrpc.Endpoint{
		natsrpc.Handle(cmdCore4Issue, who.Service, c.IssueCore4),
		natsrpc.Handle(cmdResetRequest, who.Public, c.RequestReset),
		natsrpc.Handle(cmdReset, who.Public, c.Reset),
	}
}

// Core4RPC is Core4 over NATS.
type Core4RPC struct {
	issueCore4   func(context.Context, Core4Request) (Core4Token, error)
	requestReset func(context.Context, EmailRequest) (Empty, error)
	reset        func(context.Context, ResetRequest) (Empty, error)
}

var _ Core4 = (*Core4RPC)(nil)

// NewCore4RPC returns Core4 as reached over nc.
func NewCore4RPC(nc *nats.Conn) *Core4RPC {
	c := natsrpc.NewClient(nc)
	return &Core4RPC{
		issueCore4:   natsrpc.Call[Core4Request, Core4Token](c, cmdCore4Issue),
		requestReset: natsrpc.Call[EmailRequest, Empty](c, cmdResetRequest),
		reset:        natsrpc.Call[ResetRequest, Empty](c, cmdReset),
	}
}

func (c *Core4RPC) IssueCore4(ctx context.Context, r Core4Request) (Core4Token, error) {
	return c.issueCore4(ctx, r)
}

func (c *Core4RPC) RequestReset(ctx context.Context, r EmailRequest) (Empty, error) {
	return c.requestReset(ctx, r)
}

func (c *Core4RPC) Reset(ctx context.Context, r ResetRequest) (Empty, error) {
	return c.reset(ctx, r)
}
