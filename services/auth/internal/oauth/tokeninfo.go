package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/clientauth"
	"github.com/heddle-dev/heddle/services/auth/internal/scope"
)

// presented is the token of a request, and its proven client.
func (s *Server) presented(ctx context.Context, r authapi.ExchangeRequest) (clientauth.Client, string, error) {
	p, err := sent(r)
	if err != nil {
		return clientauth.Client{}, "", err
	}
	c, err := s.Auth.Client(ctx, p.proof(r))
	if err != nil {
		return c, "", err
	}
	token, err := p.need("token")
	return c, token, err
}

// Introspect describes access tokens (RFC 7662): its own to any confidential
// client, all to a resource server. Whatever else comes is not active: refresh
// tokens are nobody's to look into.
func (s *Server) Introspect(ctx context.Context, r authapi.ExchangeRequest) (json.RawMessage, error) {
	c, token, err := s.presented(ctx, r)
	if err != nil {
		return nil, err
	}
	if c.Public() {
		return nil, authapi.Refuse(authapi.UnauthorizedClient, "Public clients may not introspect.")
	}
	inactive := json.RawMessage(`{"active":false}`)
	a, err := s.Opener.OpenAccess(token)
	if err != nil || !s.Now().Before(a.Facts.Expires) || a.Facts.Client != c.ID && !c.Resource {
		return inactive, nil
	}
	over, err := s.Standing.Over(ctx, a.Facts)
	if err != nil || over {
		return inactive, err
	}
	return json.Marshal(s.description(a))
}

func (s *Server) description(a AccessClaims) map[string]any {
	d := map[string]any{
		"active": true, "iss": s.Issuer, "sub": a.Principal.ID, "username": a.Principal.Name, "token_type": "Bearer",
		"aud": append([]string{authapi.Audience}, a.Audience...), "jti": a.Facts.JTI,
		"exp": a.Facts.Expires.Unix(), "iat": a.Issued.Unix(), "scope": strings.Join(a.Principal.Scopes, " "),
	}
	if a.Facts.Client != "" {
		d["client_id"] = a.Facts.Client
	}
	if a.Facts.CertSHA256 != "" {
		d["cnf"] = authapi.Confirmation{CertSHA256: a.Facts.CertSHA256}
	}
	return d
}

// Revoke ends a client's own token (RFC 7009). About all others it says
// nothing, and does nothing.
func (s *Server) Revoke(ctx context.Context, r authapi.ExchangeRequest) (authapi.Empty, error) {
	c, token, err := s.presented(ctx, r)
	if err != nil {
		return authapi.Empty{}, err
	}
	if id, generation, err := s.Opener.OpenRefresh(token, c.ID); err == nil {
		return authapi.Empty{}, s.revokeFamily(ctx, id, generation, c.ID)
	}
	a, err := s.Opener.OpenAccess(token)
	if err != nil || a.Facts.Client != c.ID || !s.Now().Before(a.Facts.Expires) {
		return authapi.Empty{}, nil
	}
	return authapi.Empty{}, s.Standing.RevokeToken(ctx, a.Facts.User, a.Facts.JTI, a.Facts.Expires)
}

// revokeFamily uses the refresh token up, which also tells whose it is. An
// older one ends the family by that alone.
func (s *Server) revokeFamily(ctx context.Context, id string, generation uint64, client string) error {
	g, err := s.Grants.Rotate(ctx, id, generation, client)
	if err == nil {
		return s.Grants.Revoke(ctx, g.User, id, ByClient)
	}
	if authapi.ErrorCode(refusal(err)) == authapi.InvalidGrant {
		return nil
	}
	return err
}

// UserInfo is what the caller's scopes let a client know of the caller.
func (s *Server) UserInfo(ctx context.Context, _ authapi.Empty) (json.RawMessage, error) {
	p := who.From(ctx)
	if p.Anonymous() {
		return nil, fault.New(fault.Unauthenticated, "access.credentials", "Credentials are required.")
	}
	if p.Scopes != nil && !slices.Contains(p.Scopes, scope.OpenID) {
		return nil, authapi.Refuse(authapi.InsufficientScope, "The token was not given for openid.")
	}
	claims, err := s.claims(ctx, p.ID, p.Scopes)
	if err != nil {
		return nil, err
	}
	claims["sub"] = p.ID
	return json.Marshal(claims)
}

// Logout checks a client's request to log its user out (OpenID Connect
// RP-Initiated Logout 1.0). Only a registered address is led to.
func (s *Server) Logout(ctx context.Context, r authapi.LogoutRequest) (authapi.LogoutAnswer, error) {
	var answer authapi.LogoutAnswer
	id := r.ClientID
	if hint, err := s.Opener.OpenID(r.IDTokenHint); r.IDTokenHint != "" && err == nil {
		if id != "" && id != hint.Client {
			return answer, authapi.Refuse(authapi.InvalidRequest, "client_id is not that of id_token_hint.")
		}
		id, answer.User = hint.Client, hint.Subject
	}
	if r.RedirectURI == "" {
		return answer, nil
	}
	c, err := s.Clients.Client(ctx, id)
	if err != nil && !errors.Is(err, clientauth.ErrNoClient) {
		return answer, err
	}
	if err != nil || !slices.Contains(c.PostLogout, r.RedirectURI) {
		return answer, authapi.Refuse(authapi.InvalidRequest, "post_logout_redirect_uri is not registered for this client.")
	}
	answer.URL = appended(r.RedirectURI, r.State, map[string][]string{})
	return answer, nil
}
