package oauth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"regexp"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/flow"
	"github.com/heddle-dev/heddle/services/auth/internal/scope"
)

// redeem gives tokens for a code. The code is gone whatever comes of it: who
// tries it as the wrong client or with the wrong verifier has no second try.
func (s *Server) redeem(ctx context.Context, x exchange) (authapi.Tokens, error) {
	code, err := x.need("code")
	if err != nil {
		return authapi.Tokens{}, err
	}
	c, found, err := load[coded](ctx, s.Store.Take, flow.Code, code)
	if err != nil {
		return authapi.Tokens{}, err
	}
	if !found {
		return authapi.Tokens{}, s.replayed(ctx, code)
	}
	if err := c.matches(x); err != nil {
		return authapi.Tokens{}, err
	}
	return s.begin(ctx, x, c.Grant, c.Nonce)
}

// replayed ends what the code began, since one of its two bearers stole it.
// Of two at the same time the loser comes here, maybe before the winner has
// begun the grant: Begin then finds it revoked.
func (s *Server) replayed(ctx context.Context, code string) error {
	f, found, err := load[family](ctx, s.Store.Get, flow.CodeGrant, code)
	if err != nil {
		return err
	}
	if found {
		if err := s.Grants.Revoke(ctx, f.User, f.Grant, ByReplay); err != nil {
			return err
		}
	}
	return badGrant()
}

// matches holds what comes with a code against what it was given for.
func (c coded) matches(x exchange) error {
	redirect := x.params["redirect_uri"]
	switch {
	case c.Client != x.client.ID:
		return badGrant()
	case c.Sent && redirect != c.Redirect, redirect != "" && redirect != c.Redirect:
		return authapi.Refuse(authapi.InvalidGrant, "redirect_uri is not that of the authorization request.")
	case !verified(c.Challenge, x.params["code_verifier"]):
		return authapi.Refuse(authapi.InvalidGrant, "code_verifier is not that of the authorization request.")
	default:
		return nil
	}
}

var verifierSyntax = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`)

// verified is PKCE's check. A verifier without a challenge is refused, too:
// somebody has taken the challenge out of the request (RFC 9700, section
// 4.8.2).
func verified(challenge, verifier string) bool {
	if challenge == "" {
		return verifier == ""
	}
	sum := sha256.Sum256([]byte(verifier))
	made := base64.RawURLEncoding.EncodeToString(sum[:])
	return verifierSyntax.MatchString(verifier) && subtle.ConstantTimeCompare([]byte(made), []byte(challenge)) == 1
}

// begin writes a grant and gives its first tokens, if the user may still act
// so.
func (s *Server) begin(ctx context.Context, x exchange, g Begun, nonce string) (authapi.Tokens, error) {
	asked := g.asked()
	r, err := s.role(ctx, g.User, g.Group, asked)
	if err != nil {
		return authapi.Tokens{}, denied(err)
	}
	if g.Thumb, err = x.thumb(asked.Has(scope.Bound)); err != nil {
		return authapi.Tokens{}, err
	}
	if g.Lives > 0 {
		g.Expires = s.Now().Add(g.Lives)
	}
	position, err := s.Grants.Begin(ctx, g)
	if err != nil {
		return authapi.Tokens{}, refusal(err)
	}
	return s.issue(ctx, x, issued{Rotated{g, First, position}, r, nonce})
}
