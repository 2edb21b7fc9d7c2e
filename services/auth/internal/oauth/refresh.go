package oauth

import (
	"context"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/scope"
)

// refresh gives the next tokens of a grant. What the request asks too much of is
// refused before its token is used up, so that the client may ask again for
// less; a token that was used before goes on to Rotate, which ends the grant.
func (s *Server) refresh(ctx context.Context, x exchange) (authapi.Tokens, error) {
	token, err := x.need("refresh_token")
	if err != nil {
		return authapi.Tokens{}, err
	}
	asked, err := scope.Parse(x.params["scope"])
	if err != nil {
		return authapi.Tokens{}, refusal(err)
	}
	id, generation, err := s.Opener.OpenRefresh(token, x.client.ID)
	if err != nil {
		return authapi.Tokens{}, badGrant()
	}
	if x.client.Steady && !x.client.Public() {
		g, err := s.Grants.Go(ctx, id, generation, x.client.ID)
		return s.continued(ctx, x, g, asked, err)
	}
	if g, err := s.Grants.Go(ctx, id, generation, x.client.ID); err == nil {
		if _, err := x.of(g.Begun, asked); err != nil {
			return authapi.Tokens{}, refusal(err)
		}
	}
	g, err := s.Grants.Rotate(ctx, id, generation, x.client.ID)
	return s.continued(ctx, x, g, asked, err)
}

// of is what the request asks of a grant: no more than it began with, by whoever
// it is bound to.
func (x exchange) of(g Begun, asked scope.Request) (scope.Request, error) {
	if c := x.peer.Certificate; g.Client != x.client.ID || g.Thumb != "" && (c == nil || c.SHA256 != g.Thumb) {
		return scope.Request{}, ErrForged
	}
	return scope.Narrowed(g.asked(), asked)
}

// continued is a grant that goes on, unless it does not; the role is looked up
// after the rotation, because the tokens count as seen what was revoked before it.
func (s *Server) continued(ctx context.Context, x exchange, g Rotated, asked scope.Request, err error) (authapi.Tokens, error) {
	if err != nil {
		return authapi.Tokens{}, refusal(err)
	}
	left, err := x.of(g.Begun, asked)
	if err != nil {
		return authapi.Tokens{}, refusal(err)
	}
	r, err := s.role(ctx, g.User, g.Group, left)
	if err != nil {
		return authapi.Tokens{}, denied(err)
	}
	return s.issue(ctx, x, issued{g, r, ""})
}
