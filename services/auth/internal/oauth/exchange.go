package oauth

import (
	"context"
	"slices"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/clientauth"
)

// The grant types.
const (
	codeGrant        = "authorization_code"
	refreshGrant     = "refresh_token"
	credentialsGrant = "client_credentials"
	deviceGrant      = "urn:ietf:params:oauth:grant-type:device_code"
)

// exchange is a request to the token endpoint whose client is proven.
type exchange struct {
	params
	form   authapi.Form
	peer   authapi.Peer
	client clientauth.Client
}

// Exchange is the token endpoint.
func (s *Server) Exchange(ctx context.Context, r authapi.ExchangeRequest) (authapi.Tokens, error) {
	p, err := sent(r)
	if err != nil {
		return authapi.Tokens{}, err
	}
	kind, err := p.need("grant_type")
	if err != nil {
		return authapi.Tokens{}, err
	}
	var redeem func(context.Context, exchange) (authapi.Tokens, error)
	switch kind {
	case codeGrant:
		redeem = s.redeem
	case refreshGrant:
		redeem = s.refresh
	case credentialsGrant:
		redeem = s.credentials
	case deviceGrant:
		redeem = s.poll
	default:
		return authapi.Tokens{}, authapi.Refuse(authapi.UnsupportedGrantType, "grant_type is not supported.")
	}
	if r.Form == authapi.FormDIRAC && kind == credentialsGrant && p.proof(r).Nobody() {
		return s.certificate(ctx, p, r.Peer)
	}
	x, err := s.client(ctx, p, r, kind)
	if err != nil {
		return authapi.Tokens{}, err
	}
	return redeem(ctx, x)
}

// client proves the client of a request, and that it may use a grant.
func (s *Server) client(ctx context.Context, p params, r authapi.ExchangeRequest, grant string) (exchange, error) {
	c, err := s.Auth.Client(ctx, p.proof(r))
	if err == nil && !slices.Contains(c.Grants, grant) {
		err = authapi.Refuse(authapi.UnauthorizedClient, "The client may not use %s.", grant)
	}
	return exchange{p, r.Form, r.Peer, c}, err
}

// thumb is the certificate that tokens are bound to, or none (RFC 8705,
// section 3).
func (x exchange) thumb(asked bool) (string, error) {
	switch {
	case !asked && !x.client.Bound:
		return "", nil
	case x.peer.Certificate == nil:
		return "", authapi.Refuse(authapi.InvalidRequest, "The tokens are to be bound to a certificate, and there is none.")
	default:
		return x.peer.Certificate.SHA256, nil
	}
}
