package authapi

import (
	"context"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/who"
)

// APIKeysEndpoints are for everybody; the service sees to it that they get their
// own.
func APIKeysEndpoints(a APIKeys) []natsrpc.Endpoint {
	return []natsrpc.Endpoint{
		natsrpc.Handle(cmdAPIKeyCreate, who.Authenticated, a.CreateAPIKey),
		natsrpc.Handle(qryAPIKeys, who.Authenticated, a.APIKeys),
		natsrpc.Handle(cmdAPIKeyRevoke, who.Authenticated, a.RevokeAPIKey),
	}
}

// APIKeysRPC is APIKeys over NATS.
type APIKeysRPC struct {
	create func(context.Context, NewAPIKey) (APIKeySecret, error)
	keys   func(context.Context, Owner) (APIKeyList, error)
	revoke func(context.Context, APIKeyRef) (Empty, error)
}

var _ APIKeys = (*APIKeysRPC)(nil)

// NewAPIKeysRPC returns APIKeys as reached over nc.
func NewAPIKeysRPC(nc *nats.Conn) *APIKeysRPC {
	c := natsrpc.NewClient(nc)
	return &APIKeysRPC{
		create: natsrpc.Call[NewAPIKey, APIKeySecret](c, cmdAPIKeyCreate),
		keys:   natsrpc.Call[Owner, APIKeyList](c, qryAPIKeys),
		revoke: natsrpc.Call[APIKeyRef, Empty](c, cmdAPIKeyRevoke),
	}
}

func (c *APIKeysRPC) CreateAPIKey(ctx context.Context, r NewAPIKey) (APIKeySecret, error) {
	return c.create(ctx, r)
}

func (c *APIKeysRPC) APIKeys(ctx context.Context, r Owner) (APIKeyList, error) {
	return c.keys(ctx, r)
}

func (c *APIKeysRPC) RevokeAPIKey(ctx context.Context, r APIKeyRef) (Empty, error) {
	return c.revoke(ctx, r)
}
