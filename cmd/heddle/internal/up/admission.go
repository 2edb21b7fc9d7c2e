package up

import (
	"context"
	"encoding/json"
	"net"
	"strings"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/up/broker"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/pkg/who/oidcverify"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// admission lets people in at the broker as at every other door: guesses count
// wherever they are made.
func admission(c authapi.Credentials) broker.Verify {
	return func(ctx context.Context, name, password string, from net.Addr) (who.Principal, error) {
		r, err := c.Password(ctx, authapi.PasswordProof{Name: name, Password: password, Peer: peer(from)})
		return r.Principal, err
	}
}

// tokenAdmission lets programs in that hold an API key or an access token.
// What it stands on is judged by the gateway, each time that the program asks.
func tokenAdmission(c authapi.Credentials, auth authapi.Service, issuer string) broker.VerifyToken {
	tokens := oidcverify.NewVerifier(oidcverify.Config{
		Issuer: issuer, Audience: authapi.Audience,
		Keys: func(ctx context.Context) (json.RawMessage, error) { return auth.Keys(ctx, authapi.Empty{}) },
	})
	return func(ctx context.Context, token string, from net.Addr) (who.Principal, error) {
		if !strings.HasPrefix(token, authapi.APIKeyPrefix) {
			p, _, err := tokens.Verify(ctx, token)
			return p, err
		}
		r, err := c.Token(ctx, authapi.TokenProof{Value: token, Accept: []authapi.Kind{authapi.KindAPIKey}, Peer: peer(from)})
		return r.Principal, err
	}
}

func peer(from net.Addr) (p authapi.Peer) {
	if tcp, ok := from.(*net.TCPAddr); ok {
		p.Address = authapi.Network(tcp.AddrPort().Addr())
	}
	return p
}
