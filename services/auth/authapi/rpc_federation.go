package authapi

import (
	"context"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/who"
)

// FederationEndpoints are public: whoever asks is about to sign in.
func FederationEndpoints(f Federation) []natsrpc.Endpoint {
	return []natsrpc.Endpoint{
		natsrpc.Handle(qryProviders, who.Public, f.Providers),
		natsrpc.Handle(cmdUpstreamStart, who.Public, f.StartLogin),
		natsrpc.Handle(cmdUpstreamFinish, who.Public, f.FinishLogin),
	}
}

// FederationRPC is Federation over NATS.
type FederationRPC struct {
	providers   func(context.Context, Empty) (Providers, error)
	startLogin  func(context.Context, UpstreamStart) (UpstreamGo, error)
	finishLogin func(context.Context, UpstreamBack) (UpstreamDone, error)
}

var _ Federation = (*FederationRPC)(nil)

// upstreamPatience is how long the providers may take: each of the questions
// to one, of which a login has up to four, has its own 5 seconds.
const upstreamPatience = 20 * time.Second

// NewFederationRPC returns Federation as reached over nc.
func NewFederationRPC(nc *nats.Conn) *FederationRPC {
	c := natsrpc.NewClient(nc).Waiting(upstreamPatience)
	return &FederationRPC{
		providers:   natsrpc.Call[Empty, Providers](c, qryProviders),
		startLogin:  natsrpc.Call[UpstreamStart, UpstreamGo](c, cmdUpstreamStart),
		finishLogin: natsrpc.Call[UpstreamBack, UpstreamDone](c, cmdUpstreamFinish),
	}
}

func (c *FederationRPC) Providers(ctx context.Context, r Empty) (Providers, error) {
	return c.providers(ctx, r)
}

func (c *FederationRPC) StartLogin(ctx context.Context, r UpstreamStart) (UpstreamGo, error) {
	return c.startLogin(ctx, r)
}

func (c *FederationRPC) FinishLogin(ctx context.Context, r UpstreamBack) (UpstreamDone, error) {
	return c.finishLogin(ctx, r)
}
