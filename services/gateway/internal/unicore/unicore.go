// Package unicore speaks the REST API of a UNICORE site: it translates
// between UNICORE's resources and Heddle's services, and decides nothing. It
// is separate, like every dialect, so that what one client community expects
// stays in one place.
package unicore

import (
	"context"
	"embed"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
	"github.com/heddle-dev/heddle/services/gateway/internal/session"
)

// Sessions remembers who has proved who they are, so that they need not with
// every request.
type Sessions interface {
	// Begin opens a session for a caller who has proved who they are.
	Begin(context.Context, authapi.Resolved) (session.Ticket, error)
	// Resume says whose session it is and how long it will live;
	// session.ErrNone means that it is over, or never was.
	Resume(ctx context.Context, id string) (authapi.Resolved, session.Ticket, error)
	// Check is session.ErrNone if a session that began with these facts is over.
	Check(who.Facts) error
}

// Kept is a durable place for what users make at this door, as one text for
// each of them. What changes at the same time elsewhere is a Conflict.
type Kept interface {
	// Get returns the text and its version for Put; without one it is nil and 0.
	Get(ctx context.Context, owner, name string) (text []byte, version uint64, err error)
	// Put stores a text in place of the version that was read.
	Put(ctx context.Context, owner, name string, text []byte, version uint64) error
}

// Deps is what the dialect needs of the gateway. All fields are required.
type Deps struct {
	Site        string   // the site's name: first element of its URLs
	Sites       []string // all sites of this server, its own among them; nil: there is no other
	Version     string   // of this program
	Backend     backend.Backend
	Prover      edge.Prover
	Sessions    Sessions
	URLs        func(*http.Request) string // how clients reach this server, e.g. https://host:8080
	Certificate func() []byte              // the server's certificate, as PEM
	Now         func() time.Time
	Log         *slog.Logger
	Issuer      Issuer
	Kept        Kept     // what users have made at this door
	Methods     []string // of Methods, by which users may come in; none: all
}

// door is the dialect at work.
type door struct {
	Deps
	takes  edge.Door
	since  time.Time
	recent recent
}

func newDoor(d Deps) *door { return &door{Deps: d, takes: Door(d.Methods), since: d.Now()} }

// further reports whether the site is another than the server's first, which
// shows the jobs of all sites.
func (d *door) further() bool { return len(d.Sites) > 0 && d.Sites[0] != d.Site }

// name and title are those of a container, which a further site has too.
func (d *door) name(of string) string {
	if d.further() {
		return of + "-" + d.Site
	}
	return of
}

func (d *door) title(of string) string {
	if d.further() {
		return of + " of " + d.Site
	}
	return of
}

// Container returns the site's core services, rooted at /SITE/rest/core.
func Container(d Deps) rest.Container {
	s := newDoor(d)
	return rest.MustExamples(examples, "examples/*.http").Of(rest.Container{
		Name:         s.name("unicore"),
		Root:         Address("", d.Site),
		Title:        s.title("UNICORE core services"),
		Doc:          "Jobs, storages and files of the site " + d.Site + ", as UNICORE clients expect them.",
		Authenticate: s.authenticate,
		Errors:       s.writeError,
		Wrap:         withCaller,
		Routes: slices.Concat(s.baseRoutes(), s.utilities(), s.siteRoutes(), s.jobRoutes(),
			s.storageRoutes(), s.fileRoutes(), s.emptyRoutes(), s.missingRoutes()),
	})
}

//go:embed examples
var examples embed.FS

// Workflows returns what is there of the site's workflow services, rooted at
// /SITE/rest/workflows.
func Workflows(d Deps) rest.Container {
	s := newDoor(d)
	return rest.MustExamples(examples, "examples/workflows/*.http").Of(rest.Container{
		Name:         s.name("unicore-workflows"),
		Root:         "/" + d.Site + "/rest/workflows",
		Title:        s.title("UNICORE workflow services"),
		Doc:          "Who you are, the certificate and the tokens of the site " + d.Site + ", where UNICORE's workflow clients look for them.",
		Authenticate: s.authenticate,
		Errors:       s.writeError,
		Wrap:         withCaller,
		Routes:       append(s.utilities(), s.workflowRoutes()...),
	})
}

// timeFormat is how UNICORE writes a time.
const timeFormat = "2006-01-02T15:04:05-0700"

func stamp(t time.Time) string { return t.UTC().Format(timeFormat) }
