package core4

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// authenticate finds out who asks for a protected handler. A header decides
// alone, even if it is wrong; without one the arguments are looked at, and
// then the cookie.
func (d *door) authenticate(w http.ResponseWriter, r *http.Request) (who.Principal, error) {
	c := d.call(w, r)
	if !slices.Contains(methods, r.Method) {
		w.Header().Set("Allow", strings.Join(methods, ", "))
		return who.Principal{}, fault.New(fault.Unsupported, "request.method", "Method Not Allowed").WithStatus(http.StatusMethodNotAllowed)
	}
	c.r, c.asked = r, true
	var err error
	c.proven, err = d.Prover.Prove(Door, r)
	switch inHeader := len(r.Header.Values("Authorization")) > 0; {
	case err != nil || !c.proven.Principal.Anonymous():
	case inHeader:
		err = errUnreadable
	default:
		if err = c.read(); err == nil {
			c.proven, err = d.resolve(c, credentialOf(c.args, r), false)
		}
	}
	if err != nil {
		return who.Principal{}, err
	}
	edge.Note(r.Context(), c.proven)
	d.renew(c)
	return c.proven.Principal, nil
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
func credentialOf(args arguments, r *http.Request) credential {
	if token := args.text("token"); token != "" {
		delete(args, "token")
		return credential{token: token, kind: authapi.KindCore4JWT}
	}
	if name, password := args.text("username"), args.text("password"); name != "" && password != "" {
		delete(args, "username")
		delete(args, "password")
		return credential{name: name, password: password}
	}
	if cookie, err := r.Cookie(cookieName); err == nil && cookie.Value != "" {
		return credential{token: cookie.Value, kind: authapi.KindCore4Seal}
	}
	return credential{}
}

// resolve asks whose a credential is. What came by cookie came by itself, so
// that a change must come from a page of our own.
func (d *door) resolve(c *Call, shown credential, login bool) (edge.Proven, error) {
	var got authapi.Resolved
	var err error
	switch {
	case shown == (credential{}):
		return edge.Proven{}, nil
	case shown.kind == "":
		got, err = d.Backend.Credentials.Password(c.ctx(), authapi.PasswordProof{
			Name: shown.name, Password: shown.password, Peer: d.Peer(c.r), Login: login})
	case shown.kind == authapi.KindCore4Seal && d.Cross.Check(c.r) != nil:
		return edge.Proven{}, fault.New(fault.Denied, "request.cross_origin", "Another site's page may not do this.")
	default:
		got, err = d.Backend.Credentials.Token(c.ctx(), authapi.TokenProof{
			Value: shown.token, Accept: []authapi.Kind{shown.kind}, Peer: d.Peer(c.r)})
	}
	if err != nil {
		return edge.Proven{}, err
	}
	if shown.kind == authapi.KindCore4Seal {
		c.setCookie(shown.token)
	}
	return edge.Proven{Principal: got.Principal, Facts: got.Facts, Resolved: &got}, nil
}

// renew gives whoever came with a token of core4 that is no longer fresh a new
// one. The one they came with is good to its own end.
func (d *door) renew(c *Call) {
	if !isCore4(c.proven) || d.Now().Sub(c.proven.Resolved.Issued) <= d.Refresh {
		return
	}
	if _, err := d.issue(c, c.proven); err != nil {
		d.Log.WarnContext(c.ctx(), "a token of core4 was not renewed", "reason", err)
	}
}

// isCore4 reports whether a caller showed a token that core4's login gave.
func isCore4(p edge.Proven) bool {
	return p.Resolved != nil && p.Principal.Method == who.MethodSession && !p.Resolved.Issued.IsZero()
}

// issue makes a token that continues a credential, and puts it where clients
// look for it.
func (d *door) issue(c *Call, p edge.Proven) (string, error) {
	made, err := d.Backend.Core4.IssueCore4(service(c.ctx()), authapi.Core4Request{User: p.Principal.ID, Position: p.Facts.Position})
	if err != nil {
		return "", err
	}
	c.w.Header().Set("Token", made.Token)
	c.setCookie(made.Cookie)
	return made.Token, nil
}

// cookieLife is how long browsers keep the cookie. The token in it ends sooner.
const cookieLife = 30 * 24 * time.Hour

func (c *Call) setCookie(sealed string) {
	c.putCookie(&http.Cookie{Value: sealed, Quoted: true, Expires: c.door.Now().Add(cookieLife)})
}

// dropCookie takes the cookie away, also one that this answer was to set.
func (c *Call) dropCookie() {
	c.putCookie(&http.Cookie{MaxAge: -1, Expires: time.Unix(1, 0)})
}

func (c *Call) putCookie(cookie *http.Cookie) {
	cookie.Name, cookie.Path, cookie.HttpOnly, cookie.SameSite = cookieName, "/", true, http.SameSiteLaxMode
	cookie.Secure = strings.HasPrefix(c.door.URLs(c.r), "https://")
	c.w.Header()["Set-Cookie"] = []string{cookie.String()}
}

// service is a context in which the gateway itself asks.
func service(ctx context.Context) context.Context { return who.With(ctx, who.Component("gateway")) }
