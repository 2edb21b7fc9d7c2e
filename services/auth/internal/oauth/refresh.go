package oauth

import (
	"context"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/scope"
)

// refresh gives the next tokens of a grant. The rotation comes before the
// checks that need the grant: a token that was shown has been used, and what
// is wrong with the rest of the request ends its turn.
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
	next := s.Grants.Rotate
	if x.client.Steady && !x.client.Public() {
		next = s.Grants.Go
	}
	g, err := next(ctx, id, generation, x.client.ID)
	if err != nil {
		return authapi.Tokens{}, refusal(err)
	}
	return s.continued(ctx, x, g, asked)
}

// continued is a grant that goes on, with no more than it began with.
func (s *Server) continued(ctx context.Context, x exchange, g Rotated, asked scope.Request) (authapi.Tokens, error) {
	if g.Client != x.client.ID {
		return authapi.Tokens{}, badGrant()
	}
	if c := x.peer.Certificate; g.Thumb != "" && (c == nil || c.SHA256 != g.Thumb) {
		return authapi.Tokens{}, badGrant()
	}
	left, err := scope.Narrowed(g.asked(), asked)
	if err != nil {
		return authapi.Tokens{}, refusal(err)
	}
	r, err := s.role(ctx, g.User, g.Group, left)
	if err != nil {
		return authapi.Tokens{}, denied(err)
	}
	return s.issue(ctx, x, issued{g, r, ""})
}
