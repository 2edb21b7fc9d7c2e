package core4

import (
	"context"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// authenticate finds out who asks for a protected handler. A header decides
// alone, even if it is wrong; without one the arguments are looked at, and
// then the cookie.
func (d *door) authenticate(c *app.Call) (who.Principal, error) {
	r := c.Request()
	if known := edge.From(r.Context()).Principal; !known.Anonymous() {
		return known, nil // who handed the request on has found out
	}
	proven, err := d.Prover.Prove(Door, r)
	switch inHeader := len(r.Header.Values("Authorization")) > 0; {
	case err != nil || !proven.Principal.Anonymous():
	case inHeader:
		err = errUnreadable
	default:
		if err = c.Read(); err == nil {
			proven, err = d.resolve(c, credentialOf(c.Args, r), false)
		}
	}
	if err != nil {
		return who.Principal{}, err
	}
	edge.Note(r.Context(), proven)
	d.Tokens.Renew(c.Header(), r, proven)
	return proven.Principal, nil
}

// permissions are the caller's. The auth service says them with what it
// resolves; our own access tokens do not carry them.
func (d *door) permissions(c *app.Call) ([]string, error) {
	if resolved := edge.From(c.Context()).Resolved; resolved != nil {
		return resolved.Permissions, nil
	}
	me, err := d.Backend.Profiles.Me(c.Context(), authapi.Empty{})
	return me.PermissionsTotal, err
}

// credential is what a request shows beside its headers; the zero one is nothing.
type credential struct {
	name, password string
	token          string
	kind           authapi.Kind // of the token
}

// cookieName is that of the cookie with the sealed token.
const cookieName = "token"

// credentialOf takes what is there first: the argument token, both of username
// and password, the cookie. Arguments that are used are no longer there for
// the handler; a username that is none of the caller's own stays.
func credentialOf(args arg.Values, r *http.Request) credential {
	if token := args.Text("token"); token != "" {
		args.Remove("token")
		return credential{token: token, kind: authapi.KindCore4JWT}
	}
	if name, password := args.Text("username"), args.Text("password"); name != "" && password != "" {
		args.Remove("username", "password")
		return credential{name: name, password: password}
	}
	if cookie, err := r.Cookie(cookieName); err == nil && cookie.Value != "" {
		return credential{token: cookie.Value, kind: authapi.KindCore4Seal}
	}
	return credential{}
}

// resolve asks whose a credential is. What came by cookie came by itself, so
// that a change must come from a page of our own.
func (d *door) resolve(c *app.Call, shown credential, login bool) (edge.Proven, error) {
	var got authapi.Resolved
	var err error
	switch {
	case shown == (credential{}):
		return edge.Proven{}, nil
	case shown.kind == "":
		got, err = d.Backend.Credentials.Password(c.Context(), authapi.PasswordProof{
			Name: shown.name, Password: shown.password, Peer: d.Peer(c.Request()), Login: login})
	case shown.kind == authapi.KindCore4Seal && d.otherPage(c.Request()):
		return edge.Proven{}, errOtherPage
	default:
		got, err = d.Backend.Credentials.Token(c.Context(), authapi.TokenProof{
			Value: shown.token, Accept: []authapi.Kind{shown.kind}, Peer: d.Peer(c.Request())})
	}
	if err != nil {
		return edge.Proven{}, err
	}
	if shown.kind == authapi.KindCore4Seal {
		d.Tokens.setCookie(c.Header(), c.Request(), shown.token)
	}
	return edge.Proven{Principal: got.Principal, Facts: got.Facts, Resolved: &got}, nil
}

// service is a context in which the gateway itself asks.
func service(ctx context.Context) context.Context { return who.With(ctx, who.Component("gateway")) }
