package app

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/keytext"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// Certificate implements authapi.Credentials. A chain that the gateway did not
// find good proves nothing, whatever name is on it.
func (a *App) Certificate(ctx context.Context, r authapi.CertificateProof) (authapi.Resolved, error) {
	c := r.Certificate
	if !c.Trusted || c.DN == "" || !a.Now().Before(c.Expires) {
		return authapi.Resolved{}, notValid()
	}
	u, err := a.person(ctx, func(ctx context.Context) (view.User, error) { return a.View.UserByCertificate(ctx, c.DN) })
	if err != nil {
		return authapi.Resolved{}, unknown(err)
	}
	out, err := a.resolved(ctx, u, who.MethodCertificate, r.Group)
	if err != nil {
		return authapi.Resolved{}, unknown(err)
	}
	if r.Login {
		if err := a.signedIn(ctx, u, who.MethodCertificate, ""); err != nil {
			return authapi.Resolved{}, err
		}
	}
	out.Principal.DN, out.Principal.Limited = c.DN, c.Limited
	out.Facts.Expires = c.Expires
	return out, nil
}

// resolvers open the kinds of bearer values. Each judges its own alone.
func (a *App) resolvers() map[authapi.Kind]func(context.Context, authapi.TokenProof) (authapi.Resolved, error) {
	return map[authapi.Kind]func(context.Context, authapi.TokenProof) (authapi.Resolved, error){
		authapi.KindAPIKey:    a.resolveAPIKey,
		authapi.KindCore4JWT:  a.resolveCore4,
		authapi.KindCore4Seal: a.resolveCore4,
		authapi.KindSiteJWT:   a.resolveSiteJWT,
		authapi.KindUserJWT:   a.resolveUserJWT,
		authapi.KindUpstream:  a.resolveUpstream,
	}
}

// Token implements authapi.Credentials. The value's looks say which kind it
// claims to be, and only that one is tried: what is not on the door's list is
// not opened.
func (a *App) Token(ctx context.Context, r authapi.TokenProof) (authapi.Resolved, error) {
	kind := kindOf(r.Value)
	resolve, found := a.resolvers()[kind]
	if !found || !slices.Contains(r.Accept, kind) {
		return authapi.Resolved{}, notValid()
	}
	out, err := resolve(ctx, r)
	if err != nil {
		return authapi.Resolved{}, unknown(err)
	}
	return out, nil
}

// kindOf tells the kinds apart by their outside. Nothing is believed yet.
func kindOf(value string) authapi.Kind {
	switch {
	case strings.HasPrefix(value, keytext.Prefix):
		return authapi.KindAPIKey
	case strings.HasPrefix(value, "2|"):
		return authapi.KindCore4Seal
	}
	var header struct {
		Alg string `json:"alg"`
	}
	var claims struct {
		Delegate string `json:"etd"` // UNICORE's: whether a server may act on with it
	}
	parts := strings.Split(value, ".")
	if len(parts) != 3 || !readPart(parts[0], &header) || !readPart(parts[1], &claims) {
		return ""
	}
	switch {
	case header.Alg == "HS512":
		return authapi.KindCore4JWT
	case claims.Delegate == "true":
		return authapi.KindSiteJWT
	case claims.Delegate == "false":
		return authapi.KindUserJWT
	default:
		return authapi.KindUpstream
	}
}

func readPart(text string, v any) bool {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	return err == nil && json.Unmarshal(raw, v) == nil
}

// unknown turns "there is no such user" into the one refusal.
func unknown(err error) error {
	if errors.Is(err, view.ErrNone) {
		return notValid()
	}
	return problem(err)
}

// notValid is the one answer to a credential that opens nothing.
func notValid() error {
	return fault.New(fault.Unauthenticated, "auth.wrong", "The credentials are not valid.")
}
