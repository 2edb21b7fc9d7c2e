// Package core4 is the door of core4's clients: who they are (login, tokens,
// cookies), what they may do (permissions of handlers and tenants), and the
// users and roles behind it. It is separate, like every dialect, so that what
// one client community expects stays in one place; and it decides nothing but
// whether a permission that the auth service gave opens one of its handlers.
package core4

import (
	"cmp"
	"log/slog"
	"net/http"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// Roots are where core4's own containers are. Demonstrations have more.
const (
	Root      = "/core4/api/v1"
	aliasRoot = "/core4/api"
	outerRoot = "/core4"
)

// Door is what core4's clients may put into headers. A password or a token of
// core4 may also come as arguments or as a cookie, which is this package's to read.
var Door = edge.Door{
	Basic: true, Bearer: true, Accept: []authapi.Kind{authapi.KindCore4JWT, authapi.KindAPIKey},
	Header: "X-API-Key", Scoped: true,
}

// Deps is what the dialect needs of the gateway.
type Deps struct {
	Backend backend.Backend
	Prover  edge.Prover
	Peer    func(*http.Request) authapi.Peer
	URLs    func(*http.Request) string  // how clients reach this server
	Cross   *http.CrossOriginProtection // which pages may change things for who has a cookie
	Version string                      // of this program
	Now     func() time.Time
	Log     *slog.Logger

	// Refresh is core4's api.token.refresh: a token older than this is
	// followed by a new one. Zero: an hour.
	Refresh time.Duration
	// LoginRedirect is core4's api.login_redirect: auto, always or never.
	LoginRedirect string
	AllowOrigin   string // core4's api.allow_origin; empty: every origin
	Contact       string // whom people may ask; shown on pages of errors
	Demo          bool   // with the containers of core4's manual
}

// door is the dialect at work.
type door struct {
	Deps
	sets sets
}

// Containers are core4's API, its names without a version, and what answers
// for paths that are nobody's.
func Containers(deps Deps) []rest.Container {
	deps.Refresh = cmp.Or(deps.Refresh, time.Hour)
	deps.LoginRedirect = cmp.Or(deps.LoginRedirect, RedirectAuto)
	deps.AllowOrigin = cmp.Or(deps.AllowOrigin, "*")
	d := &door{Deps: deps}
	out := []rest.Container{
		d.container("core4", Root, "core4", d.standard(), d.administration()),
		d.container("core4-unversioned", aliasRoot, "core4 without a version", d.standard()),
		d.container("core4-rest", outerRoot, "core4's other paths"),
	}
	if deps.Demo {
		out = append(out, d.examples()...)
	}
	return out
}

func (d *door) container(name, root, title string, rules ...[]Rule) rest.Container {
	c := rest.Container{
		Name: name, Root: root, Title: title, Doc: "In the form of core4's REST interface.",
		Authenticate: d.authenticate, Errors: d.writeError, Wrap: d.begin(root), MaxBody: maxBody,
	}
	for _, list := range rules {
		c.Routes = append(c.Routes, d.routes(root, list)...)
	}
	return c
}

// standard are the rules that every container has, so that one can sign in
// where one works.
func (d *door) standard() []Rule {
	login := d.loginHandler()
	return []Rule{
		{"/login", login}, {"/reset", login},
		{"/logout", d.logoutHandler()},
		{"/profile", d.profileHandler()},
	}
}
