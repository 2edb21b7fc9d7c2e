// Package core4 is the door of core4's clients: who they are (login, tokens,
// cookies), what they may do (permissions of handlers and tenants), and the
// users and roles behind it. It is separate, like every dialect, so that what
// one client community expects stays in one place; and it decides nothing but
// whether a permission that the auth service gave opens one of its handlers.
package core4

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/app/demo"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4/channel"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4/jobdef"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4/tally"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
	"github.com/heddle-dev/heddle/services/gateway/internal/outputs"
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
	Config  map[string]any // core4's tree of settings

	Tokens Tokens
	// LoginRedirect is core4's api.login_redirect: auto, always or never.
	LoginRedirect string
	AllowOrigin   string // core4's api.allow_origin; empty: every origin
	Contact       string // whom people may ask; shown on pages of errors
	Demo          bool   // with the containers of core4's manual

	Events tally.Events // of jobs
	Jobs   jobdef.Set   // the kinds of jobs that may be started by name
	Users  Values       // what users keep for themselves, each under their id
	// Documents has the tree of /store, which is one value.
	Documents Values
	// AvatarLimit is the most bytes of a picture; 0: 256 KiB.
	AvatarLimit int
	Messages    channel.Store // what is said in channels
	Channels    channel.Limits
	// ChannelPermissions: who uses a channel needs app://channel/NAME.
	ChannelPermissions bool
	// Joined and FirstSeen are for listings: see app.Env. Kinds of jobs are
	// those of the owner KindsOwner.
	Joined    func() []app.Joined
	FirstSeen func(owner, id string) time.Time
	Outputs   *outputs.Hub    // reads what jobs write, for all who follow it
	Closing   <-chan struct{} // closed when the gateway is about to go; streams end then
	Began     time.Time       // when Jobs were read; Containers sets it
}

// Values keeps values of owners, each under a name. Get returns nil and
// version 0 if there is nothing; Put stores a value in place of the version
// that was read (nil removes it), or is refused as a Conflict.
type Values interface {
	Get(ctx context.Context, owner, name string) (value []byte, version uint64, err error)
	Put(ctx context.Context, owner, name string, value []byte, version uint64) error
}

// door is the dialect at work.
type door struct {
	Deps
	tally    *tally.Tally
	channels *channel.Hub
	summary  *queueSummary
	// queueEvents tells what happens to single jobs.
	queueEvents *queueEvents
}

// Containers are core4's API, its names without a version, and what answers
// for paths that are nobody's.
func Containers(deps Deps) ([]rest.Container, error) {
	deps.LoginRedirect = cmp.Or(deps.LoginRedirect, RedirectAuto)
	deps.Began = deps.Now()
	deps.AvatarLimit = cmp.Or(deps.AvatarLimit, 256<<10)
	d := &door{Deps: deps, tally: tally.New(deps.Events),
		channels: channel.NewHub(deps.Messages, deps.Channels, deps.Now, deps.Closing)}
	d.summary = newQueueSummary(d, cmp.Or(deps.Channels.Interval, 3*time.Second))
	d.queueEvents = newQueueEvents(d)
	list := []app.Container{
		{Name: "core4.api.v1.server.CoreApiServer", Root: Root, Title: "core4", Rules: slices.Concat(d.administration(), d.counting(), d.work(), d.settingRules(), d.avatarRules(), d.storeRules(), d.logRules(), d.installation(), d.events())},
		{Name: "core4.api.server.Unversioned", Root: aliasRoot, Title: "core4 without a version"},
		{Name: "core4.server.OtherPaths", Root: outerRoot, Title: "core4's other paths"},
	}
	if deps.Demo {
		list = append(list, demo.Containers()...)
	}
	return app.Containers(app.Env{
		Authenticate: d.authenticate, Permissions: d.permissions, Unknown: d.unknown,
		Joined: deps.Joined, FirstSeen: deps.FirstSeen, URLs: deps.URLs, TokenExpires: func(c *app.Call) time.Time { return edge.From(c.Context()).Facts.Expires }, Standard: d.standard(),
		Version: deps.Version, AllowOrigin: deps.AllowOrigin, Contact: deps.Contact, Now: deps.Now, Log: deps.Log, Config: deps.Config,
	}, list...)
}

// author of the handlers that are part of the program.
const author = "Heddle"

// standard are the rules that every container has, so that one can sign in
// where one works.
func (d *door) standard() []app.Rule {
	login := d.loginHandler()
	return []app.Rule{
		{Pattern: "/login", Handler: login}, {Pattern: "/reset", Handler: login},
		{Pattern: "/logout", Handler: d.logoutHandler()},
		{Pattern: "/profile", Handler: d.profileHandler()},
	}
}
