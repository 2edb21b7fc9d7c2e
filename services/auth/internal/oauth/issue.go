package oauth

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/scope"
)

// asked is what a grant allows, as it was asked for.
func (g Begun) asked() scope.Request {
	r, _ := scope.Parse(strings.Join(g.Scopes, " "))
	return r
}

// denied turns a person's missing right into a grant that does not hold: at
// the token endpoint nobody can be asked.
func denied(err error) error {
	if authapi.ErrorCode(err) == authapi.AccessDenied {
		return badGrant()
	}
	return refusal(err)
}

// issued is what tokens are made of.
type issued struct {
	Rotated
	role  role
	nonce string
}

// idLifetime is that of ID tokens: they tell of a sign-in and open nothing.
const idLifetime = time.Hour

// issue makes the tokens of a grant. They stand on the oldest view of what they
// are made of, which may be older than the grant: whatever has ended some of
// it since then ends them.
func (s *Server) issue(ctx context.Context, x exchange, i issued) (authapi.Tokens, error) {
	i.Position = min(i.Position, i.role.position, x.client.Position)
	t, err := s.access(x, i)
	if err != nil {
		return t, err
	}
	if i.Offline && slices.Contains(x.client.Grants, refreshGrant) {
		if t.RefreshToken, err = s.Minter.Refresh(i.ID, i.Generation, x.client.ID); err != nil {
			return t, err
		}
	}
	if i.role.asked.Has(scope.OpenID) {
		t.IDToken, err = s.identity(ctx, x, i, t.AccessToken)
	}
	return t, err
}

// access makes an access token that ends no later than its grant and the
// certificate that it is bound to. In DIRAC's form the grant's end is that of
// renewing alone: RESTDIRAC's clients get a whole day each time.
func (s *Server) access(x exchange, i issued) (authapi.Tokens, error) {
	p := i.role.principal
	p.Client, p.Setup = x.client.ID, i.Setup
	if i.ID != "" {
		p.Credential = "grant/" + i.ID
	}
	now := s.Now()
	ends := now.Add(s.accessLifetime(x.form))
	if x.form != authapi.FormDIRAC && !i.Expires.IsZero() && i.Expires.Before(ends) {
		ends = i.Expires
	}
	if c := x.peer.Certificate; i.Thumb != "" && c != nil && c.Expires.Before(ends) {
		ends = c.Expires
	}
	if !ends.After(now) {
		return authapi.Tokens{}, badGrant()
	}
	jwt, err := s.Minter.Access(AccessClaims{
		Principal: p, VO: i.role.group.VO, AuthTime: i.AuthTime,
		Facts: who.Facts{User: p.ID, Client: x.client.ID, Grant: i.ID, Position: i.Position, Expires: ends, CertSHA256: i.Thumb},
	})
	if err != nil {
		return authapi.Tokens{}, err
	}
	kind := "Bearer"
	if x.form == authapi.FormDIRAC && x.client.ID != "" {
		kind = "bearer" // as its clients have always got it
	}
	return authapi.Tokens{
		AccessToken: jwt, TokenType: kind, ExpiresIn: int64(ends.Sub(now).Round(time.Second) / time.Second),
		Scope: i.role.asked.String(),
	}, nil
}

func (s *Server) identity(ctx context.Context, x exchange, i issued, access string) (string, error) {
	claims, err := s.claims(ctx, i.User, i.role.asked.Plain)
	if err != nil {
		return "", err
	}
	return s.Minter.ID(IDClaims{
		Subject: i.User, Client: x.client.ID, Nonce: i.nonce, AccessToken: access, Alg: x.client.IDTokenAlg,
		Grant: i.ID, AuthTime: i.AuthTime, Expires: s.Now().Add(idLifetime), User: claims,
	})
}

// claims are what the scopes allow to be told of a user (OpenID Connect Core,
// section 5.4). Nil scopes are no limit.
func (s *Server) claims(ctx context.Context, user string, scopes []string) (map[string]any, error) {
	p, err := s.Users.Profile(ctx, user)
	if err != nil {
		return nil, refusal(err)
	}
	may := func(word string) bool { return scopes == nil || slices.Contains(scopes, word) }
	claims := map[string]any{}
	if may(scope.Profile) {
		claims["preferred_username"] = p.Name
		if p.RealName != "" {
			claims["name"] = p.RealName
		}
	}
	if may(scope.Email) && p.Email != "" {
		claims["email"] = p.Email
	}
	if may(scope.Groups) {
		claims["groups"] = p.Groups
	}
	return claims, nil
}
