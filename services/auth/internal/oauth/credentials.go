package oauth

import (
	"context"
	"slices"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/clientauth"
	"github.com/heddle-dev/heddle/services/auth/internal/scope"
)

// credentials gives a client a token of the user that it runs as. There is no
// grant, since nobody granted it, and so no refresh token.
func (s *Server) credentials(ctx context.Context, x exchange) (authapi.Tokens, error) {
	c := x.client
	if c.Public() || c.RunAs == "" {
		return authapi.Tokens{}, authapi.Refuse(authapi.UnauthorizedClient, "The client has no user to run as.")
	}
	asked, err := x.scopes(c)
	if err != nil {
		return authapi.Tokens{}, err
	}
	if err := s.knownSetup(x.params["setup"]); err != nil {
		return authapi.Tokens{}, err
	}
	r, err := s.role(ctx, c.RunAs, asked.Group, asked)
	if err != nil {
		return authapi.Tokens{}, denied(err)
	}
	setup, err := s.setup(r.group, x.params["setup"], "")
	if err != nil {
		return authapi.Tokens{}, denied(err)
	}
	thumb, err := x.thumb(asked.Has(scope.Bound))
	if err != nil {
		return authapi.Tokens{}, err
	}
	r.asked.Plain = without(r.asked.Plain, scope.OpenID, scope.OfflineAccess)
	r.principal.Scopes = append([]string{}, r.asked.Words()...)
	// The older of the two views: what ended the client or the user since then
	// ends the token.
	position := min(c.Position, r.position)
	return s.access(x, issued{Rotated{Begun{User: c.RunAs, Client: c.ID, Group: r.group.Name, Setup: setup, Thumb: thumb}, 0, position}, r, ""})
}

func without(words []string, not ...string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(not, w) })
}

// certificate is DIRAC's login: a person with a certificate and no client. The
// checks and their order are those that its clients know.
func (s *Server) certificate(ctx context.Context, p params, peer authapi.Peer) (authapi.Tokens, error) {
	group, err := p.need("group")
	if err != nil {
		return authapi.Tokens{}, err
	}
	setup, err := p.need("setup")
	if err != nil {
		return authapi.Tokens{}, err
	}
	if peer.Certificate == nil || !peer.Certificate.Trusted || !s.Now().Before(peer.Certificate.Expires) {
		return authapi.Tokens{}, unknownBearer("A client certificate of a known authority is needed.")
	}
	user, err := s.Users.ByCertificate(ctx, peer.Certificate.DN)
	if err != nil {
		return authapi.Tokens{}, bearer(err)
	}
	asked, err := p.scopes(clientauth.Client{})
	if err != nil {
		return authapi.Tokens{}, err
	}
	r, err := s.role(ctx, user, group, asked)
	if err != nil {
		return authapi.Tokens{}, bearer(err)
	}
	if !slices.Contains(s.setups(r.group), setup) {
		return authapi.Tokens{}, unknownBearer("The setup is not known, or not open to the group.")
	}
	return s.certified(ctx, peer, r, setup)
}

func (s *Server) certified(_ context.Context, peer authapi.Peer, r role, setup string) (authapi.Tokens, error) {
	r.asked.Plain = without(r.asked.Plain, scope.OpenID, scope.OfflineAccess)
	r.principal.Scopes = append([]string{}, r.asked.Words()...)
	r.principal.DN, r.principal.Limited = peer.Certificate.DN, peer.Certificate.Limited
	x := exchange{form: authapi.FormDIRAC, peer: peer}
	thumb, err := x.thumb(r.asked.Has(scope.Bound))
	if err != nil {
		return authapi.Tokens{}, err
	}
	t, err := s.access(x, issued{Rotated{Begun{User: r.principal.ID, Group: r.group.Name, Setup: setup, Thumb: thumb}, 0, r.position}, r, ""})
	t.Token = t.AccessToken
	return t, err
}

// bearer is why a certificate's holder gets nothing; which of them it was is
// not told.
func bearer(err error) error {
	if code := authapi.ErrorCode(denied(err)); code == authapi.InvalidGrant {
		return unknownBearer("The certificate belongs to nobody, or to nobody in that group.")
	}
	return refusal(err)
}

func unknownBearer(text string) *fault.Error {
	return authapi.Refuse(authapi.InvalidClient, "%s", text).WithStatus(401)
}
