package authapi

import (
	"context"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/who"
)

// AuditEndpoints are for everybody; the service sees to it that they read what
// concerns themselves.
func AuditEndpoints(a Audit) []natsrpc.Endpoint {
	return []natsrpc.Endpoint{
		natsrpc.Handle(qryAudit, who.Authenticated, a.Audit),
	}
}

// AuditRPC is Audit over NATS.
type AuditRPC struct {
	audit func(context.Context, AuditQuery) (AuditPage, error)
}

var _ Audit = (*AuditRPC)(nil)

// NewAuditRPC returns Audit as reached over nc.
func NewAuditRPC(nc *nats.Conn) *AuditRPC {
	c := natsrpc.NewClient(nc)
	return &AuditRPC{
		audit: natsrpc.Call[AuditQuery, AuditPage](c, qryAudit),
	}
}

func (c *AuditRPC) Audit(ctx context.Context, r AuditQuery) (AuditPage, error) {
	return c.audit(ctx, r)
}
