// Package native is Heddle's own REST API: jobs, storages and events as the
// services know them, with problem details for errors, cursors for pages and
// entity tags for versions. It is the clean door beside the dialects, for the
// command line, the console and whoever begins today.
package native

import (
	"context"
	"embed"
	"net/http"
	"slices"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
	"github.com/heddle-dev/heddle/services/gateway/internal/follow"
	"github.com/heddle-dev/heddle/services/gateway/internal/outputs"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Root is where the API lives.
const Root = "/api/v1"

// Events lets somebody follow what happens; *follow.Hub does.
type Events interface {
	Follow(context.Context, follow.Query, follow.Sink) error
}

// Outputs lets people follow what jobs write; *outputs.Hub does.
type Outputs interface {
	May(ctx context.Context, j jobsapi.Job) error
	Follow(ctx context.Context, j jobsapi.Job, file string, at outputs.Position, sink outputs.Sink) (jobsapi.Job, error)
	Tail(ctx context.Context, j jobsapi.Job, file string, lines int) (offset int64, err error)
}

// Deps is what the door needs of the gateway. All fields are required.
type Deps struct {
	Backend backend.Backend
	Events  Events
	Outputs Outputs
	Prover  edge.Prover
	URLs    func(*http.Request) string // how clients reach this server, without a slash at the end
	// Document describes a container in OpenAPI 3.1, as it is reached at a URL.
	Document func(c rest.Container, url string) ([]byte, error)
	// Closing is closed when the gateway begins to shut down: those who wait
	// are answered at once.
	Closing <-chan struct{}
	// Apps lists the doors and the programs that have joined.
	Apps func() []App
}

// Door is what the API takes.
var Door = edge.Door{Basic: true, Bearer: true, Accept: []authapi.Kind{authapi.KindAPIKey, authapi.KindUpstream}, Header: "X-API-Key", Scoped: true}

type door struct{ Deps }

// Container returns the API.
func Container(d Deps) rest.Container {
	n := &door{d}
	c := rest.Container{
		Name: "native", Root: Root, Title: "Heddle",
		Doc:          introduction,
		Authenticate: edge.Authenticate(d.Prover, Door),
		Wrap:         n.withPlace,
		ExactQuery:   true,
	}
	c.Routes = slices.Concat(n.accountRoutes(), n.meRoutes(), n.tokenRoutes(), n.jobRoutes(), n.bulkRoutes(), n.countRoutes(), n.outputRoutes(), n.storageRoutes(),
		n.fileRoutes(), n.eventRoutes(), n.appRoutes(), n.adminRoutes())
	c = rest.MustExamples(examples, "examples/*.http").Of(c)
	c.Routes = append(c.Routes, n.openAPI(c)) // which describes those above it
	return c
}

//go:embed examples
var examples embed.FS

const introduction = `Heddle runs jobs and keeps their files. Everything that happens is an event.

**Credentials.** Send ` + "`Authorization: Bearer TOKEN`" + ` with a token of ` + "`POST /login`" + ` or an API key of ` + "`POST /tokens`" + ` (` + "`X-API-Key: KEY`" + ` will do too), or Basic credentials with every request.

**Errors** are problem details (RFC 9457): ` + "`code`" + ` is for programs and stable, ` + "`detail`" + ` for people, ` + "`fields`" + ` names what was wrong. With 503 or 429 comes ` + "`Retry-After`" + `.

**Pages** end with a cursor in ` + "`next`" + ` (and a ` + "`Link`" + ` header) as long as there is more; it stays good while things come and go.

**Your own writes** are never missed: an answer reflects everything that was acknowledged before the request.`

// place is where a request came in, for links in its answer.
type place struct {
	base string // the API's own URL, without a slash at the end
	r    *http.Request
}

type placeKey struct{}

func (d *door) withPlace(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := place{d.URLs(r) + Root, r}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), placeKey{}, p)))
	})
}

func placeOf(ctx context.Context) place {
	p, _ := ctx.Value(placeKey{}).(place)
	return p
}

// next is the Link header to the page behind the cursor, which replaces the
// parameter name in the request's own query.
func (p place) next(path, name, cursor string) string {
	q := p.r.URL.Query()
	q.Set(name, cursor)
	return "<" + p.base + path + "?" + q.Encode() + `>; rel="next"`
}
