package authapi

import (
	"context"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/who"
)

// CredentialsEndpoints are public: whoever asks is about to prove who they are.
func CredentialsEndpoints(c Credentials) []natsrpc.Endpoint {
	return []natsrpc.Endpoint{
		natsrpc.Handle(cmdProvePassword, who.Public, c.Password),
		natsrpc.Handle(cmdProveCertificate, who.Public, c.Certificate),
		natsrpc.Handle(cmdProveToken, who.Public, c.Token),
	}
}

// CredentialsRPC is Credentials over NATS.
type CredentialsRPC struct {
	password    func(context.Context, PasswordProof) (Resolved, error)
	certificate func(context.Context, CertificateProof) (Resolved, error)
	token       func(context.Context, TokenProof) (Resolved, error)
}

var _ Credentials = (*CredentialsRPC)(nil)

// NewCredentialsRPC returns Credentials as they are reached over nc.
func NewCredentialsRPC(nc *nats.Conn) *CredentialsRPC {
	c := natsrpc.NewClient(nc)
	return &CredentialsRPC{
		password:    natsrpc.Call[PasswordProof, Resolved](c, cmdProvePassword),
		certificate: natsrpc.Call[CertificateProof, Resolved](c, cmdProveCertificate),
		token:       natsrpc.Call[TokenProof, Resolved](c, cmdProveToken),
	}
}

func (c *CredentialsRPC) Password(ctx context.Context, p PasswordProof) (Resolved, error) {
	return c.password(ctx, p)
}

func (c *CredentialsRPC) Certificate(ctx context.Context, p CertificateProof) (Resolved, error) {
	return c.certificate(ctx, p)
}

func (c *CredentialsRPC) Token(ctx context.Context, p TokenProof) (Resolved, error) {
	return c.token(ctx, p)
}
