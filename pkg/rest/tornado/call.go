package tornado

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/who"
)

// Call is what an endpoint may ask about the request that it answers.
type Call struct {
	target  *target
	args    Args
	request *http.Request
	raw     bool // the answer is wanted as bytes
}

type callKey struct{}

// From is the call of an endpoint's context. It panics in a context that is
// not an endpoint's.
func From(ctx context.Context) *Call { return ctx.Value(callKey{}).(*Call) }

// Credentials are what is known of a caller, in DIRAC's words. The zero
// Credentials are an anonymous caller's.
type Credentials struct {
	DN, Username, Group string
	VO, Setup           string
	Properties          []string
	ID                  string // never used again for anybody else
	Method              string // one of who.Method…
}

// Credentials are the caller's: getRemoteCredentials.
func (c *Call) Credentials(ctx context.Context) Credentials {
	p := who.From(ctx)
	return Credentials{p.DN, p.Name, p.Group, p.VO, p.Setup, slices.Clone(p.Properties), p.ID, p.Method}
}

// Registered reports whether the caller is a user who is known here.
func (c Credentials) Registered() bool { return c.ID != "" }

// Has reports whether the caller's group entitles to a property.
func (c Credentials) Has(property string) bool {
	return slices.ContainsFunc(c.Properties, func(one string) bool { return strings.EqualFold(one, property) })
}

// Address is where the request came from, without a port: getRemoteAddress.
func (c *Call) Address() string { return c.target.app.cfg.Address(c.request) }

// Info is about the handler.
func (c *Call) Info() Info {
	i := c.target.api.info
	i.URLs, i.Grants, i.Authorization = slices.Clone(i.URLs), slices.Clone(i.Grants), slices.Clone(i.Authorization)
	return i
}

// Method is the endpoint's name with its prefix: "get_job".
func (c *Call) Method() string { return c.target.Endpoint.String() }

// Option is an option of the configuration, or otherwise: getCSOption. A name
// that begins with a slash is the whole path; any other belongs to the
// handler's section.
func (c *Call) Option(name, otherwise string) string {
	if !strings.HasPrefix(name, "/") {
		name = c.target.api.info.ConfigSection + "/" + name
	}
	if v, ok := c.target.app.cfg.Option(path.Clean(name)); ok {
		return v
	}
	return otherwise
}

// URL is a path of the handler as clients reach it on this server: "job/7"
// below the handler's location, "/job/7" below the container's root.
func (c *Call) URL(format string, args ...any) string {
	at := fmt.Sprintf(format, args...)
	if !strings.HasPrefix(at, "/") {
		at = path.Join("/", c.target.api.meta.Base, c.target.api.meta.Location, at)
	}
	return strings.TrimSuffix(c.target.app.cfg.Root, "/") + at
}

// Log is the handler's own log.
func (c *Call) Log() *slog.Logger { return c.target.api.log }

// leveled is a log with a level of its own.
type leveled struct {
	slog.Handler
	least slog.Level
}

func (l leveled) Enabled(_ context.Context, at slog.Level) bool { return at >= l.least }

func (l leveled) WithAttrs(as []slog.Attr) slog.Handler {
	return leveled{l.Handler.WithAttrs(as), l.least}
}

func (l leveled) WithGroup(name string) slog.Handler {
	return leveled{l.Handler.WithGroup(name), l.least}
}
