package rest

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/kitx"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/who"
)

// RouteInfo is one route of a server, for tests and listings.
type RouteInfo struct {
	Container string
	Method    string // "" is every method
	Pattern   string // with the container's root, without the method
	// Methods are those of a route for every method that say something; see Route.
	Methods []string
	Access  string // the rule's name
	// CrossOrigin is the route's own.
	CrossOrigin bool
	Doc         Doc
}

// Server serves containers. It is an http.Handler; timeouts and the size of
// headers are the http.Server's.
type Server struct {
	log    *slog.Logger
	mounts []*mount // longest root first
	nobody *mount   // answers where no container does
	routes []RouteInfo
}

// NewServer checks the tables and makes them ready. It fails, with all
// reasons at once, where two containers share a root, patterns clash, a route
// has no access rule or no title, or a request type cannot be bound.
func NewServer(log *slog.Logger, containers ...Container) (*Server, error) {
	s := &Server{log: log, nobody: &mount{log: log}}
	var errs []error
	roots := map[string]string{}
	for _, c := range containers {
		root := strings.TrimSuffix(c.Root, "/")
		if other, taken := roots[root]; taken {
			errs = append(errs, fmt.Errorf("rest: containers %s and %s share the root %q", other, c.Name, root))
			continue
		}
		roots[root] = c.Name
		m, err := s.mount(c, root)
		if err != nil {
			errs = append(errs, fmt.Errorf("rest: container %s: %w", c.Name, err))
			continue
		}
		s.mounts = append(s.mounts, m)
	}
	slices.SortStableFunc(s.mounts, func(a, b *mount) int { return len(b.root) - len(a.root) })
	return s, errors.Join(errs...)
}

func (s *Server) mount(c Container, root string) (*mount, error) {
	segs, err := parseSegments(root)
	if err != nil {
		return nil, fmt.Errorf("root %q: %w", c.Root, err)
	}
	m := &mount{Container: c, log: s.log}
	for _, seg := range segs {
		if seg.kind != literal {
			return nil, fmt.Errorf("root %q: a root has no wildcards", c.Root)
		}
		m.root = append(m.root, seg.text)
	}
	if m.MaxBody == 0 {
		m.MaxBody = 1 << 20
	}
	var errs []error
	for _, rt := range c.Routes {
		if err := s.add(m, root, rt); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", rt.Pattern, err))
		}
	}
	m.handler = http.HandlerFunc(m.serve)
	if c.Wrap != nil {
		m.handler = c.Wrap(m.handler)
	}
	return m, errors.Join(errs...)
}

func (s *Server) add(m *mount, root string, rt Route) error {
	p, err := parsePattern(rt.Pattern)
	switch {
	case err != nil:
		return err
	case !rt.Access.Valid():
		return errors.New("has no access rule")
	case rt.Doc.Title == "":
		return errors.New("has no title")
	case rt.Unasked && rt.Access.Check(who.Principal{}) != nil:
		return errors.New("asks nobody who they are, and is not public")
	case rt.impl == nil:
		return errors.New("was not made by Handle or Raw")
	case len(rt.Query) > 0 && isTyped(rt.impl):
		return errors.New("its struct says what it takes of the query")
	}
	full := fullPath(root, p)
	if m.Find != nil {
		p.wilds = nil
	}
	name := strings.TrimSpace(p.method + " " + full)
	kit, err := rt.impl.build(p)
	if err != nil {
		return err
	}
	kit = kitx.Standard(name, rt.Access, s.log)(kit)
	s.routes = append(s.routes, RouteInfo{m.Name, p.method, full, rt.Methods, rt.Access.Name, rt.CrossOrigin, rt.Doc})
	made := &route{info: s.routes[len(s.routes)-1], name: name, pattern: p, access: rt.Access, unasked: rt.Unasked, foreign: rt.CrossOrigin, query: rt.Query, ask: rt.Ask, kit: kit}
	if m.Find != nil {
		m.routes = append(m.routes, made)
		return nil
	}
	return m.tree.add(made)
}

// fullPath is the pattern under its root.
func fullPath(root string, p pattern) string {
	if len(p.segments) == 0 && root != "" {
		return root
	}
	return root + p.path()
}

// Routes lists every route, in the order of the tables.
func (s *Server) Routes() []RouteInfo { return slices.Clone(s.routes) }

// Has reports whether the request's path is under a container's root.
func (s *Server) Has(r *http.Request) bool {
	segs, _ := splitPath(r.URL.EscapedPath())
	for _, m := range s.mounts {
		if _, ok := m.under(segs); ok {
			return true
		}
	}
	return false
}

// CrossOrigin reports whether the request is for a route that may be sent from
// other sites' pages.
func (s *Server) CrossOrigin(r *http.Request) bool {
	rt := s.route(r)
	return rt != nil && rt.foreign
}

// Route tells which route a request is for; false means that it is for none.
func (s *Server) Route(r *http.Request) (RouteInfo, bool) {
	rt := s.route(r)
	if rt == nil {
		return RouteInfo{}, false
	}
	return rt.info, true
}

func (s *Server) route(r *http.Request) *route {
	segs, _ := splitPath(r.URL.EscapedPath())
	for _, m := range s.mounts {
		if rest, ok := m.under(segs); ok {
			found, _ := m.find(r, rest)
			return found.route
		}
	}
	return nil
}

// ServeHTTP gives the request its id and trace and hands it to the container
// with the longest root that the path begins with.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx := otel.GetTextMapPropagator().Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	id := requestID(r.Header.Get(headerRequestID))
	w.Header().Set(headerRequestID, id)
	ctx = logx.WithRequest(ctx, id)
	escaped := r.URL.EscapedPath()
	if len(escaped) > maxPath {
		s.nobody.fail(w, r.WithContext(ctx), fault.New(fault.Exhausted, "request.path_too_long",
			"The path is longer than %d bytes.", maxPath).WithStatus(http.StatusRequestURITooLong))
		return
	}
	segs, _ := splitPath(escaped)
	for _, m := range s.mounts {
		if rest, ok := m.under(segs); ok {
			m.handler.ServeHTTP(w, r.WithContext(withRest(ctx, rest)))
			return
		}
	}
	s.nobody.fail(w, r.WithContext(ctx), errNoPath)
}
