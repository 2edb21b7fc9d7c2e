package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/doctext"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Container is a bundle of handlers that share a root.
type Container struct {
	// Name is qualified, as "core4.api.v1.server.CoreApiServer": filters,
	// settings and permissions for files mean it.
	Name string
	// Root is the prefix of all paths, with or without slashes around it.
	// Empty is the project's name, "/" the root of the server.
	Root     string
	Title    string
	Rules    []Rule
	Disabled bool   // unless configuration sets enabled
	Version  string // of the project; empty: the program's, or "dev"
	// Files are the project's, for templates and static files; nil: none.
	Files fs.FS
	// Examples are conversations about methods of the rules' handlers: the name
	// of one is "GET " and the rule's pattern.
	Examples rest.Examples
	// OnEnter is called before the first request and OnExit after the last.
	OnEnter, OnExit func(context.Context) error
}

func (c *Container) project() string { return project(c.Name) }

// root is the container's, as rest takes it.
func (c *Container) root() string {
	trimmed := strings.Trim(cmp.Or(c.Root, c.project()), "/")
	if trimmed == "" {
		return ""
	}
	return "/" + trimmed
}

// configure is the container with what configuration sets below its name.
func (s *server) configure(c Container) (Container, error) {
	settings := section(s.Config, c.Name)
	warnUnknown(s.Log, c.Name, settings, "enabled", "root")
	enabled, err := truthSetting(settings, "enabled", !c.Disabled)
	c.Disabled = !enabled
	if root, ok := textSetting(settings, "root"); ok {
		c.Root = cmp.Or(root, "/") // an empty one is set on purpose
	}
	c.Version, c.Title = cmp.Or(c.Version, s.Version, "dev"), cmp.Or(c.Title, c.Name)
	if !strings.Contains(c.Name, ".") {
		err = errNoName
	}
	return c, err
}

var errNoName = errors.New("it wants a name, with dots: that of its project comes first")

// container makes one ready: a table whose rows its mapper chooses.
func (s *server) container(c Container) (rest.Container, error) {
	m := &mapper{Container: c, root: c.root()}
	out := rest.Container{
		Name: c.Name, Root: m.root, Title: c.Title, Doc: "In the form of core4's REST interface.",
		Authenticate: s.asker(), Errors: s.writeError, Wrap: s.begin(m), MaxBody: maxBody, Find: m.find,
		OpenAPI: "/_info/openapi.json", OnEnter: c.OnEnter, OnExit: c.OnExit,
	}
	s.mappers = append(s.mappers, m)
	errs := []error{c.knowsExamples()}
	own := s.pages()
	for i, rule := range slices.Concat(own, c.Rules, s.Standard) {
		r, err := s.resource(m, rule)
		if err == nil {
			r.standard = i < len(own) || i >= len(own)+len(c.Rules)
			err = m.add(r)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("rule [%s]: %w", rule.Pattern, err))
		}
	}
	out.Cards, out.Handlers = m.cards(), m.handlers()
	out.Routes = append([]rest.Route{s.optionsRoute(m.root)}, s.routes(m)...)
	return out, errors.Join(errs...)
}

// routes are the rows of a container's resources. The handler's own permission
// is checked behind the access rule, which only sees to it that somebody is
// known.
func (s *server) routes(m *mapper) []rest.Route {
	var out []rest.Route
	for _, r := range m.resources {
		access := who.Authenticated
		if r.Public {
			access = who.Public
		}
		route := rest.Raw(strings.TrimSpace(r.pattern.method+" "+r.pattern.shown), access, r.doc(), s.serve)
		route.Unasked = r.Public && !r.asks
		route.Methods = r.takes(r.pattern.method)
		out = append(out, route)
	}
	return out
}

func (s *server) optionsRoute(root string) rest.Route {
	example := rest.Example{Conversation: doctext.Fields{"root": root}.Fill(optionsExample)}
	options := rest.Raw("/{rest...}", who.Public, rest.Doc{Title: "Methods of a path", Tags: []string{"core4"}, Examples: []rest.Example{example},
		Text: "`OPTIONS` says which methods a path has. Everything else that comes here is to a path that is nobody's."}, s.options)
	options.Unasked = true
	return options
}

// options tells what there is, to programs in browsers before they ask; and
// that a method is none.
func (s *server) options(w http.ResponseWriter, r *http.Request) error {
	if !known(r.Method) {
		w.Header().Set("Allow", allowed(methods))
		return errMethod
	}
	w.Header().Set("Allow", allowed(s.call(w, r).takes))
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusOK)
	return nil
}
